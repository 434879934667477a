"""What ties alerts to each other: the accounts and devices of suspects, and the accounts that paid them."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from zhamen.core.identifiers import identity
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer
from zhamen.gate.decision import Decision, Reason

__all__ = ["Place", "Side", "Tie", "TieRole", "side_of", "ties_of"]

Side = Literal["debtor", "creditor"]

_NEVER_GLUE: Final = frozenset({"merchant", "wallet", "payroll", "government", "internal"})
"""Kinds of account that half the town pays; two alerts have nothing in common by having paid them."""


class TieRole(StrEnum):
    """What an account or device is in an alert."""

    SUSPECT = "suspect"
    """The account that is suspected: who receives from a victim, who passes on, who draws the cash."""
    RECEIVER = "receiver"
    """Who received from a suspect."""
    PAYER = "payer"
    """Who paid a suspect: a victim, or another mule."""
    DEVICE = "device"
    """What a suspect held in the hand."""


class Place(Struct, frozen=True):
    """Where an event belongs, as the views know it.

    ``unit`` is the path of its unit. ``account`` is the number that the views gave the account that acts (the
    debtor's, or the only one there is), ``creditor`` that of the account that is paid.
    """

    unit: str
    account: int | None = None
    creditor: int | None = None


class Tie(Struct, frozen=True):
    """One account or device of an alert.

    ``key`` is the number of the account in the views, or the identity of the device.
    """

    role: TieRole
    key: int


def side_of(reasons: Iterable[Reason]) -> Side:
    """Say which side of a payment the reasons suspect, by the weight of each.

    Rules about mules suspect who pays on. Rules about victims and taken-over accounts suspect who is paid.
    Rules about gambling suspect the side that they measured.

    Examples
    --------
    >>> from zhamen.gate.decision import Bilingual
    >>> def why(typology: str, weight: int, *evidence: str) -> Reason:
    ...     return Reason(code="A-001", typology=typology, text=Bilingual("", ""), audience=(), weight=weight,
    ...                   evidence=dict.fromkeys(evidence))
    >>> side_of([why("mule", 30), why("victim", 20)]), side_of([why("gambling", 9, "creditor_account_kind")])
    ('debtor', 'creditor')
    """
    votes: Counter[Side] = Counter()
    for reason in reasons:
        votes[_side(reason)] += max(1, reason.weight)
    return "debtor" if votes["debtor"] > votes["creditor"] else "creditor"


def _side(reason: Reason) -> Side:
    if reason.typology == "mule":
        return "debtor"
    if reason.typology == "gambling" and not any(name.startswith("creditor_") for name in reason.evidence):
        return "debtor"
    return "creditor"


def ties_of(event: AnyEvent, decision: Decision, place: Place) -> tuple[Tie, ...]:
    """Give what ties an alert about `event` to others, the suspect first.

    Where the suspected account is a merchant's, the bank's own, or stands on a white list, the payer takes
    its place: such accounts never bring alerts together.
    """
    glues = isinstance(event, Transfer | FraudReported) and _glues(event, decision)
    side = "creditor" if isinstance(event, FraudReported) else side_of(decision.reasons)
    if glues and side == "creditor":
        found = _accounts((TieRole.SUSPECT, place.creditor), (TieRole.PAYER, place.account))
    elif glues and side == "debtor":
        found = _accounts((TieRole.SUSPECT, place.account), (TieRole.RECEIVER, place.creditor))
    else:
        found = _accounts((TieRole.SUSPECT, place.account))
    by_hand = isinstance(event, CashWithdrawal) or (isinstance(event, Transfer) and side == "debtor")
    if by_hand and event.device is not None and event.device.id is not None:
        found += (Tie(TieRole.DEVICE, identity(event.device.id)),)
    return found


def _glues(event: Transfer | FraudReported, decision: Decision) -> bool:
    """Say whether the account that is paid may bring alerts together."""
    white = any(
        hit.list == "white" and hit.field == "creditor_account_id" for hit in decision.list_hits or ()
    )
    return event.creditor_account.kind not in _NEVER_GLUE and not white


def _accounts(*named: tuple[TieRole, int | None]) -> tuple[Tie, ...]:
    return tuple(Tie(role, key) for role, key in named if key is not None)
