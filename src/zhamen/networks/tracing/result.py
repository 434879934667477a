"""What a trace found: pieces of the money, where each rests, and the way each came."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from zhamen.core.instants import Micros
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.view import GraphView
from zhamen.networks.tracing.layout import (
    FATE_BITS,
    FATE_MASK,
    HOP_MASK,
    P_AMOUNT,
    P_EDGE,
    P_LEFT,
    P_META,
    P_PARENT,
)
from zhamen.networks.tracing.request import TraceRequest
from zhamen.networks.tracing.rules import HELD, Fate, Rule

__all__ = ["Piece", "Step", "Trace"]

_Numbers = npt.NDArray[np.int64]
_HELD: Final = np.array([int(fate) for fate in HELD])


class Step(Struct, frozen=True, kw_only=True):
    """One edge on the way of a piece, and how much of the traced money it brought of it."""

    edge: int
    kind: EdgeKind
    posted_at: Micros
    debtor: int
    creditor: int
    edge_amount_minor: int
    amount_minor: int
    hop: int


class Piece(Struct, frozen=True, kw_only=True):
    """An amount of the traced money that one edge brought to one account."""

    number: int
    parent: int | None
    """The piece that it was taken from; None for a seed."""
    edge: int
    account: int
    amount_minor: int
    left_minor: int
    """What did not go on from there."""
    hop: int
    fate: Fate
    """Of what is left."""


@dataclass(frozen=True)
class Trace:
    """What became of the traced money, to the minor unit, as of a watermark.

    The same request at the same watermark gives the same again, whatever was posted since. The sum
    of `left_by_fate` is `total_minor` for every rule but poison, whose amounts are those of whole
    transfers and add up to nothing.
    """

    graph: GraphView
    request: TraceRequest
    watermark: int
    total_minor: int
    """Of the seeds."""
    truncated: bool
    """It came to more pieces than the request allows; what was not followed rests where it was."""
    estimated: bool
    """The rule counts on a balance that is an estimate (see `GraphView.estimated`)."""
    words: _Numbers
    """The pieces as the kernel wrote them."""

    @property
    def size(self) -> int:
        """How many pieces there are."""
        return len(self.words)

    @cached_property
    def edges(self) -> _Numbers:
        """The edge of each piece."""
        return self.words[:, P_EDGE] + self.graph.first_edge

    @cached_property
    def accounts(self) -> _Numbers:
        """The account that each piece came to."""
        return self.graph.far_ends(self.words[:, P_EDGE], forward=bool(self.request.direction))

    @property
    def amounts(self) -> _Numbers:
        """The amount of each piece."""
        return self.words[:, P_AMOUNT]

    @property
    def left(self) -> _Numbers:
        """What is left of each piece where it came to."""
        return self.words[:, P_LEFT]

    @cached_property
    def fates(self) -> _Numbers:
        """The fate of each piece, as `Fate` numbers them."""
        return self.words[:, P_META] & FATE_MASK

    @property
    def hops(self) -> _Numbers:
        """How many hops from its seed each piece is."""
        return (self.words[:, P_META] >> FATE_BITS) & HOP_MASK

    def left_by_fate(self) -> dict[Fate, int]:
        """Give how much came to each fate; those that nothing came to are left out."""
        sums = np.bincount(self.fates, minlength=len(Fate)) * 0
        np.add.at(sums, self.fates, self.left)
        return {fate: int(sums[fate]) for fate in Fate if sums[fate]}

    def held(self) -> dict[int, int]:
        """Give how much of the money lies in each account of ours."""
        return self._left_in(np.isin(self.fates, _HELD))

    def left_in(self, *fates: Fate) -> dict[int, int]:
        """Give how much of the money came to these fates, by account."""
        return self._left_in(np.isin(self.fates, [int(fate) for fate in fates]))

    def _left_in(self, rows: npt.NDArray[np.bool_]) -> dict[int, int]:
        chosen = rows & (self.left > 0)
        return _sums(self.accounts[chosen], self.left[chosen])

    def carried(self) -> dict[int, int]:
        """Give how much of the money each edge carried, by the edge's number; seeds included."""
        return _sums(self.edges, self.amounts)

    @property
    def recovered_minor(self) -> int:
        """How much is back with the victims."""
        return self.left_by_fate().get(Fate.RECOVERED, 0)

    @property
    def conserved(self) -> bool:
        """Whether all fates add up to what was traced; always, but for poison."""
        return self.request.rule is Rule.POISON or sum(self.left_by_fate().values()) == self.total_minor

    def piece(self, number: int) -> Piece:
        """Give a piece."""
        row = self.words[number].tolist()
        return Piece(
            number=number,
            parent=None if row[P_PARENT] < 0 else row[P_PARENT],
            edge=row[P_EDGE] + self.graph.first_edge,
            account=int(self.accounts[number]),
            amount_minor=row[P_AMOUNT],
            left_minor=row[P_LEFT],
            hop=(row[P_META] >> FATE_BITS) & HOP_MASK,
            fate=Fate(row[P_META] & FATE_MASK),
        )

    def pieces(self) -> Iterable[Piece]:
        """Iterate over all pieces; each comes after the one it was taken from."""
        return (self.piece(number) for number in range(self.size))

    def lots(self) -> Iterable[Piece]:
        """Iterate over the pieces that something is left of."""
        return (self.piece(int(number)) for number in np.flatnonzero(self.left))

    def path(self, number: int) -> tuple[Step, ...]:
        """Give the way of a piece, from its seed to the edge that brought it: the evidence for it."""
        steps = []
        at: int | None = number
        while at is not None:
            piece = self.piece(at)
            steps.append(self._step(piece))
            at = piece.parent
        return tuple(reversed(steps))

    def ways(self, numbers: Iterable[int]) -> tuple[Step, ...]:
        """Give the ways of several pieces as one: each edge once, with all that it brought of them.

        In posting order, and each with the fewest hops.
        """
        found: dict[int, Piece] = {}
        for number in numbers:
            at: int | None = number
            while at is not None and at not in found:
                found[at] = self.piece(at)
                at = found[at].parent
        steps: dict[int, Step] = {}
        for step in map(self._step, found.values()):
            same = steps.setdefault(step.edge, step)
            if same is not step:
                both = same.amount_minor + step.amount_minor
                steps[step.edge] = replace(step, amount_minor=both, hop=min(same.hop, step.hop))
        return tuple(steps[edge] for edge in sorted(steps))

    def _step(self, piece: Piece) -> Step:
        edge = self.graph.edge(piece.edge)
        return Step(
            edge=edge.number,
            kind=edge.kind,
            posted_at=edge.posted_at,
            debtor=edge.debtor,
            creditor=edge.creditor,
            edge_amount_minor=edge.amount_minor,
            amount_minor=piece.amount_minor,
            hop=piece.hop,
        )


def _sums(keys: _Numbers, amounts: _Numbers) -> dict[int, int]:
    sums: dict[int, int] = {}
    for key, amount in zip(keys.tolist(), amounts.tolist(), strict=True):
        sums[key] = sums.get(key, 0) + amount
    return sums
