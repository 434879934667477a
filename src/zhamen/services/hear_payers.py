"""What payers say about their payments: warnings read, questions answered, delayed payments taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from zhamen.cases.acts import Act, ActKind
from zhamen.cases.held import HeldPayment
from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.cases.statement import Answer, Statement, digest_of
from zhamen.core.errors import CaseNotFound, DecisionNotFound, UnavailableError
from zhamen.gate.decision import Decision
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework

__all__ = ["PayerDesk"]

_SOON: Final = 1.0


class PayerDesk:
    """Hears what channels pass on from payers.

    Parameters
    ----------
    decision_of
        Gives the durable decision of an event; None when there is none.
    """

    def __init__(
        self,
        store: Casework,
        decision_of: Callable[[str], Decision | None],
        clock: Callable[[], datetime],
        *,
        policy: CasePolicy = STANDARD,
    ) -> None:
        self._store = store
        self._decision_of = decision_of
        self._clock = clock
        self._policy = policy

    def state(
        self,
        event_id: str,
        *,
        by: str,
        channel: str,
        shown: str,
        acknowledged: bool,
        answers: tuple[Answer, ...] = (),
    ) -> Statement:
        """Keep what a payer was shown and said about a payment, with its hash and time.

        Raises
        ------
        DecisionNotFound
            No decision was made for this event.
        """
        decision = self._decision(event_id)
        words = () if decision.advice is None else (decision.advice.customer.zh, decision.advice.customer.en)
        statement = Statement(
            event_id=event_id,
            at=self._clock(),
            by=by,
            channel=channel,
            shown=shown,
            as_decided=shown in words,
            acknowledged=acknowledged,
            answers=answers,
        )
        return self._store.keep_statement(replace(statement, digest=digest_of(statement)))

    def payment(self, event_id: str) -> HeldPayment:
        """Give the held or delayed payment of an event.

        Raises
        ------
        CaseNotFound
            The payment of this event does not wait, and never did.
        UnavailableError
            It was decided a moment ago; ask again.
        """
        found = self._store.find_payment(event_id)
        if found is not None:
            return found
        decision = self._decision_of(event_id)
        if decision is not None and decision.outcome in ("delay", "hold"):
            raise UnavailableError("the payment was held a moment ago; ask again", retry_after=_SOON)
        raise CaseNotFound("no payment of this event waits, and none did")

    def cancel(self, event_id: str, *, by: str) -> HeldPayment:
        """Take a payment back that waits, for its payer.

        Raises
        ------
        CaseConflict
            It waits no more.
        CaseNotFound, UnavailableError
            As `payment`.
        """
        payment = self.payment(event_id)
        act = Act(
            case=payment.case,
            payment=payment.id,
            kind=ActKind.CANCEL,
            by=by,
            unit=payment.unit,
            at=self._clock(),
        )
        self._store.perform(Scope(payment.unit), act, self._policy)
        return self.payment(event_id)

    def _decision(self, event_id: str) -> Decision:
        found = self._decision_of(event_id)
        if found is None:
            raise DecisionNotFound("no decision was made for this event")
        return found
