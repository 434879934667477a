"""The graph that is written to while it is read: one writer, any number of readers."""

from collections.abc import Iterable, Iterator
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.features.compiled import Words
from zhamen.networks.graph.kernels import enrol_all, post_all
from zhamen.networks.graph.kinds import AccountKind
from zhamen.networks.graph.layout import (
    A_BALANCE,
    A_IN,
    A_KIND,
    A_KNOWN,
    A_OPENING,
    A_OUT,
    EDGES,
    IN_ORIGINAL,
    KIND_BITS,
    REFUSED,
    TOTAL_LIMIT,
)
from zhamen.networks.graph.memory import GraphMemory
from zhamen.networks.graph.postings import Posting, Postings, refusal
from zhamen.networks.graph.view import GraphView

__all__ = ["TransferGraph"]

_CHUNK: Final = 2048
"""Postings taken under the lock of the table of accounts at a time: about a millisecond."""

_Numbers = npt.NDArray[np.int64]


class TransferGraph(GraphView):
    """Every movement of money of one bank in one currency, in posting order.

    Edges have numbers that rise by posting, never by time; an edge is never changed and its number
    never given again. Accounts have small numbers too, in order of arrival; number 0 stands for no
    account (cash, the bank itself). The graph knows accounts by identity only, never by what people
    call them.

    **Writing** (`append`, `append_many`, `enrol`) is for one thread. **Reading** is for any thread
    at any time, and never waits for the writer but to find an account by its identity. A reader
    takes `watermark` first and asks as of it; what is posted later changes no answer. To go on
    building: ask `edges_of` and `edge`, or `zhamen.networks.graph.columns` for all edges at once.

    Parameters
    ----------
    budget_bytes
        What it may come to; all of the machine's memory when not given. Only what is used is taken.
    memory
        One that is filled already, to go on with; a new one when not given.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve addresses for the budget.

    Notes
    -----
    About 55 bytes an edge (log, and indexes of both directions) and 99 an account. Nothing is ever
    moved or copied to grow, so no posting waits for what was posted before it.

    Examples
    --------
    >>> from zhamen.networks.graph.kinds import EdgeKind
    >>> graph = TransferGraph(budget_bytes=1 << 20)
    >>> victim, mule = 11, 12
    >>> graph.append(Posting(posted_at=0, kind=EdgeKind.TRANSFER, amount_minor=500, debtor=victim,
    ...     creditor=mule, debtor_balance_after=100))
    0
    >>> graph.watermark
    1
    >>> graph.balance(graph.account(mule)), graph.balance(graph.account(victim))
    (500, 100)
    """

    def __init__(self, budget_bytes: int | None = None, *, memory: GraphMemory | None = None) -> None:
        super().__init__(GraphMemory(budget_bytes) if memory is None else memory)

    def append(self, posting: Posting) -> int:
        """Take one posting and publish it; give the number of its edge.

        Edges of kind ``UNEXPLAINED`` may stand before it, where a balance told of what was not posted.

        Raises
        ------
        InputError
            It is refused; nothing was taken.
        StateFull
            The budget, or the numbers of edges, are used up.
        """
        return int(self._append(Postings.one(posting, self.first_edge).words)[0])

    def append_many(self, postings: Postings) -> _Numbers:
        """Take many postings and publish them; give the numbers of their edges.

        Raises
        ------
        InputError
            One is refused, as its path says; those before it were taken.
        StateFull
            The budget, or the numbers of edges, are used up; likewise.
        """
        words = postings.words
        if self.first_edge and (words[:, IN_ORIGINAL] >= 0).any():
            words = words.copy()
            words[:, IN_ORIGINAL] -= np.where(words[:, IN_ORIGINAL] >= 0, self.first_edge, 0)
            words[:, IN_ORIGINAL] = np.maximum(words[:, IN_ORIGINAL], -2)
        return self._append(words)

    def _append(self, words: _Numbers) -> _Numbers:
        flat = np.ascontiguousarray(words).reshape(-1)
        numbers = np.empty(len(words), np.int64)
        for start in range(0, len(words), _CHUNK):
            size = min(_CHUNK, len(words) - start)
            given = flat[start * words.shape[1] : (start + size) * words.shape[1]]
            with self.table:
                taken = post_all()(
                    self.log, self.slots, cast("Words", given), cast("Words", numbers[start:]), size
                )
            self.publish()
            if taken < size:
                raise refusal(int(self.memory.words[REFUSED]), start + taken)
        return numbers + self.first_edge

    def publish(self) -> None:
        """Let readers see what is in the log; `append` does it by itself.

        The watermark is written and read under the interpreter's lock, so who sees it sees what it covers.
        """
        self._published = int(self.memory.words[EDGES])

    def enrol(
        self,
        identity: int,
        kind: AccountKind = AccountKind.UNKNOWN,
        *,
        opening_balance_minor: int = 0,
        since: int | None = None,
    ) -> int:
        """Tell of an account, its kind, and what it holds before its first edge; give its number.

        The kind counts for edges from `since` on; from the next one, when not given. A trace as of an
        earlier watermark is the same before and after.

        Raises
        ------
        InputError
            Not an identity; an opening balance below 0, or of an account that has edges already.
        """
        if not 0 <= identity < 2**63 or not 0 <= opening_balance_minor < TOTAL_LIMIT // 4:
            raise InputError("an account has an identity of 63 bits, and opens with 0 or more")
        asked, found = np.array([identity], np.int64), np.empty(1, np.int64)
        with self.table:
            enrol_all()(self.log, cast("Words", asked), cast("Words", found), 1)
        row = self._row(int(found[0]))
        if kind is not AccountKind.UNKNOWN:
            row[A_KIND] = (row[A_KIND] >> KIND_BITS << KIND_BITS) | int(kind)
            row[A_KNOWN] = max(0, (self.watermark if since is None else since) - self.first_edge)
        if opening_balance_minor:
            if row[A_OUT] or row[A_IN] or row[A_OPENING]:
                raise InputError("an account opens before its first edge, and once")
            row[A_OPENING] = row[A_BALANCE] = opening_balance_minor
        return int(found[0])

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the graph as named bytes, without a copy: write them before the next posting, or in a fork."""
        yield from self.memory.parts()

    @classmethod
    def restore(
        cls,
        parts: Iterable[tuple[str, bytes | bytearray | memoryview]],
        *,
        budget_bytes: int | None = None,
    ) -> "TransferGraph":
        """Give the graph that `parts` were taken from; it goes on exactly as that one does.

        Raises
        ------
        JournalDamaged
            A part is missing, cut short, or of another format.
        """
        return cls(memory=GraphMemory.restore(parts, budget_bytes))
