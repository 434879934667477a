"""What a graph tells: edges, accounts and balances, as of a watermark."""

from collections.abc import Sequence
from threading import Lock
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import NotFoundError
from zhamen.features.compiled import Words
from zhamen.features.layout import TABLE_LIVE
from zhamen.networks.graph.kernels import balances, find_all, list_edges
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import (
    A_CODE,
    A_KIND,
    ACCOUNT_WORDS,
    ACCOUNTS,
    E_AMOUNT,
    E_PAID,
    E_PLACE,
    E_SIDES,
    E_TIME,
    EDGE_WORDS,
    EDGES,
    FIRST_EDGE,
    KIND_BITS,
    KIND_MASK,
    META_BITS,
    REVERSED,
    SAME_OWNER,
)
from zhamen.networks.graph.memory import GraphMemory, GraphSize
from zhamen.networks.graph.postings import Edge

__all__ = ["GraphView"]

_Numbers = npt.NDArray[np.int64]


class GraphView:
    """The reading half of a `TransferGraph`: for any thread, at any time."""

    def __init__(self, memory: GraphMemory) -> None:
        self.memory: Final = memory
        self._find: Final = find_all()
        self._list: Final = list_edges()
        self._balances: Final = balances()
        self.table: Final = Lock()
        self._published = int(self.memory.words[EDGES])
        self.first_edge: Final = int(self.memory.words[FIRST_EDGE])
        """The number of the oldest edge; more than 0 once older ones have expired."""

    @property
    def watermark(self) -> int:
        """The number that the next edge will have: all below are published."""
        return self.first_edge + self._published

    @property
    def log(self) -> Words:
        """The memory, as compiled code of this room takes it."""
        return cast("Words", self.memory.words)

    @property
    def slots(self) -> Words:
        """The memory in words of 32 bits, likewise."""
        return cast("Words", self.memory.slots)

    @property
    def size(self) -> GraphSize:
        """What it holds now."""
        return self.memory.size

    @property
    def accounts(self) -> int:
        """How many accounts have a number: those below it, 0 included."""
        return int(self.memory.words[ACCOUNTS + TABLE_LIVE])

    def find_account(self, identity: int) -> int | None:
        """Give the number of an account, or None when the graph does not know it."""
        found = int(self.find_accounts([identity])[0])
        return None if found < 0 else found

    def account(self, identity: int) -> int:
        """Give the number of an account.

        Raises
        ------
        NotFoundError
            The graph does not know it.
        """
        found = self.find_account(identity)
        if found is None:
            raise NotFoundError("the transfer graph knows no such account; no movement of it was posted")
        return found

    def find_accounts(self, identities: Sequence[int] | _Numbers) -> _Numbers:
        """Give the number of each account, -1 where the graph does not know it."""
        asked = np.ascontiguousarray(identities, np.int64)
        found = np.empty(len(asked), np.int64)
        with self.table:
            self._find(self.log, cast("Words", asked), cast("Words", found), len(asked))
        return found

    def identity(self, account: int) -> int:
        """Give the identity of an account; `NOBODY_CODE` of number 0."""
        return int(self._row(account)[A_CODE])

    def kind(self, account: int) -> AccountKind:
        """Give what an account is, so far as it was told."""
        return AccountKind(int(self._row(account)[A_KIND]) & ((1 << KIND_BITS) - 1))

    def estimated(self, account: int, watermark: int | None = None) -> bool:
        """Tell whether its balance is an estimate: money moved before that was not posted here.

        First-in-first-out, pro-rata and lowest-balance figures of it are estimates then.
        """
        since = int(self._row(account)[A_KIND]) >> KIND_BITS
        return 0 < since <= self._edges_below(watermark)

    def balance(self, account: int, watermark: int | None = None) -> int:
        """Give what an account holds in minor units, as of a watermark (now, when not given)."""
        return int(self.balances(np.array([account]), watermark)[0])

    def balances(self, accounts: _Numbers, watermark: int | None = None) -> _Numbers:
        """Give what each account holds in minor units, as of a watermark (now, when not given)."""
        asked = np.append(np.asarray(accounts, np.int64), self._edges_below(watermark))
        self._check_accounts(asked[:-1])
        self._balances(self.log, self.slots, cast("Words", asked), len(asked) - 1)
        return asked[:-1]

    def edge(self, number: int) -> Edge:
        """Give an edge.

        Raises
        ------
        NotFoundError
            It is not published, or has expired.
        """
        at = self.position(number)
        start = self.memory.regions.at["log"] + at * EDGE_WORDS
        record = self.memory.words[start : start + EDGE_WORDS].tolist()
        meta = record[E_TIME] & ((1 << META_BITS) - 1)
        return Edge(
            number=number,
            posted_at=record[E_TIME] >> META_BITS,
            kind=EdgeKind(meta & KIND_MASK),
            debtor=record[E_SIDES] >> 32,
            creditor=record[E_SIDES] & 0xFFFFFFFF,
            amount_minor=record[E_AMOUNT],
            paid_before=record[E_PAID],
            place=record[E_PLACE],
            same_owner=bool(meta & SAME_OWNER),
            reversed=bool(meta & REVERSED),
        )

    def far_ends(self, positions: _Numbers, *, forward: bool) -> _Numbers:
        """Give the creditor (or, not forward, the debtor) of the edges at these positions in the log."""
        at = self.memory.regions.at["log"] + positions * EDGE_WORDS + E_SIDES
        sides = self.memory.words[at]
        return sides & 0xFFFFFFFF if forward else sides >> 32

    def times(self, positions: _Numbers) -> _Numbers:
        """Give when the edges at these positions in the log were posted."""
        at = self.memory.regions.at["log"] + positions * EDGE_WORDS + E_TIME
        return self.memory.words[at] >> META_BITS

    def position(self, number: int) -> int:
        """Give where in the log an edge stands, counted from the oldest.

        Raises
        ------
        NotFoundError
            It is not published, or has expired.
        """
        at = number - self.first_edge
        if not 0 <= at < self._published:
            raise NotFoundError(
                f"there is no edge {number} in the transfer graph, which has {self.first_edge} to"
                f" {self.watermark - 1}; older ones are in the journal's archive"
            )
        return at

    def edges_of(
        self,
        account: int,
        *,
        as_debtor: bool,
        since: int = 0,
        watermark: int | None = None,
        limit: int = 1000,
    ) -> _Numbers:
        """Give the newest edges of an account in posting order, of one direction.

        Parameters
        ----------
        account
            By number.
        as_debtor
            What it paid; else what it received.
        since
            The first edge that may be among them.
        watermark
            The first that may not; now, when not given.
        limit
            How many at most: the newest count.
        """
        self._check_accounts(np.array([account]))
        first = max(0, since - self.first_edge)
        asked = np.array([account, as_debtor, first, self._edges_below(watermark), *[0] * limit], np.int64)
        found = self._list(self.log, self.slots, cast("Words", asked), limit)
        return asked[4 : 4 + min(found, limit)][::-1] + self.first_edge

    def degree(self, account: int, *, as_debtor: bool, watermark: int | None = None) -> int:
        """Give how many edges an account has in one direction."""
        self._check_accounts(np.array([account]))
        asked = np.array([account, as_debtor, 0, self._edges_below(watermark)], np.int64)
        return self._list(self.log, self.slots, cast("Words", asked), 0)

    def _row(self, account: int) -> _Numbers:
        self._check_accounts(np.array([account]))
        at = self.memory.regions.at["accounts"] + account * ACCOUNT_WORDS
        return self.memory.words[at : at + ACCOUNT_WORDS]

    def _check_accounts(self, accounts: _Numbers) -> None:
        if len(accounts) and not (int(accounts.min()) >= 0 and int(accounts.max()) < self.accounts):
            raise NotFoundError("the transfer graph has no account of that number")

    def _edges_below(self, watermark: int | None) -> int:
        if watermark is None:
            return self._published
        return min(self._published, max(0, watermark - self.first_edge))
