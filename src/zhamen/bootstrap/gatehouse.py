"""Everything a running gate consists of, made from its settings and taken down again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from zhamen.adapters.journal import SqliteJournal
from zhamen.adapters.keys import SqliteKeys
from zhamen.adapters.packs import read_pack
from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.bootstrap.clock import utc_now
from zhamen.core.instants import from_micros
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer
from zhamen.gate.decision import Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.pack import Pack, load_pack
from zhamen.ports.keys import SCOPES, ApiKey, Scope
from zhamen.services.decide import DecisionService
from zhamen.services.keys import Keyring
from zhamen.services.recover import Progress, Recovered
from zhamen.services.snapshot import Snapshotting
from zhamen.settings import Settings

__all__ = ["Deliver", "Gatehouse", "open_gatehouse", "open_keys"]

Deliver = Callable[[Callable[[], None]], None]

_ANYBODY: Final = ApiKey(
    id="anybody", name="anybody on this machine", digest=b"", scopes=SCOPES, created_at=from_micros(0)
)


@dataclass
class Gatehouse:
    """A gate with its journal, its keys and its policy, recovered and ready for events.

    ``stopping`` is set when the operator has asked it to stop: it still answers, but is not ready.
    """

    settings: Settings
    pack: Pack
    service: DecisionService
    keyring: Keyring
    recovered: Recovered
    stopping: bool = field(default=False)

    def permit(self, token: str, scope: Scope | None) -> ApiKey:
        """Give the key that a caller shows, if it has `scope`; see `Keyring.permit`."""
        return self.keyring.permit(token, scope) if self.settings.require_keys else _ANYBODY

    def fallback(self, event: AnyEvent) -> Outcome | None:
        """Say what to do with a payment when there is no decision; None for other events."""
        if not isinstance(event, Transfer | CashWithdrawal):
            return None
        return self.pack.policy.fallback(event.channel, event.amount_minor)


def open_keys(settings: Settings) -> SqliteKeys:
    """Open the API keys of the data folder."""
    return SqliteKeys(settings.data_dir / "keys.db")


@contextmanager
def open_gatehouse(
    settings: Settings, deliver: Deliver, progress: Progress | None = None
) -> Iterator[Gatehouse]:
    """Open, recover and give a gatehouse; on the way out it takes no more events, answers all and snapshots.

    Parameters
    ----------
    deliver
        Runs a function where the answers are awaited, as ``loop.call_soon_threadsafe``.
    progress
        Takes how many entries of the journal were replayed, and of how many.

    Raises
    ------
    InvalidPack, PackNotFound
        The pack cannot be used.
    JournalInUse, JournalDamaged, JournalUnavailable, FeaturesDiffer
        The journal cannot be opened or the state not recovered.
    """
    pack = load_pack(read_pack(settings.pack), settings.pack)
    with ExitStack() as stack:
        journal = SqliteJournal(settings.data_dir / "journal.db")
        stack.callback(journal.close)
        keys = open_keys(settings)
        stack.callback(keys.close)
        service = DecisionService(
            Gate(pack),
            journal,
            clock=utc_now,
            deliver=deliver,
            max_waiting=settings.max_waiting,
            snapshotting=Snapshotting(
                SnapshotFolder(settings.data_dir / "snapshots"),
                every_seconds=settings.snapshot_interval_seconds,
            ),
        )
        recovered = service.start(progress)
        stack.callback(service.drain)
        yield Gatehouse(settings, pack, service, Keyring(keys, utc_now), recovered)
