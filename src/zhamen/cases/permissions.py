"""Which permission an act needs."""

from typing import Final

from zhamen.cases.acts import ActKind
from zhamen.organisation.permissions import Permission

__all__ = ["NEEDED"]

NEEDED: Final[dict[ActKind, Permission | None]] = {
    ActKind.CLAIM: "claim-case",
    ActKind.ASSIGN: "assign-case",
    ActKind.PUT_BACK: "claim-case",
    ActKind.ACKNOWLEDGE: "claim-case",
    ActKind.ESCALATE: "escalate-case",
    ActKind.HAND_OVER: "assign-case",
    ActKind.RAISE: "work-case",
    ActKind.CLASSIFY: "work-case",
    ActKind.SNOOZE: "snooze-case",
    ActKind.WAKE: "snooze-case",
    ActKind.NOTE: "work-case",
    ActKind.EVIDENCE: "work-case",
    ActKind.CONTACT: "work-case",
    ActKind.MERGE: "merge-cases",
    ActKind.SPLIT: "merge-cases",
    ActKind.DISPOSE: "dispose-case",
    ActKind.REOPEN: "dispose-case",
    ActKind.APPROVE: "approve-disposition",
    ActKind.RETURN: "approve-disposition",
    ActKind.RELEASE: "decide-payment",
    ActKind.DECLINE: "decide-payment",
    ActKind.EXTEND: "decide-payment",
    ActKind.CANCEL: None,
    ActKind.EXPIRE: None,
    ActKind.APPROVE_PAYMENT: "approve-payment",
    ActKind.RETURN_PAYMENT: "approve-payment",
}
"""None for what no member of staff does: the payer cancels, time expires."""
