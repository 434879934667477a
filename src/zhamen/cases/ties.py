"""What ties alerts to each other: the accounts and devices of those who are suspected, and of who paid them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from zhamen.core.identifiers import identity
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer, TransferSettled
from zhamen.events.parts import Account
from zhamen.gate.decision import Decision, Reason

__all__ = ["Side", "Tie", "TieRole", "side_of", "ties_of"]

Side = Literal["debtor", "creditor"]

_NEVER_GLUE: Final = frozenset({"merchant", "internal"})
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


class Tie(Struct, frozen=True):
    """One account or device of an alert; ``key`` is its identity, so that no number is kept."""

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


def ties_of(event: AnyEvent, decision: Decision) -> tuple[Tie, ...]:
    """Give what ties an alert about `event` to others, the suspect first.

    Where the suspected account is a merchant's, the bank's own, or stands on a white list, the payer takes
    its place: such accounts never bring alerts together.
    """
    white = {hit.field for hit in decision.list_hits or () if hit.list == "white"}
    return tuple(dict.fromkeys(_ties(event, decision, white)))


def _ties(event: AnyEvent, decision: Decision, white: set[str]) -> Iterator[Tie]:
    if isinstance(event, CashWithdrawal):
        yield from _tied(TieRole.SUSPECT, event.debtor_account)
        yield from _hands(event)
    elif isinstance(event, Transfer | FraudReported):
        yield from _payment(event, decision, white)
    elif not isinstance(event, TransferSettled):
        yield from _tied(TieRole.SUSPECT, event.account)


def _payment(event: Transfer | FraudReported, decision: Decision, white: set[str]) -> Iterator[Tie]:
    debtor, creditor = event.debtor_account, event.creditor_account
    side = "creditor" if isinstance(event, FraudReported) else side_of(decision.reasons)
    if side == "creditor" and _glues(creditor) and "creditor_account_id" not in white:
        yield from _tied(TieRole.SUSPECT, creditor)
        yield from _tied(TieRole.PAYER, debtor)
        return
    yield from _tied(TieRole.SUSPECT, debtor)
    if side == "debtor":
        if _glues(creditor) and "creditor_account_id" not in white:
            yield from _tied(TieRole.RECEIVER, creditor)
        yield from _hands(event)


def _glues(account: Account) -> bool:
    return account.kind not in _NEVER_GLUE


def _tied(role: TieRole, account: Account | None) -> Iterator[Tie]:
    if account is not None:
        yield Tie(role, identity(account.id))


def _hands(event: AnyEvent) -> Iterator[Tie]:
    if event.device is not None and event.device.id is not None:
        yield Tie(TieRole.DEVICE, identity(event.device.id))
