"""An appeal against a record: what may follow what, by when, and what the customer is told."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from zhamen.core.errors import RecordConflict
from zhamen.screening.subjects import SubjectKind

__all__ = [
    "CAUSES",
    "DAYS",
    "OPEN",
    "STEPS",
    "Appeal",
    "AppealAct",
    "AppealStatus",
    "Cause",
    "Step",
    "check_step",
    "due_at",
]

DAYS: Final = 15
"""Within how many days an objection is answered (反洗钱法 2024, article 39)."""


class AppealStatus(StrEnum):
    """Where an appeal is."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    UPHELD = "upheld"
    """The customer is right: the bank's records on the subject were released with the decision."""
    CORRECTED = "corrected"
    """What was wrong in a record was corrected; the rest of it stays."""
    REJECTED = "rejected"
    REFERRED = "referred"
    """An authority made the record; only it can end it."""
    WITHDRAWN = "withdrawn"
    """The customer took it back."""


class Step(StrEnum):
    """What can be done with an appeal."""

    TAKE = "take"
    UPHOLD = "uphold"
    CORRECT = "correct"
    REJECT = "reject"
    REFER = "refer"
    WITHDRAW = "withdraw"


_RECEIVED: Final = frozenset({AppealStatus.RECEIVED})
_IN_REVIEW: Final = frozenset({AppealStatus.IN_REVIEW})
OPEN: Final = _RECEIVED | _IN_REVIEW
"""Where an appeal still waits for its answer."""
STEPS: Final[dict[Step, tuple[frozenset[AppealStatus], AppealStatus]]] = {
    Step.TAKE: (_RECEIVED, AppealStatus.IN_REVIEW),
    Step.UPHOLD: (_IN_REVIEW, AppealStatus.UPHELD),
    Step.CORRECT: (_IN_REVIEW, AppealStatus.CORRECTED),
    Step.REJECT: (_IN_REVIEW, AppealStatus.REJECTED),
    Step.REFER: (_IN_REVIEW, AppealStatus.REFERRED),
    Step.WITHDRAW: (OPEN, AppealStatus.WITHDRAWN),
}
"""From which statuses a step leads where."""


class Cause(StrEnum):
    """Why an appeal ended as it did; what is told names no source and no case, so that nobody is warned."""

    MISTAKEN = "mistaken"
    OUTDATED = "outdated"
    IDENTITY_MISUSED = "identity_misused"
    CORRECTED = "corrected"
    EVIDENCE_STANDS = "evidence_stands"
    NOT_PROVEN = "not_proven"
    AUTHORITY = "authority"
    TAKEN_BACK = "taken_back"


CAUSES: Final[dict[Cause, tuple[str, str]]] = {
    Cause.MISTAKEN: (
        "经复核，原风险信息有误，已解除，限制措施随即取消。",
        "On review the record was wrong. It is released, and what was limited by it is restored.",
    ),
    Cause.OUTDATED: (
        "经复核，原风险信息已不再适用，已解除。",
        "On review the record no longer applies. It is released.",
    ),
    Cause.IDENTITY_MISUSED: (
        "经复核，您的身份或账户曾被他人冒用，风险信息已解除，请尽快更换凭证。",
        "On review your identity or account was used by someone else. The record is released; please renew "
        "your credentials.",
    ),
    Cause.CORRECTED: (
        "经复核，原风险信息中不准确的内容已更正，其余内容维持不变。您可以补充材料再次申诉。",
        "On review what was not right in the record is corrected; the rest of it stays. You may appeal again "
        "with further documents.",
    ),
    Cause.EVIDENCE_STANDS: (
        "经复核，原处理依据成立，维持不变。您可以补充材料再次申诉，或向监管部门投诉。",
        "On review the grounds hold and the record stays. You may appeal again with further documents, or "
        "complain to the regulator.",
    ),
    Cause.NOT_PROVEN: (
        "所提供的材料不足以说明情况，请补充身份证明、交易合同或沟通记录后再次申诉。",
        "The documents do not show it. Please appeal again with proof of identity, contracts or messages.",
    ),
    Cause.AUTHORITY: (
        "该措施由有权机关作出，请向作出措施的机关提出；需要时我行可告知联系方式。",
        "An authority has ordered this. Please turn to it; the bank can tell you how to reach it.",
    ),
    Cause.TAKEN_BACK: (
        "您的申诉已按您的要求撤回，您可以随时再次申诉。",
        "Your appeal is withdrawn as you asked. You may appeal again at any time.",
    ),
}
"""What the customer is told, in Chinese and English."""


class Appeal(Struct, frozen=True, kw_only=True):
    """One appeal; of its subject, a mask."""

    id: int
    kind: SubjectKind
    masked: str
    claim: str
    contact: str
    received_at: datetime
    due_at: datetime
    status: AppealStatus
    handler: str = ""
    cause: Cause | None = None
    decided_at: datetime | None = None

    def overdue(self, at: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.decided_at is None and at > self.due_at

    def days_left(self, at: datetime) -> int:
        """Give the days until the answer is due, the one that runs counted whole; below 0 when it is late."""
        left, day = self.due_at - at, timedelta(days=1)
        return left // day if left < timedelta() else -(-left // day)


class AppealAct(Struct, frozen=True, kw_only=True):
    """Who did what with an appeal, when and why."""

    step: Step
    by: str
    unit: str
    at: datetime
    reason: str


def due_at(received_at: datetime) -> datetime:
    """Give by when an appeal is to be answered.

    Examples
    --------
    >>> from datetime import UTC
    >>> due_at(datetime(2026, 11, 1, tzinfo=UTC)).day
    16
    """
    return received_at + timedelta(days=DAYS)


def check_step(appeal: Appeal, step: Step) -> AppealStatus:
    """Give the status that a step leads to.

    Raises
    ------
    RecordConflict
        The appeal is not where the step starts.
    """
    before, after = STEPS[step]
    if appeal.status not in before:
        allowed = " or ".join(sorted(before))
        raise RecordConflict(f"appeal {appeal.id} is {appeal.status}; {step} needs one that is {allowed}")
    return after
