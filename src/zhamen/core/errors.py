"""What can go wrong, as one tree.

::

    ZhamenError
    ├── InputError             what was given is wrong           (HTTP 400-422, exit 2)
    │   ├── InvalidEvent
    │   ├── InvalidExpression
    │   ├── InvalidIdentifier
    │   ├── InvalidOrganisation
    │   ├── InvalidPack
    │   │   └── InvalidSource  the same, of a list's mapping
    │   ├── UnreadableFile
    │   └── TooLarge
    ├── NotFoundError          what was asked for is not here    (HTTP 404, exit 3)
    │   ├── CaseNotFound
    │   ├── DecisionNotFound
    │   ├── KeyNotFound
    │   ├── MemberNotFound
    │   ├── PackNotFound
    │   ├── RecordNotFound
    │   └── UnitNotFound
    ├── ConflictError          the present state says no         (HTTP 409, exit 4)
    │   ├── CaseConflict
    │   ├── EventIdReused
    │   ├── FourEyes           another person has to do it
    │   ├── JournalInUse
    │   ├── JournalMismatch   the views are of another journal
    │   ├── PackMismatch
    │   ├── RecordConflict
    │   └── FeaturesDiffer
    ├── UnavailableError       a part outside does not answer    (HTTP 503, exit 5)
    │   ├── Overloaded
    │   ├── QuotaExceeded      one caller asks too much          (HTTP 429)
    │   ├── DecisionLate       not durable within the time limit
    │   ├── JournalUnavailable
    │   ├── JournalDamaged
    │   ├── AuditBroken        the audit trail is not what was written
    │   ├── StateFull
    │   └── StoreUnavailable
    └── MisconfiguredError     the operator must change something (HTTP 500, exit 6)
        ├── InvalidSetting
        ├── UnknownKey         no key, or one not (any more) ours (HTTP 401)
        └── MissingPermission  neither key nor role allows it    (HTTP 403)

A message says what, where, and what to do now. ``code`` is part of the API and never changes.
"""

from typing import ClassVar

__all__ = [
    "AuditBroken",
    "CaseConflict",
    "CaseNotFound",
    "ConflictError",
    "DecisionLate",
    "DecisionNotFound",
    "EventIdReused",
    "FeaturesDiffer",
    "FourEyes",
    "InputError",
    "InvalidEvent",
    "InvalidExpression",
    "InvalidIdentifier",
    "InvalidOrganisation",
    "InvalidPack",
    "InvalidSetting",
    "InvalidSource",
    "JournalDamaged",
    "JournalInUse",
    "JournalMismatch",
    "JournalUnavailable",
    "KeyNotFound",
    "MemberNotFound",
    "MisconfiguredError",
    "MissingPermission",
    "NotFoundError",
    "Overloaded",
    "PackMismatch",
    "PackNotFound",
    "QuotaExceeded",
    "RecordConflict",
    "RecordNotFound",
    "StateFull",
    "StoreUnavailable",
    "TooLarge",
    "UnavailableError",
    "UnitNotFound",
    "UnknownKey",
    "UnreadableFile",
    "ZhamenError",
]


class ZhamenError(Exception):
    """Anything zhamen refuses or cannot do, with a stable ``code``."""

    code: ClassVar[str] = "error"


class InputError(ZhamenError):
    """What was given is wrong; giving it again will not help.

    ``path`` says where (``$.debtor_account.id``, ``rules[3].when``, ``line 12``).
    """

    code = "input"

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(f"{message} (at {path})" if path else message)
        self.path = path


class InvalidEvent(InputError):
    """An event that the door refuses."""

    code = "invalid_event"


class InvalidExpression(InputError):
    """An expression outside the language, or of the wrong type or unit."""

    code = "invalid_expression"


class InvalidIdentifier(InputError):
    """A text that identifies nothing of its kind; the message shows it masked."""

    code = "invalid_identifier"


