"""What the passing of time does: payments expire, cases wake, what nobody acknowledged goes up."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from zhamen.cases.acts import CLOCK, NO_DETAIL, Act, ActKind, Detail
from zhamen.cases.case import Case, CaseStatus
from zhamen.cases.clocks import due_at, parent_of
from zhamen.cases.held import HeldPayment, PaymentStatus

__all__ = ["acts_of_time"]


def acts_of_time(cases: Iterable[Case], payments: Iterable[HeldPayment], at: datetime) -> Iterator[Act]:
    """Give the acts that time asks for at an instant, of the cases and payments given.

    A case that the head office has not acknowledged stays there, overdue.
    """
    for payment in payments:
        if payment.status is PaymentStatus.PENDING and payment.expires_at <= at:
            yield Act(
                case=payment.case, payment=payment.id, kind=ActKind.EXPIRE, by=CLOCK, unit=payment.unit, at=at
            )
    for case in cases:
        above = parent_of(case.unit)
        if case.status is CaseStatus.SNOOZED and case.snoozed_until is not None and case.snoozed_until <= at:
            yield _act(case, ActKind.WAKE, at, "暂缓期满 the time is over")
        elif case.status is CaseStatus.NEW and case.overdue(at) and above is not None:
            detail = Detail(unit=above, due_at=due_at(above, case.emergency, at))
            yield _act(case, ActKind.ESCALATE, at, "逾期未响应 not acknowledged in time", detail)


def _act(case: Case, kind: ActKind, at: datetime, reason: str, detail: Detail = NO_DETAIL) -> Act:
    return Act(case=case.id, kind=kind, by=CLOCK, unit=case.unit, at=at, reason=reason, detail=detail)
