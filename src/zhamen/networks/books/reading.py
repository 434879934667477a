"""An event as a movement of money: who pays whom, by which kind of edge."""

from collections.abc import Sequence
from typing import Any, Final

from zhamen.core.identifiers import identity
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import SAME_OWNER, UNKNOWN

__all__ = ["FIELDS_READ", "F", "elsewhere", "movement_of"]

FIELDS_READ: Final = (
    "type",
    "event_id",
    "occurred_at",
    "amount_minor",
    "debtor_account_id",
    "debtor_account_balance_minor",
    "debtor_account_kind",
    "debtor_account_opened_at",
    "debtor_id",
    "creditor_account_id",
    "creditor_account_balance_minor",
    "creditor_account_kind",
    "creditor_account_opened_at",
    "creditor_id",
    "customer_side",
    "account_id",
    "account_balance_minor",
    "account_kind",
    "account_opened_at",
    "customer_id",
    "companion",
    "outlet",
    "device_id",
    "device_ip",
    "transfer_event_id",
    "settlement",
    "label",
    "succeeded",
)
"""The flat fields that networks read of an event, in order."""


class F:
    """Where each field stands in a row of `FIELDS_READ`."""

    (
        TYPE,
        EVENT_ID,
        OCCURRED_AT,
        AMOUNT,
        DEBTOR,
        DEBTOR_BALANCE,
        DEBTOR_KIND,
        DEBTOR_OPENED,
        DEBTOR_PARTY,
        CREDITOR,
        CREDITOR_BALANCE,
        CREDITOR_KIND,
        CREDITOR_OPENED,
        CREDITOR_PARTY,
        SIDE,
        ACCOUNT,
        BALANCE,
        KIND,
        OPENED,
        CUSTOMER,
        COMPANION,
        OUTLET,
        DEVICE,
        IP,
        TRANSFER,
        SETTLEMENT,
        LABEL,
        SUCCEEDED,
    ) = range(len(FIELDS_READ))


_KINDS: Final = {
    "person": int(AccountKind.PERSON),
    "enterprise": int(AccountKind.ENTERPRISE),
    "merchant": int(AccountKind.MERCHANT),
    "internal": int(AccountKind.CLEARING),
    None: 0,
}
_OF_SIDE: Final = {
    None: int(EdgeKind.TRANSFER),
    "both": int(EdgeKind.TRANSFER),
    "debtor": int(EdgeKind.EXIT),
    "creditor": int(EdgeKind.ENTRY),
}
_SEED_ELSEWHERE: Final = 1
_ELSEWHERE: Final = int(AccountKind.EXTERNAL)
_CASH_OUT: Final = int(EdgeKind.CASH_OUT)
_CASH_IN: Final = int(EdgeKind.CASH_IN)

Row = Sequence[Any]


def elsewhere(account: str) -> int:
    """Give the identity of an account at another institution.

    It is another one than of an account of ours with the same number, should there be one.
    """
    return identity(account, _SEED_ELSEWHERE)


def movement_of(row: Row, ordinal: int) -> list[int] | None:
    """Give the words of the movement that an event asks for; None when it moves nothing.

    A transfer is a movement from the moment it is asked for; what does not go out is taken back when the
    settlement tells so. Without ``customer_side`` both accounts count as ours.
    """
    if not row[F.AMOUNT]:
        return None
    match row[F.TYPE]:
        case "transfer":
            return _transfer(row, ordinal)
        case "cash_withdrawal":
            sides = (_CASH_OUT, identity(row[F.DEBTOR]), -1)
            before = (_known(row[F.DEBTOR_BALANCE]), UNKNOWN)
            return _words(row, ordinal, sides, before, (_KINDS[row[F.DEBTOR_KIND]], 0))
        case "account_credited":
            sides = (_CASH_IN, -1, identity(row[F.ACCOUNT]))
            before = (UNKNOWN, _known(row[F.BALANCE]))
            return _words(row, ordinal, sides, before, (0, _KINDS[row[F.KIND]]))
    return None


def _transfer(row: Row, ordinal: int) -> list[int]:
    kind = _OF_SIDE[row[F.SIDE]]
    debtor_kind, creditor_kind = _KINDS[row[F.DEBTOR_KIND]], _KINDS[row[F.CREDITOR_KIND]]
    if kind == EdgeKind.ENTRY:
        debtor_kind = _ELSEWHERE
    elif kind == EdgeKind.EXIT:
        creditor_kind = _ELSEWHERE
    owner = row[F.DEBTOR_PARTY]
    flags = SAME_OWNER if owner is not None and owner == row[F.CREDITOR_PARTY] else 0
    debtor = elsewhere(row[F.DEBTOR]) if kind == EdgeKind.ENTRY else identity(row[F.DEBTOR])
    creditor = elsewhere(row[F.CREDITOR]) if kind == EdgeKind.EXIT else identity(row[F.CREDITOR])
    sides = (kind | flags, debtor, creditor)
    before = (_known(row[F.DEBTOR_BALANCE]), _known(row[F.CREDITOR_BALANCE]))
    return _words(row, ordinal, sides, before, (debtor_kind, creditor_kind))


def _words(
    row: Row, ordinal: int, sides: tuple[int, int, int], before: tuple[int, int], kinds: tuple[int, int]
) -> list[int]:
    """Put a movement's words in the order of `zhamen.networks.books.layout`."""
    kind, debtor, creditor = sides
    event = identity(row[F.EVENT_ID])
    posting = [row[F.OCCURRED_AT], kind, debtor, creditor, row[F.AMOUNT], UNKNOWN, UNKNOWN, -1]
    return [*posting, *before, *kinds, event, ordinal]


def _known(balance: int | None) -> int:
    return UNKNOWN if balance is None else balance
