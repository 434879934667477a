"""A gatehouse is made from its settings, and taken down again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from zhamen.adapters.journal import JournalReader, SqliteJournal
from zhamen.adapters.keys import SqliteKeys
from zhamen.adapters.packs import keep_pack, read_pack
from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.bootstrap.audit import join_trails
from zhamen.bootstrap.casework import make_cases, run_workers
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.desk import open_desk
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.groups import run_groups
from zhamen.bootstrap.housekeeping import make_housekeeper, run_nightly
from zhamen.bootstrap.insight import make_insight
from zhamen.bootstrap.operator import operator
from zhamen.bootstrap.projections import ProjectorProcess
from zhamen.bootstrap.work import open_work
from zhamen.core.audit import Deed
from zhamen.gate.gate import Gate
from zhamen.gate.pack import Pack, load_pack
from zhamen.ports.audit import Deeds
from zhamen.ports.journal import Journal
from zhamen.services.decide import DecisionService
from zhamen.services.keys import Keyring
from zhamen.services.recover import Progress
from zhamen.services.snapshot import Snapshotting
from zhamen.settings import Settings

__all__ = ["Deliver", "open_gatehouse", "open_keys"]

Deliver = Callable[[Callable[[], None]], None]


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
    InvalidSetting
        A setting cannot be used.
    StoreUnavailable
        The store of risk information or of people's work does not answer.
    JournalInUse, JournalDamaged, JournalUnavailable, FeaturesDiffer
        The journal cannot be opened or the state not recovered.
    """
    text = read_pack(settings.pack)
    pack = load_pack(text, settings.pack)
    keep_pack(settings.data_dir / "packs", pack.hash, text)
    with ExitStack() as stack:
        journal = SqliteJournal(settings.data_dir / "journal.db")
        stack.callback(journal.close)
        keys = open_keys(settings)
        stack.callback(keys.close)
        desk = stack.enter_context(open_desk(settings, deliver, utc_now))
        work = stack.enter_context(open_work(settings))
        trails = join_trails(work.engine, desk.records.engine, desk.log.engine, keys.trail)
        _note_pack(pack, journal, trails.deeds)
        service = DecisionService(
            Gate(pack, screen=desk.follower.screen),
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
        cases = make_cases(settings, work, utc_now)
        stack.enter_context(
            run_workers(
                settings, cases, work, service=service, pack=pack, feedback=desk.feedback, clock=utc_now
            )
        )
        reader = JournalReader(settings.data_dir / "journal.db")
        stack.callback(reader.close)
        insight = make_insight(work.engine, reader, pack, settings.data_dir / "packs", desk.follower.screen)
        projector = ProjectorProcess(settings) if settings.projector else None
        if projector is not None:
            projector.start()
            stack.callback(projector.stop)
        keyring = Keyring(keys, utc_now)
        stores = (desk.records.engine, desk.records.store, desk.log)
        keeper = make_housekeeper(settings, stores, utc_now)
        housekeeping = stack.enter_context(run_nightly(keeper, pack.zone))
        house = Gatehouse(
            settings,
            pack,
            service,
            keyring,
            recovered,
            desk,
            work,
            trails,
            cases,
            insight,
            projector,
            housekeeping,
        )
        stack.enter_context(run_groups(house))
        yield house


def _note_pack(pack: Pack, journal: Journal, deeds: Deeds) -> None:
    """Write down that a pack comes into force, before it makes its first decision."""
    before = [span.pack_hash for span in journal.packs()][-1:]
    if before == [pack.hash]:
        return
    deeds.note(
        Deed(
            at=utc_now(),
            actor=operator(),
            unit="",
            act="put-pack-in-force",
            subject=f"pack/{pack.name}"[:100],
            detail={"version": pack.version, "hash": pack.hash, "after_seq": journal.last_seq},
        )
    )
