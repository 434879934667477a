"""Stolen money of open cases, kept up to date with every transfer."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Final, cast

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from zhamen.core.errors import ConflictError, InputError, NotFoundError, StateFull
from zhamen.features.compiled import Words
from zhamen.networks.graph.view import GraphView
from zhamen.networks.tracing.kernels import follow_all, install_all, sum_of, withhold_all
from zhamen.networks.tracing.layout import (
    CASE_SHIFT,
    FATE_MASK,
    FORWARD,
    P_EDGE,
    P_LEFT,
    P_META,
    PIECE_WORDS,
    PIECES,
    TRUNCATED,
    WATERMARK,
)
from zhamen.networks.tracing.memory import TraceMemory
from zhamen.networks.tracing.request import TraceRequest
from zhamen.networks.tracing.rules import HELD, Direction, Fate, Rule
from zhamen.networks.tracing.tracer import Tracer

__all__ = ["LiveTaint", "Rest"]

_MOST_CASES: Final = 2**20


@dataclass(frozen=True, slots=True)
class Rest:
    """How much of a case's money came to an account, and what became of it there."""

    account: int
    fate: Fate
    amount_minor: int


class LiveTaint:
    """Where the stolen money of every open case lies, as of the last transfer that was followed.

    A case is opened with a request (stolen-first, forward): what its money did so far is traced at
    once, and every later transfer moves it on. Cases are served in the order they were opened: where
    two claim the money of one transfer, the older takes first, so no transfer carries more than it
    moved. What an account holds is the same, at every moment, as a fresh trace of all cases in that
    order would give.

    `open`, `close` and `follow` are for the graph's writer. `tainted_amount` may be asked from any
    thread. Nothing here need be written down: after a recovery, open the cases that are open again.

    Parameters
    ----------
    graph
        To follow. When it is replaced (`zhamen.networks.graph.expiry`), make a new one of these and
        open the cases again; keep their seeds when edges expire.
    max_lots
        How many amounts in how many places it may keep; addresses only, until they are used.
    watermark
        The first edge that is not looked at: as of then, cases are only added, never followed on. Now, and
        every edge that comes, when not given.

    Examples
    --------
    >>> from zhamen.networks.graph.kinds import EdgeKind
    >>> from zhamen.networks.graph.live import TransferGraph
    >>> from zhamen.networks.graph.postings import Posting
    >>> from zhamen.networks.tracing.request import Seed
    >>> graph = TransferGraph(budget_bytes=1 << 20)
    >>> def transfer(debtor: int, creditor: int, amount: int) -> int:
    ...     return graph.append(Posting(posted_at=graph.watermark, kind=EdgeKind.TRANSFER,
    ...         amount_minor=amount, debtor=debtor, creditor=creditor))
    >>> stolen, taint = transfer(1, 2, 1000), LiveTaint(graph)
    >>> taint.open("case 1", TraceRequest(seeds=(Seed(stolen),)))
    >>> _ = transfer(2, 3, 600)
    >>> taint.follow()
    >>> taint.tainted_amount(graph.account(2)), taint.tainted_amount(graph.account(3))
    (400, 600)
    """

    def __init__(self, graph: GraphView, *, max_lots: int = 1_000_000, watermark: int | None = None) -> None:
        self.graph: Final = graph
        self._as_of: Final = watermark
        self.max_lots: Final = max_lots
        self._tracer: Final = Tracer(graph)
        self._install: Final = install_all()
        self._sum: Final = sum_of()
        self.lock: Final = Lock()
        self._requests: dict[str, TraceRequest] = {}
        self._numbers: dict[str, int] = {}
        self._memory = self._empty()

    def _empty(self) -> TraceMemory:
        memory = TraceMemory(self.max_lots, live=True)
        memory.words[FORWARD] = int(Direction.FORWARD)
        until = self.graph.watermark if self._as_of is None else self._as_of
        memory.words[WATERMARK] = until - self.graph.first_edge
        return memory

    @property
    def watermark(self) -> int:
        """The first edge that was not followed yet."""
        return self.graph.first_edge + int(self._memory.words[WATERMARK])

    @property
    def words(self) -> npt.NDArray[np.int64]:
        """The memory; another one after a case was closed."""
        return self._memory.words

    @property
    def memory(self) -> TraceMemory:
        """What `Tracer.trace` takes as what is not to be taken again."""
        return self._memory

    @property
    def cases(self) -> tuple[str, ...]:
        """The open cases, the oldest first."""
        return tuple(self._requests)

    def open(self, case: str, request: TraceRequest) -> None:
        """Trace a case's money to now, and follow it from here on.

        Raises
        ------
        ConflictError
            The case is open already.
        InputError
            Not stolen-first and forward, or a request that cannot be traced.
        NotFoundError
            A seed is not in the graph.
        StateFull
            There is no room for the case's money.
        """
        if case in self._requests:
            raise ConflictError(f"case {case!r} is followed already; close it first")
        if request.rule is not Rule.STOLEN_FIRST or request.direction is not Direction.FORWARD:
            raise InputError("only stolen-first and forward is followed live; trace other rules alone")
        self.follow()
        self.add(case, request)

    def add(self, case: str, request: TraceRequest) -> None:
        """Trace a case's money up to the watermark, from what those before it have left.

        Raises
        ------
        StateFull
            There is no room for the case's money.
        """
        number = len(self._numbers)
        if number >= _MOST_CASES:
            raise StateFull("there are a million open cases; close some")
        watermark = self.watermark
        memory = self._tracer.room(request.max_pieces)
        asked = replace(request, watermark=watermark)
        traced, _, _ = self._tracer.run(asked, memory, self._memory)
        if traced.words[TRUNCATED]:
            raise StateFull("the case's money is in more places than its request allows; raise max_pieces")
        with self.lock:
            self._memory.copy_case(number, memory)
            own, found = cast("Words", self._memory.words), cast("Words", traced.words)
            self._install(self.graph.log, self.graph.slots, own, found, number)
            if self._memory.words[TRUNCATED]:
                raise StateFull("there is no room to follow the case's money; raise max_lots")
            self._requests[case] = request
            self._numbers[case] = number

    def withhold(self, edges: Iterable[int]) -> None:
        """Let these edges carry nothing, of any case: say so before the first is added."""
        found = [self.graph.edge(edge) for edge in sorted(edges)]
        given = np.array(
            [(edge.number - self.graph.first_edge, edge.amount_minor) for edge in found], np.int64
        )
        with self.lock:
            words = cast("Words", self._memory.words)
            withhold_all()(words, cast("Words", given.reshape(-1)), len(found))

    def close(self, case: str) -> None:
        """Follow a case no more; what it took is free for the cases behind it, which are traced again.

        Raises
        ------
        NotFoundError
            The case is not open.
        """
        if case not in self._requests:
            raise NotFoundError(f"case {case!r} is not followed")
        self.follow()
        rest = {name: request for name, request in self._requests.items() if name != case}
        with self.lock:
            self._requests, self._numbers, self._memory = {}, {}, self._empty()
        for name, request in rest.items():
            self.add(name, request)

    def follow(self) -> None:
        """Let every edge posted since the last time move what open cases hold.

        Raises
        ------
        StateFull
            There is no room to follow on. From here on these are of no use: open the cases again in new
            ones with more room.
        """
        if self.watermark < self.graph.watermark:
            end = self.graph.watermark - self.graph.first_edge
            with self.lock:
                follow_all()(self.graph.log, self.graph.slots, cast("Words", self._memory.words), end)
        self.check_room()

    def check_room(self) -> None:
        """Refuse an edge that may move what is followed.

        Raises
        ------
        StateFull
            There was no room to follow on. Open the cases again in new ones with more room.
        """
        if self._memory.words[TRUNCATED]:
            raise StateFull("there is no room to follow stolen money on; raise max_lots")

    def tainted_amount(self, account: int) -> int:
        """Give how much stolen money lies in an account, of all open cases, in minor units.

        Without what stopped at an account of very many, of which nobody knows how much is left (`holds`).
        """
        return int(self.tainted_amounts(np.array([account], np.int64))[0])

    def tainted_amounts(self, accounts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give how much stolen money lies in each account."""
        asked = np.array(accounts, np.int64)
        with self.lock:
            self._sum(cast("Words", self._memory.words), cast("Words", asked), len(asked))
        return asked

    def amounts_in(self, account: int) -> dict[str, int]:
        """Give what lies in an account of each open case that has money there, the oldest case first.

        They add up to `tainted_amount`. Reads all that is followed.
        """
        with self.lock:
            names, lots = tuple(self._numbers), self._held_lots()
        held = lots[
            np.isin(lots[:, P_META] & FATE_MASK, [int(fate) for fate in HELD if fate is not Fate.HUB])
        ]
        mine = held[self.graph.far_ends(held[:, P_EDGE], forward=True) == account]
        sums: dict[int, int] = {}
        for number, left in zip(
            (mine[:, P_META] >> CASE_SHIFT).tolist(), mine[:, P_LEFT].tolist(), strict=True
        ):
            sums[number] = sums.get(number, 0) + left
        return {names[number]: sums[number] for number in sorted(sums)}

    def rests(self, case: str) -> tuple[Rest, ...]:
        """Give where a case's money is, by account and fate.

        Raises
        ------
        NotFoundError
            The case is not open.

        Notes
        -----
        Reads all that is followed; for the whole way of each amount, trace.
        """
        if case not in self._numbers:
            raise NotFoundError(f"case {case!r} is not followed")
        lots = self._lots()
        mine = lots[lots[:, P_META] >> CASE_SHIFT == self._numbers[case]]
        accounts = self.graph.far_ends(mine[:, P_EDGE], forward=True)
        sums: dict[tuple[int, int], int] = {}
        for account, meta, left in zip(
            accounts.tolist(), mine[:, P_META].tolist(), mine[:, P_LEFT].tolist(), strict=True
        ):
            key = account, meta & FATE_MASK
            sums[key] = sums.get(key, 0) + left
        return tuple(Rest(account, Fate(fate), amount) for (account, fate), amount in sorted(sums.items()))

    def holds(self) -> dict[int, int]:
        """Give what came to each account and did not go on, of all cases, accounts of very many included."""
        lots = self._lots()
        held = lots[np.isin(lots[:, P_META] & FATE_MASK, [int(fate) for fate in HELD])]
        accounts = self.graph.far_ends(held[:, P_EDGE], forward=True)
        sums: dict[int, int] = {}
        for account, left in zip(accounts.tolist(), held[:, P_LEFT].tolist(), strict=True):
            sums[account] = sums.get(account, 0) + left
        return sums

    def _lots(self) -> npt.NDArray[np.int64]:
        with self.lock:
            return self._held_lots()

    def _held_lots(self) -> npt.NDArray[np.int64]:
        """Give every lot that has money left; with the lock held."""
        words, at = self._memory.words, self._memory.regions.at["pieces"]
        end = at + int(words[PIECES]) * PIECE_WORDS
        lots = words[at:end].reshape(-1, PIECE_WORDS).copy()
        return lots[lots[:, P_LEFT] > 0]
