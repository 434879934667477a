"""The patterns of a graph, told at every transfer."""

from collections.abc import Iterator
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError, NotFoundError, StateFull
from zhamen.core.instants import Micros
from zhamen.features.compiled import Floats, Words
from zhamen.features.layout import LIVE_WORDS
from zhamen.networks.graph.layout import TIME_LIMIT
from zhamen.networks.graph.view import GraphView
from zhamen.networks.typologies.again import complete_of, numbers_of
from zhamen.networks.typologies.evidence import evidence_of
from zhamen.networks.typologies.kernels import follow_all
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.layout import (
    BUDGET,
    FIRST_NUMBER,
    FOLLOWED,
    FULL,
    LATER,
    MARK_BITS,
    R_OPENED,
    R_SEEN,
    ROW_WORDS,
    ROWS_USED,
    TAIL_EDGE,
    WHOLE,
)
from zhamen.networks.typologies.memory import Parts, TypologyMemory
from zhamen.networks.typologies.names import TYPOLOGY_NAMES
from zhamen.networks.typologies.past import Past
from zhamen.networks.typologies.rebase import rebase
from zhamen.networks.typologies.settings import TypologySettings, check_settings

__all__ = ["Typologies"]

_ROW: Final = len(TYPOLOGY_NAMES)
_MARK_MASK: Final = (1 << MARK_BITS) - 1


