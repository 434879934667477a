"""What is given to the graph and what it gives back: postings, and edges."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from zhamen.core.errors import InputError, StateFull
from zhamen.core.instants import Micros
from zhamen.core.money import MAX_AMOUNT_MINOR
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    BAD_AMOUNT,
    BAD_BALANCE,
    BAD_KIND,
    BAD_ORIGINAL,
    BAD_TIME,
    BUDGET_USED,
    IN_AMOUNT,
    IN_CREDITOR,
    IN_CREDITOR_AFTER,
    IN_DEBTOR,
    IN_DEBTOR_AFTER,
    IN_KIND,
    IN_ORIGINAL,
    IN_TIME,
    IN_WORDS,
    LOG_FULL,
    NO_CREDITOR,
    NO_DEBTOR,
    OTHER_SIDES,
    SAME_OWNER,
    TOTAL_TOO_LARGE,
    UNKNOWN,
)

__all__ = ["Edge", "Posting", "Postings", "refusal"]

_Column = npt.NDArray[np.int64]
_LARGEST: Final = 2**62


class Posting(Struct, frozen=True, kw_only=True):
    """One movement of money, as the core posted it.

    Accounts are given by identity (`zhamen.core.identifiers.identity`). Which sides a kind has:
    both for ``TRANSFER``; the debtor for ``EXIT`` and the creditor for ``ENTRY``, with the account
    at the other institution where it is known; the debtor for ``CASH_OUT`` and ``FEE``; the creditor
    for ``CASH_IN``. A ``REVERSAL`` names the edge it takes back and has that one's sides, exchanged.
    An identity is of an account of ours or of one elsewhere, never of both.
    """

    posted_at: Micros
    kind: EdgeKind
    amount_minor: int
    debtor: int | None = None
    creditor: int | None = None
    debtor_balance_after: int | None = None
    """What the core holds the debtor's balance to be after it, in minor units."""
    creditor_balance_after: int | None = None
    original: int | None = None
    """The edge that a reversal takes back."""
    same_owner: bool = False
    """Both accounts are one person's: traced through, and not a hop."""


class Edge(Struct, frozen=True, kw_only=True):
    """A movement of money as it stands in the graph, between accounts by number."""

    number: int
    posted_at: Micros
    kind: EdgeKind
    debtor: int
    creditor: int
    amount_minor: int
    paid_before: int
    """What the debtor had ever paid out before it; 0 when it is not an account of ours."""
    place: int
    """What the creditor had ever paid out and held before it; 0 when it is not an account of ours."""
    same_owner: bool
    reversed: bool
    """A later edge takes some of it back."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Many movements of money in posting order: a row for each, as the compiled writer reads it.

    Examples
    --------
    >>> given = Postings.of(
    ...     posted_at=np.array([0, 1]), kind=np.array([EdgeKind.TRANSFER, EdgeKind.CASH_OUT]),
    ...     amount_minor=np.array([500, 300]), debtor=np.array([7, 8]), creditor=np.array([8, -1]))
    >>> given.size
    2
    """

    words: _Column
    """By row and place; see `Postings.of`."""

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.words)

    @classmethod
    def of(
        cls,
        *,
        posted_at: _Column,
        kind: _Column,
        amount_minor: _Column,
        debtor: _Column,
        creditor: _Column,
        **more: _Column,
    ) -> "Postings":
        """Make postings from columns of whole numbers.

        Parameters
        ----------
        posted_at, kind, amount_minor
            As in `Posting`.
        debtor, creditor
            Identities; -1 for no account.
        **more
            ``debtor_balance_after`` and ``creditor_balance_after`` (-2^62 where the core does not
            say), ``original`` (-1 for none), ``same_owner`` (0 or 1).
        """
        words = np.empty((len(posted_at), IN_WORDS), np.int64)
        words[:, IN_TIME], words[:, IN_KIND], words[:, IN_AMOUNT] = posted_at, kind, amount_minor
        words[:, IN_DEBTOR], words[:, IN_CREDITOR] = debtor, creditor
        words[:, IN_DEBTOR_AFTER] = more.pop("debtor_balance_after", UNKNOWN)
        words[:, IN_CREDITOR_AFTER] = more.pop("creditor_balance_after", UNKNOWN)
        words[:, IN_ORIGINAL] = more.pop("original", -1)
        words[:, IN_KIND] |= np.where(more.pop("same_owner", np.zeros(1, np.int64)) != 0, SAME_OWNER, 0)
        if more:
            raise InputError(f"postings have no column {min(more)!r}")
        return cls(words)

    @classmethod
    def one(cls, posting: Posting, first_edge: int) -> "Postings":
        """Make postings of one; `first_edge` is the number of the first edge in the log."""
        return cls(
            np.array(
                [
                    [
                        _word(posting.posted_at),
                        int(posting.kind) | (SAME_OWNER if posting.same_owner else 0),
                        -1 if posting.debtor is None else _word(posting.debtor),
                        -1 if posting.creditor is None else _word(posting.creditor),
                        _word(posting.amount_minor),
                        _balance(posting.debtor_balance_after),
                        _balance(posting.creditor_balance_after),
                        -1 if posting.original is None else _word(posting.original - first_edge),
                    ]
                ],
                np.int64,
            )
        )


def _word(value: int) -> int:
    """Keep a number within 64 bits; what lies beyond is as wrong at the edge of them."""
    return max(-_LARGEST * 2, min(_LARGEST * 2 - 1, value))


def _balance(value: int | None) -> int:
    return UNKNOWN if value is None else max(1 - _LARGEST, min(_LARGEST - 1, value))


_REASONS: Final = {
    BAD_KIND: ("its kind is not one that can be posted", "kind"),
    BAD_AMOUNT: (f"its amount must be 1 to {MAX_AMOUNT_MINOR} minor units", "amount_minor"),
    BAD_TIME: ("its time is more than 570 years from 1970", "posted_at"),
    BAD_BALANCE: ("a balance after it is beyond what an account can hold", "debtor_balance_after"),
    NO_DEBTOR: ("this kind needs a debtor", "debtor"),
    NO_CREDITOR: ("this kind needs a creditor", "creditor"),
    BAD_ORIGINAL: (
        "only a reversal names an original: an edge in the log that is no reversal itself",
        "original",
    ),
    OTHER_SIDES: ("an account was given on a side where this kind, or its original, has another", "debtor"),
    TOTAL_TOO_LARGE: ("an account's total would pass 2^62 minor units", "amount_minor"),
}


def refusal(code: int, posting: int) -> InputError | StateFull:
    """Give the error of a posting that was refused; `posting` is its place among those given."""
    if code in (LOG_FULL, BUDGET_USED):
        what = "its budget of memory" if code == BUDGET_USED else "all of its 2^31 numbers of edges"
        return StateFull(
            f"the transfer graph has used {what}; the posting was not taken."
            " Let older edges expire, or give the graph a larger budget"
        )
    reason, field = _REASONS[code]
    return InputError(f"the posting was not taken: {reason}", path=f"postings[{posting}].{field}")