class InvalidOrganisation(InputError):
    """Units that are no tree; ``problems`` lists everything found, not only the first."""

    code = "invalid_organisation"

    def __init__(self, message: str, *, path: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.problems: tuple[str, ...] = problems or (str(self),)


class InvalidPack(InputError):
    """A policy pack that cannot be used; ``problems`` lists everything found, not only the first."""

    code = "invalid_pack"

    def __init__(self, message: str, *, path: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.problems: tuple[str, ...] = problems or (str(self),)


class InvalidSource(InvalidPack):
    """A description of a source that cannot be used; ``problems`` lists everything found."""

    code = "invalid_source"


class UnreadableFile(InputError):
    """A file that is not what its reader expects."""

    code = "unreadable_file"


class TooLarge(InputError):
    """More bytes, rows or depth than the limit allows."""

    code = "too_large"


class NotFoundError(ZhamenError):
    """What was asked for is not here."""

    code = "not_found"


class CaseNotFound(NotFoundError):
    """No case, alert, held payment or file of this id, or none that one may see."""

    code = "case_not_found"


class DecisionNotFound(NotFoundError):
    """No decision was made for this event id."""

    code = "decision_not_found"


class KeyNotFound(NotFoundError):
    """No API key of this id."""

    code = "key_not_found"


class MemberNotFound(NotFoundError):
    """No member of staff of this name, or none within the asker's part of the organisation."""

    code = "member_not_found"


class PackNotFound(NotFoundError):
    """No pack of this name or path."""

    code = "pack_not_found"


class RecordNotFound(NotFoundError):
    """No risk record, appeal or source of this name."""

    code = "record_not_found"


class UnitNotFound(NotFoundError):
    """No unit of this code or path, or none within the asker's part of the organisation."""

    code = "unit_not_found"


class ConflictError(ZhamenError):
    """The present state does not allow it."""

    code = "conflict"


class CaseConflict(ConflictError):
    """A case or a held payment is not where the act starts from, or something is in the way.

    ``cause`` names what is: ``status``, ``payments_wait``, ``proposed``, ``extended``, ``too_many``,
    ``into_closed``, ``highest`` or ``acknowledged``.
    """

    code = "case_conflict"

    def __init__(self, message: str, *, cause: str = "status") -> None:
        super().__init__(message)
        self.cause = cause


class EventIdReused(ConflictError):
    """The same event id came with other content."""

    code = "event_id_reused"


class FourEyes(ConflictError):
    """One person may not do both halves of an act."""

    code = "four_eyes"


class JournalInUse(ConflictError):
    """Another process holds the journal."""

    code = "journal_in_use"


class JournalMismatch(ConflictError):
    """The views were made from another journal."""

    code = "journal_mismatch"


class PackMismatch(ConflictError):
    """A state or a journal was made with other features than the pack has."""

    code = "pack_mismatch"


class RecordConflict(ConflictError):
    """A record, or an appeal, is not where the act starts from."""

    code = "record_conflict"


class FeaturesDiffer(ConflictError):
    """A recomputation gave other values than were recorded."""

    code = "features_differ"


class UnavailableError(ZhamenError):
    """A part that is needed does not answer now; ``retry_after`` is in seconds."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(UnavailableError):
    """More requests are waiting than may wait."""

    code = "overloaded"


class QuotaExceeded(UnavailableError):
    """One API key asks more than its quota."""

    code = "quota_exceeded"


class DecisionLate(UnavailableError):
    """The decision was not durable within the time limit; asking again gives it once it is."""

    code = "decision_late"


class JournalUnavailable(UnavailableError):
    """The journal cannot be written (disk full, device error)."""

    code = "journal_unavailable"


class JournalDamaged(UnavailableError):
    """What the journal holds does not fit together."""

    code = "journal_damaged"


class AuditBroken(UnavailableError):
    """A chain of the audit trail is not what it was when it was written."""

    code = "audit_broken"


class StateFull(UnavailableError):
    """The memory set aside for live features is used up."""

    code = "state_full"


class StoreUnavailable(UnavailableError):
    """The store of risk information does not answer."""

    code = "store_unavailable"


class MisconfiguredError(ZhamenError):
    """The operator has to change a setting, a key or a file."""

    code = "misconfigured"


class InvalidSetting(MisconfiguredError):
    """A setting that is unknown, removed or of the wrong type."""

    code = "invalid_setting"


class UnknownKey(MisconfiguredError):
    """No API key was given, or one that is unknown or revoked."""

    code = "unknown_key"


class MissingPermission(MisconfiguredError):
    """The API key lacks the scope, or the person the permission."""

    code = "missing_permission"