class Typologies:
    """What patterns each transfer completes, as of the newest edge that was followed.

    All of it is a function of the edges, of what was told of accounts (`opened`, and their kinds in
    the graph) and of the settings; what is told of an edge never changes by a later one. For the
    thread that writes the graph.

    Parameters
    ----------
    graph
        To follow, from its oldest edge. When it is replaced (`zhamen.networks.graph.expiry`), they are
        moved to the new one; it must keep the edges of the window.
    settings
        What makes a pattern.
    budget_bytes
        What they may come to; all of the machine's memory when not given. Only what is used is taken.

    Raises
    ------
    InputError
        A setting is out of its range.
    InvalidSetting
        The system refuses to reserve addresses for the budget.

    Notes
    -----
    72 bytes an account, and about 90 a transfer in the window. No look goes through more edges than
    the settings say, however many an account has; where one ended so, ``transfer_truncated`` is 1.

    Examples
    --------
    >>> from zhamen.networks.graph.kinds import EdgeKind
    >>> from zhamen.networks.graph.live import TransferGraph
    >>> from zhamen.networks.graph.postings import Posting
    >>> graph = TransferGraph(budget_bytes=1 << 20)
    >>> typologies = Typologies(graph, budget_bytes=1 << 20)
    >>> for debtor, creditor in ((1, 2), (2, 3), (3, 1)):
    ...     _ = graph.append(Posting(posted_at=graph.watermark, kind=EdgeKind.TRANSFER,
    ...         amount_minor=1000, debtor=debtor, creditor=creditor))
    >>> typologies.follow()
    >>> told = dict(zip(TYPOLOGY_NAMES, typologies.values(), strict=True))
    >>> told["transfer_cycle_length"], told["transfer_t4"], told["creditor_account_fan_in"]
    (3.0, 1.0, 1.0)
    """

    def __init__(
        self,
        graph: GraphView,
        settings: TypologySettings | None = None,
        *,
        budget_bytes: int | None = None,
        memory: TypologyMemory | None = None,
    ) -> None:
        chosen = TypologySettings() if settings is None else settings
        check_settings(chosen)
        self.graph: Final = graph
        self.memory: Final = (
            TypologyMemory(chosen, graph.first_edge, budget_bytes) if memory is None else memory
        )
        self.settings: Final = self.memory.settings
        self._row: Final = np.full(_ROW, np.nan)

    @property
    def watermark(self) -> int:
        """The first edge that was not followed yet."""
        return int(self.memory.words[FIRST_NUMBER] + self.memory.words[FOLLOWED])

    @property
    def oldest_needed(self) -> int:
        """The oldest edge of the widest window; the graph has to keep it."""
        return int(self.memory.words[FIRST_NUMBER] + self.memory.words[WHOLE + TAIL_EDGE])

    def moved_to(self, graph: GraphView) -> "Typologies":
        """Give these on a graph that is this one's without its oldest edges; these are of no use then."""
        rebase(self.memory, graph)
        return Typologies(graph, memory=self.memory)

    def follow(self) -> None:
        """Take in every edge posted since the last time; `values` then tells of the newest.

        Raises
        ------
        StateFull
            The budget is used up. From here on these are of no use: make new ones with more room.
        """
        self._take(self._row, self.graph.watermark - self.graph.first_edge, 1)

    def follow_many(self, out: npt.NDArray[np.float64]) -> int:
        """Take in edges posted since the last time, and write a row for each, while there is room in `out`.

        Parameters
        ----------
        out
            ``[edges, columns]``, the columns as in `TYPOLOGY_NAMES`.

        Returns
        -------
        int
            How many rows were written.

        Raises
        ------
        InputError
            `out` has another shape.
        StateFull
            As of `follow`.
        """
        if out.ndim != 2 or out.shape[1] != _ROW or out.dtype != np.float64 or not out.flags.c_contiguous:
            raise InputError(
                f"rows of typologies have {_ROW} columns of 64-bit floats, one row behind the other"
            )
        start = int(self.memory.words[FOLLOWED])
        size = min(len(out), self.graph.watermark - self.graph.first_edge - start)
        self._take(out.reshape(-1), start + size, size)
        if size > 0:
            self._row[:] = out[size - 1]
        return max(0, size)

    def _take(self, out: npt.NDArray[np.float64], end: int, told: int) -> None:
        self.check_room()
        words = cast("Words", self.memory.words)
        follow_all()(self.graph.log, self.graph.slots, words, cast("Floats", out), end, told)
        if self.memory.words[FULL]:
            raise self._full()

    def check_room(self) -> None:
        """Refuse an edge before it is taken in.

        Raises
        ------
        StateFull
            The budget is used up.
        """
        rows = self.graph.accounts * ROW_WORDS
        words = self.memory.words
        if words[FULL] or max(rows, words[LIVE_WORDS]) > words[BUDGET]:
            raise self._full()

    @staticmethod
    def _full() -> StateFull:
        return StateFull("the typologies have used their budget of memory; give them a larger one")

    def values(self) -> list[float]:
        """Give what is told of the newest edge that was followed, in the order of `TYPOLOGY_NAMES`."""
        return self._row.tolist()

    def knows_opening(self, account_number: int) -> bool:
        """Tell whether it was told when an account was opened."""
        row = self.memory.regions.at["rows"] + account_number * ROW_WORDS
        return int(self.memory.words[row + R_OPENED]) >> MARK_BITS != 0

    def opened(self, account_number: int, at: Micros) -> None:
        """Tell when an account was opened; it counts for the edges that are followed from now on.

        Raises
        ------
        NotFoundError
            The graph has no such account.
        InputError
            A time out of range.
        StateFull
            As of `follow`.
        """
        if not 0 < account_number < self.graph.accounts:
            raise NotFoundError("the transfer graph has no account of that number")
        if not -TIME_LIMIT < at < TIME_LIMIT:
            raise InputError("an account is opened within 570 years of 1970")
        self.check_room()
        words = self.memory.words
        row = self.memory.regions.at["rows"] + account_number * ROW_WORDS
        words[row + R_OPENED] = (at + LATER) << MARK_BITS | int(words[row + R_OPENED]) & _MARK_MASK
        if not words[row + R_SEEN]:
            words[row + R_SEEN] = at + LATER
        words[ROWS_USED] = max(int(words[ROWS_USED]), account_number + 1)

    def evidence(self, edge: int, typology: Typology) -> tuple[int, ...]:
        """Give the edges of a pattern that an edge completed, as of that edge, in posting order; any thread.

        None where there is nothing of the pattern. What accounts are is taken as it is known now; of one
        account the newest thousand edges are listed.

        Raises
        ------
        NotFoundError
            The edge was not followed yet, or has expired.
        """
        return evidence_of(self._past(edge), typology)

    def numbers(self, edge: int) -> dict[str, float]:
        """Give what was told of an edge, by name, worked out again; any thread; see `numbers_of`.

        Errors are those of `evidence`.
        """
        return numbers_of(self._past(edge))

    def complete(self, edge: int) -> tuple[Typology, ...]:
        """Give the patterns that an edge completed, worked out again; any thread; see `numbers_of`.

        Errors are those of `evidence`.
        """
        return complete_of(self._past(edge))

    def _past(self, edge: int) -> Past:
        if not self.graph.first_edge <= edge < self.watermark:
            raise NotFoundError(f"edge {edge} was not followed by the typologies, or has expired")
        return Past(self.graph, self.memory, edge)

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give these as named bytes, without a copy: write them before the next edge, or in a fork."""
        yield from self.memory.parts()

    @classmethod
    def restore(cls, graph: GraphView, parts: Parts, *, budget_bytes: int | None = None) -> "Typologies":
        """Give those that `parts` were taken from; they go on exactly as those do.

        `graph` is that one or its successor, whose older edges have expired.

        Raises
        ------
        JournalDamaged
            A part is missing, cut short, or of another format, or tells of edges that `graph` does not have.
        """
        memory = TypologyMemory.restore(parts, budget_bytes)
        rebase(memory, graph)
        return cls(graph, memory=memory)
