"""What is done to cases and payments, by people and by the clock: the source that cases are made from."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from zhamen.cases.disposition import Disposition

__all__ = [
    "CLOCK",
    "NO_DETAIL",
    "Act",
    "ActKind",
    "Contact",
    "Detail",
    "Emergency",
    "EvidenceFile",
    "Proposal",
]

CLOCK: Final = "clock"
"""Who acts when time does."""


class ActKind(StrEnum):
    """What can be done; the words are those of the audit trail."""

    CLAIM = "claim-case"
    ASSIGN = "assign-case"
    PUT_BACK = "put-back-case"
    ACKNOWLEDGE = "acknowledge-case"
    ESCALATE = "escalate-case"
    HAND_OVER = "hand-over-case"
    RAISE = "raise-case"
    """Set how urgent it is."""
    CLASSIFY = "classify-case"
    """Say what kind of scam it is."""
    SNOOZE = "snooze-case"
    WAKE = "wake-case"
    NOTE = "note-case"
    EVIDENCE = "add-evidence"
    CONTACT = "contact-customer"
    MERGE = "merge-cases"
    SPLIT = "split-case"
    DISPOSE = "dispose-case"
    REOPEN = "reopen-case"
    APPROVE = "approve-act"
    RETURN = "return-act"
    RELEASE = "release-payment"
    DECLINE = "decline-payment"
    EXTEND = "extend-payment"
    CANCEL = "cancel-payment"
    EXPIRE = "expire-payment"
    APPROVE_PAYMENT = "approve-payment"
    RETURN_PAYMENT = "return-payment"


class Emergency(StrEnum):
    """How urgent a case is."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class EvidenceFile(Struct, frozen=True, kw_only=True):
    """A file that was kept; ``sha256`` in hexadecimal is also its address."""

    sha256: str
    name: str
    media_type: str
    size: int


class Contact(Struct, frozen=True, kw_only=True):
    """A talk with a customer along a script: with the holder of the account on one side of an alert.

    ``alert`` is 0 in talks that were noted before it was asked.
    """

    script: str
    alert: int = 0
    side: Literal["debtor", "creditor"] = "debtor"
    way: Literal["phone", "counter", "visit", "message"]
    reached: bool
    answers: tuple[str, ...] = ()
    """To the questions of the script, in their order."""


class Detail(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an act says beside its kind; which fields it has to have is in `lifecycle`."""

    to: str = ""
    """The person who gets the case."""
    unit: str = ""
    """The unit that gets the case."""
    until: datetime | None = None
    due_at: datetime | None = None
    """By when the unit that gets the case has to acknowledge it."""
    emergency: Emergency | None = None
    scam_kind: str = ""
    alerts: tuple[int, ...] = ()
    into: int = 0
    disposition: Disposition | None = None
    file: EvidenceFile | None = None
    contact: Contact | None = None
    proposed: bool = False
    """Whether it waits for a second person."""


NO_DETAIL: Final = Detail()


class Act(Struct, frozen=True, kw_only=True):
    """One thing that was done.

    ``id`` counts all acts, 0 before it is written down. ``after_seq`` is the newest journal entry that
    was known when it was done. ``reason`` says why; of a note it is the note. ``payment`` is the held
    payment that is meant, 0 for the case itself.
    """

    id: int = 0
    after_seq: int = 0
    case: int
    payment: int = 0
    kind: ActKind
    by: str
    unit: str
    at: datetime
    reason: str = ""
    detail: Detail = NO_DETAIL


class Proposal(Struct, frozen=True, kw_only=True):
    """An act that waits for a second person."""

    kind: ActKind
    by: str
    at: datetime
    reason: str
    detail: Detail
