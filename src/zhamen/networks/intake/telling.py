"""What an event tells of links: who was seen with what, opened in whose company, reported.

A device and its address are the payer's, or whose account it is; a sign-in that failed tells of
nobody. A telephone and where somebody lives come with an opening and with what the holder does; an
outlet and company count at the opening alone.
"""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.intake.layout import (
    ACCOUNT_OPENED,
    B_NOTED,
    B_NOTES,
    BY_HOLDER,
    CASH_WITHDRAWAL,
    CONFIRMED,
    E_ACCOUNT,
    E_ADDRESS,
    E_AT,
    E_COMPANION,
    E_CREDITOR,
    E_CUSTOMER,
    E_DEBTOR,
    E_DEBTOR_PARTY,
    E_DEVICE,
    E_FAILED,
    E_IP,
    E_LABEL,
    E_OUTLET,
    E_PHONE,
    E_SIDE,
    E_TYPE,
    FRAUD_REPORTED,
    TRANSFER,
)
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.layout import (
    CLEARED,
    CLOCK,
    IN_ACCOUNT,
    IN_AT,
    IN_VALUE,
    IN_WHAT,
    IN_WORDS,
    NEVER,
    OPENED,
    REPORTED,
    TIME_PASSES,
)
from zhamen.networks.links.notes import take

__all__ = ["is_new_night", "tell"]

_DAY: Final = 86_400_000_000
_NIGHT: Final = 19 * 3_600_000_000
"""When clusters are made anew, after midnight UTC: three in the morning in China."""
_ENTRY: Final = int(EdgeKind.ENTRY)
_DEVICE: Final = int(LinkKind.DEVICE)
_IP: Final = int(LinkKind.IP)
_PHONE: Final = int(LinkKind.PHONE)
_ADDRESS: Final = int(LinkKind.ADDRESS)
_ID_NUMBER: Final = int(LinkKind.ID_NUMBER)
_COMPANION: Final = int(LinkKind.COMPANION)
_OUTLET: Final = int(LinkKind.OUTLET)


@inlined
def is_new_night(links: Words, instant: int) -> bool:
    """Tell whether clusters have to be made anew before an event of this instant is told."""
    clock = links[CLOCK]
    return clock != NEVER and (instant - _NIGHT) // _DAY > (clock - _NIGHT) // _DAY


@inlined
def tell(links: Words, board: Words, given: Words, at: int) -> None:
    """Tell links of the event that stands at a place."""
    kind, label = given[at + E_TYPE], given[at + E_LABEL]
    board[B_NOTED] = 0
    _note(board, given, at, (TIME_PASSES, 0, 0))
    if kind == CASH_WITHDRAWAL or (kind == TRANSFER and given[at + E_SIDE] != _ENTRY):
        _note_held(board, given, at, given[at + E_DEBTOR], given[at + E_DEBTOR_PARTY])
    elif kind in BY_HOLDER and given[at + E_FAILED] == 0:
        _note_held(board, given, at, given[at + E_ACCOUNT], given[at + E_CUSTOMER])
        _note_reached(board, given, at)
    elif kind == ACCOUNT_OPENED:
        _note_opened(board, given, at)
        _note_reached(board, given, at)
    elif kind == FRAUD_REPORTED and label != 0:
        _note(board, given, at, (REPORTED if label == CONFIRMED else CLEARED, given[at + E_CREDITOR], 0))
    for note in range(board[B_NOTED]):
        take(links, board, B_NOTES + note * IN_WORDS)


@inlined
def _note(board: Words, given: Words, at: int, what: tuple[int, int, int]) -> None:
    """Write a note on the board: what, of which account, which thing; none where one is missing."""
    if what[1] >= 0 and what[2] >= 0:
        to = B_NOTES + board[B_NOTED] * IN_WORDS
        board[to + IN_WHAT], board[to + IN_ACCOUNT], board[to + IN_VALUE] = what
        board[to + IN_AT] = given[at + E_AT]
        board[B_NOTED] += 1


@inlined
def _note_held(board: Words, given: Words, at: int, account: int, party: int) -> None:
    _note(board, given, at, (_DEVICE, account, given[at + E_DEVICE]))
    _note(board, given, at, (_IP, account, given[at + E_IP]))
    _note(board, given, at, (_ID_NUMBER, account, party))


@inlined
def _note_reached(board: Words, given: Words, at: int) -> None:
    """Note by what the holder of an account is reached."""
    _note(board, given, at, (_PHONE, given[at + E_ACCOUNT], given[at + E_PHONE]))
    _note(board, given, at, (_ADDRESS, given[at + E_ACCOUNT], given[at + E_ADDRESS]))


@inlined
def _note_opened(board: Words, given: Words, at: int) -> None:
    """Note an opening; a customer is in his own company too, so that who came along is linked."""
    account, customer = given[at + E_ACCOUNT], given[at + E_CUSTOMER]
    _note(board, given, at, (OPENED, account, 0))
    _note(board, given, at, (_ID_NUMBER, account, customer))
    _note(board, given, at, (_COMPANION, account, customer))
    _note(board, given, at, (_COMPANION, account, given[at + E_COMPANION]))
    _note(board, given, at, (_OUTLET, account, given[at + E_OUTLET]))
