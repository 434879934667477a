"""What payers say about their payments: warnings read, questions answered, delayed payments taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from zhamen.cases.acts import Act, ActKind
from zhamen.cases.alert import WAITING
from zhamen.cases.held import HeldPayment
from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.cases.statement import Answer, Statement, digest_of
from zhamen.core.errors import CaseNotFound, UnavailableError
from zhamen.gate.decision import Decision
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework

__all__ = ["PayerDesk", "Said"]

_SOON: Final = 1.0


class Said(Struct, frozen=True, kw_only=True):
    """What a channel showed to a payer, and what came back."""

    channel: str
    shown: str
    acknowledged: bool
    answers: tuple[Answer, ...] = ()


class PayerDesk:
    """Hears what channels pass on from payers."""

    def __init__(
        self, store: Casework, clock: Callable[[], datetime], *, policy: CasePolicy = STANDARD
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    def state(self, decision: Decision, said: Said, *, by: str) -> Statement:
        """Keep what a payer was shown and said about a payment, with its hash and time."""
        words = () if decision.advice is None else (decision.advice.customer.zh, decision.advice.customer.en)
        statement = Statement(
            event_id=decision.event_id,
            at=self._clock(),
            by=by,
            channel=said.channel,
            shown=said.shown,
            as_decided=said.shown in words,
            acknowledged=said.acknowledged,
            answers=said.answers,
        )
        return self._store.keep_statement(replace(statement, digest=digest_of(statement)))

    def payment(self, scope: Scope, event_id: str, decision: Decision | None) -> HeldPayment:
        """Give the held or delayed payment of an event.

        Parameters
        ----------
        decision
            That of the event, None when there is none.

        Raises
        ------
        CaseNotFound
            The payment of this event does not wait, and never did; or not within the scope.
        UnavailableError
            It was decided a moment ago; ask again.
        """
        found = self._store.find_payment(scope, event_id)
        if found is not None:
            return found
        if decision is not None and decision.outcome in WAITING:
            raise UnavailableError("the payment was held a moment ago; ask again", retry_after=_SOON)
        raise CaseNotFound("no payment of this event waits, and none did")

    def cancel(self, scope: Scope, event_id: str, decision: Decision | None, *, by: str) -> HeldPayment:
        """Take a payment back that waits, for its payer.

        Raises
        ------
        CaseConflict
            It waits no more.
        CaseNotFound, UnavailableError
            As `payment`.
        """
        payment = self.payment(scope, event_id, decision)
        act = Act(
            case=payment.case,
            payment=payment.id,
            kind=ActKind.CANCEL,
            by=by,
            unit=payment.unit,
            at=self._clock(),
        )
        self._store.perform(scope, act, self._policy)
        return self.payment(scope, event_id, decision)
