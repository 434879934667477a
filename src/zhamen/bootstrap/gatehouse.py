"""Everything a running gate consists of."""

from dataclasses import dataclass
from shutil import disk_usage
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.bootstrap.audit import Trails
from zhamen.bootstrap.casework import Cases
from zhamen.bootstrap.desk import Desk
from zhamen.bootstrap.housekeeping import Nightly
from zhamen.bootstrap.insight import Insight
from zhamen.bootstrap.projections import ProjectorProcess
from zhamen.bootstrap.work import Work
from zhamen.core.errors import UnitNotFound
from zhamen.core.instants import from_micros
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer
from zhamen.gate.decision import Outcome
from zhamen.gate.pack import Pack
from zhamen.organisation.scope import Scope as UnitScope
from zhamen.ports.keys import SCOPES, ApiKey, Scope
from zhamen.services.decide import DecisionService
from zhamen.services.keys import Keyring
from zhamen.services.recover import Recovered
from zhamen.settings import Settings

__all__ = ["Gatehouse"]


class _Place(Struct):
    outlet: str | None = None


_OUTLET: Final = msgspec.json.Decoder(_Place)

_ANYBODY: Final = ApiKey(
    id="anybody", name="anybody on this machine", digest=b"", scopes=SCOPES, created_at=from_micros(0)
)


@dataclass
class Gatehouse:
    """A gate with its journal, keys, policy, risk information, people and cases, ready for events.

    ``stopping`` is set when the operator has asked it to stop: it still answers, but is not ready.
    """

    settings: Settings
    pack: Pack
    service: DecisionService
    keyring: Keyring
    recovered: Recovered
    desk: Desk
    work: Work
    trails: Trails
    cases: Cases
    insight: Insight
    projector: ProjectorProcess | None = None
    """Keeps the views up; None when it is kept elsewhere."""
    housekeeping: Nightly | None = None
    """Deletes what is over-age every night; None when nothing does."""
    stopping: bool = False

    def room(self) -> tuple[int, int]:
        """Give the free bytes and all bytes of the disk that the journal is on."""
        usage = disk_usage(self.settings.data_dir)
        return usage.free, usage.total

    def permit(self, token: str, scope: Scope | None) -> ApiKey:
        """Give the key that a caller shows, if it has `scope`; see `Keyring.permit`."""
        return self.keyring.permit(token, scope) if self.settings.require_keys else _ANYBODY

    def scope_of(self, key: ApiKey) -> UnitScope:
        """Give what a calling system may ask about and be told: its unit's part of the bank."""
        history = self.work.organisation.known
        path = key.unit or history.current.root.code
        return history.scope(history.current.path_now(path) or path)

    def unit_of(self, key: ApiKey, named: str) -> str:
        """Give the path of the unit that a call names, by code or path; the key's own when it names none.

        Raises
        ------
        UnitNotFound
            It is outside the part of the bank that the key is for.
        """
        scope = self.scope_of(key)
        found = self.work.organisation.known.current.find(named)
        path = named if found is None else self.work.organisation.known.current.path(named)
        if named and not scope.holds(path):
            raise UnitNotFound("there is no unit of this code or path in the key's part of the bank")
        return path or scope.path

    def tells(self, key: ApiKey, event_json: bytes) -> bool:
        """Whether a calling system may be told of an event: one of its unit's part of the bank."""
        if not key.unit:
            return True
        outlet = _OUTLET.decode(event_json).outlet
        return self.scope_of(key).covers(self.work.organisation.known.current.path_of_outlet(outlet))

    def fallback(self, event: AnyEvent) -> Outcome | None:
        """Say what to do with a payment when there is no decision; None for other events."""
        if not isinstance(event, Transfer | CashWithdrawal):
            return None
        return self.pack.policy.fallback(event.channel, event.amount_minor)
