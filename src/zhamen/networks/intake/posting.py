"""An event as a movement of money: who pays whom, by which kind of edge.

A transfer is a movement from the moment it is asked for; what does not go out is taken back when the
settlement tells so. Without ``customer_side`` both accounts count as ours.
"""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.networks.books.layout import (
    M_DEBTOR_BEFORE,
    M_DEBTOR_KIND,
    M_EVENT,
    M_ORDINAL,
)
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import (
    IN_AMOUNT,
    IN_DEBTOR,
    IN_DEBTOR_AFTER,
    IN_KIND,
    IN_ORIGINAL,
    IN_TIME,
    SAME_OWNER,
    UNKNOWN,
)
from zhamen.networks.intake.layout import (
    ACCOUNT_CREDITED,
    B_EVENTS,
    B_POSTING,
    CASH_WITHDRAWAL,
    E_ACCOUNT,
    E_AMOUNT,
    E_AT,
    E_BEFORE,
    E_CREDITOR,
    E_CREDITOR_BEFORE,
    E_CREDITOR_ELSEWHERE,
    E_CREDITOR_KIND,
    E_CREDITOR_PARTY,
    E_DEBTOR,
    E_DEBTOR_BEFORE,
    E_DEBTOR_ELSEWHERE,
    E_DEBTOR_KIND,
    E_DEBTOR_PARTY,
    E_EVENT,
    E_KIND,
    E_SIDE,
    E_TYPE,
    TRANSFER,
)

__all__ = ["write_movement", "write_reversal"]

_EXIT: Final = int(EdgeKind.EXIT)
_ENTRY: Final = int(EdgeKind.ENTRY)
_CASH_OUT: Final = int(EdgeKind.CASH_OUT)
_CASH_IN: Final = int(EdgeKind.CASH_IN)
_REVERSAL: Final = int(EdgeKind.REVERSAL)
_EXTERNAL: Final = int(AccountKind.EXTERNAL)


@inlined
def write_movement(board: Words, given: Words, at: int) -> bool:
    """Write the movement that the event at a place asks for on the board; tell whether there is one."""
    kind = given[at + E_TYPE]
    if given[at + E_AMOUNT] == 0:
        return False
    _write_event(board, given, at, given[at + E_AMOUNT], -1)
    if kind == TRANSFER:
        side, owner = given[at + E_SIDE], given[at + E_DEBTOR_PARTY]
        one_owner = owner >= 0 and owner == given[at + E_CREDITOR_PARTY]
        board[B_POSTING + IN_KIND] = side | (SAME_OWNER if one_owner else 0)
        debtor, creditor = given[at + E_DEBTOR], given[at + E_CREDITOR]
        debtor_kind, creditor_kind = given[at + E_DEBTOR_KIND], given[at + E_CREDITOR_KIND]
        if side == _ENTRY:
            debtor, debtor_kind = given[at + E_DEBTOR_ELSEWHERE], _EXTERNAL
        elif side == _EXIT:
            creditor, creditor_kind = given[at + E_CREDITOR_ELSEWHERE], _EXTERNAL
        _write_side(board, 0, debtor, given[at + E_DEBTOR_BEFORE], debtor_kind)
        _write_side(board, 1, creditor, given[at + E_CREDITOR_BEFORE], creditor_kind)
    elif kind == CASH_WITHDRAWAL:
        board[B_POSTING + IN_KIND] = _CASH_OUT
        _write_side(board, 0, given[at + E_DEBTOR], given[at + E_DEBTOR_BEFORE], given[at + E_DEBTOR_KIND])
        _write_side(board, 1, -1, UNKNOWN, 0)
    elif kind == ACCOUNT_CREDITED:
        board[B_POSTING + IN_KIND] = _CASH_IN
        _write_side(board, 0, -1, UNKNOWN, 0)
        _write_side(board, 1, given[at + E_ACCOUNT], given[at + E_BEFORE], given[at + E_KIND])
    else:
        return False
    return True


@inlined
def write_reversal(board: Words, given: Words, at: int, edge: int, amount: int) -> None:
    """Write on the board that the event at a place takes an edge of this amount back."""
    _write_event(board, given, at, amount, edge)
    board[B_POSTING + IN_KIND] = _REVERSAL
    _write_side(board, 0, -1, UNKNOWN, 0)
    _write_side(board, 1, -1, UNKNOWN, 0)


@inlined
def _write_event(board: Words, given: Words, at: int, amount: int, original: int) -> None:
    board[B_POSTING + IN_TIME], board[B_POSTING + IN_AMOUNT] = given[at + E_AT], amount
    board[B_POSTING + IN_ORIGINAL] = original
    board[B_POSTING + M_EVENT], board[B_POSTING + M_ORDINAL] = given[at + E_EVENT], board[B_EVENTS]


@inlined
def _write_side(board: Words, side: int, identity: int, before: int, kind: int) -> None:
    """Write who one side is, what the core says that it holds, and of which kind it is."""
    board[B_POSTING + IN_DEBTOR + side], board[B_POSTING + IN_DEBTOR_AFTER + side] = identity, UNKNOWN
    board[B_POSTING + M_DEBTOR_BEFORE + side], board[B_POSTING + M_DEBTOR_KIND + side] = before, kind
