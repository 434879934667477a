"""Everything a running gate consists of."""

from dataclasses import dataclass
from typing import Final

from zhamen.bootstrap.desk import Desk
from zhamen.bootstrap.projections import ProjectorProcess
from zhamen.core.instants import from_micros
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer
from zhamen.gate.decision import Outcome
from zhamen.gate.pack import Pack
from zhamen.ports.keys import SCOPES, ApiKey, Scope
from zhamen.services.decide import DecisionService
from zhamen.services.keys import Keyring
from zhamen.services.recover import Recovered
from zhamen.settings import Settings

__all__ = ["Gatehouse"]

_ANYBODY: Final = ApiKey(
    id="anybody", name="anybody on this machine", digest=b"", scopes=SCOPES, created_at=from_micros(0)
)


@dataclass
class Gatehouse:
    """A gate with its journal, its keys, its policy and its risk information, recovered and ready for events.

    ``stopping`` is set when the operator has asked it to stop: it still answers, but is not ready.
    """

    settings: Settings
    pack: Pack
    service: DecisionService
    keyring: Keyring
    recovered: Recovered
    desk: Desk
    projector: ProjectorProcess | None = None
    """Keeps the views up; None when it is kept elsewhere."""
    stopping: bool = False

    def permit(self, token: str, scope: Scope | None) -> ApiKey:
        """Give the key that a caller shows, if it has `scope`; see `Keyring.permit`."""
        return self.keyring.permit(token, scope) if self.settings.require_keys else _ANYBODY

    def fallback(self, event: AnyEvent) -> Outcome | None:
        """Say what to do with a payment when there is no decision; None for other events."""
        if not isinstance(event, Transfer | CashWithdrawal):
            return None
        return self.pack.policy.fallback(event.channel, event.amount_minor)
