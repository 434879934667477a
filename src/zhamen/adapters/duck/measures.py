"""What SQL computes per window before an answer is made of it, and the answer it then makes.

A measure is one column: an aggregate of a quantity over a window. Several operations share it, as
mean and sum do. Each knows how to be had over a frame of the tape, from plain rows, and how to be
mended when the frame held records that had not arrived yet.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhamen.core.instants import EVER, Micros
from zhamen.features.definitions import Operation

__all__ = ["MEASURES", "Aggregate", "Measure", "answer"]


class Aggregate(StrEnum):
    """What is computed of the records of a window."""

    COUNT = "count"
    SUM = "sum"
    SQUARES = "squares"
    DISTINCT = "distinct"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    FIRST_TIME = "first_time"
    LAST = "last"
    LAST_TIME = "last_time"

    @property
    def adds_up(self) -> bool:
        """Whether the part of the intruders can be taken off again."""
        return self in (Aggregate.COUNT, Aggregate.SUM, Aggregate.SQUARES)

    @property
    def is_before(self) -> bool:
        """Whether the event being decided is left out."""
        return self in (Aggregate.LAST, Aggregate.LAST_TIME)


MEASURES: Final[dict[Operation, tuple[Aggregate, ...]]] = {
    Operation.COUNT: (Aggregate.COUNT,),
    Operation.SUM: (Aggregate.SUM,),
    Operation.MEAN: (Aggregate.COUNT, Aggregate.SUM),
    Operation.STD: (Aggregate.COUNT, Aggregate.SUM, Aggregate.SQUARES),
    Operation.DISTINCT: (Aggregate.DISTINCT,),
    Operation.MIN: (Aggregate.MIN,),
    Operation.MAX: (Aggregate.MAX,),
    Operation.FIRST: (Aggregate.FIRST, Aggregate.FIRST_TIME),
    Operation.SINCE_FIRST: (Aggregate.FIRST_TIME,),
    Operation.LAST: (Aggregate.LAST, Aggregate.LAST_TIME),
    Operation.SINCE_LAST: (Aggregate.LAST_TIME,),
}
"""The measures that each operation is made of."""


@dataclass(frozen=True, order=True)
class Measure:
    """One aggregate of one quantity (by its column) over one window."""

    column: str
    window: Micros
    aggregate: Aggregate

    @property
    def name(self) -> str:
        """As ``q0_sum_3600000000``."""
        return f"{self.column}_{self.aggregate.value}_{self.window}"

    @property
    def over_frame(self) -> str:
        """Write it as a window function over the tape."""
        start = "UNBOUNDED" if self.window == EVER else f"{self.window - 1}::HUGEINT * 4294967296 + seq"
        end = "1 PRECEDING" if self.aggregate.is_before else "CURRENT ROW"
        frame = f"OVER (tape_order RANGE BETWEEN {start} PRECEDING AND {end})"
        return f"{self._windowed} {frame} AS {self.name}"

    @property
    def _windowed(self) -> str:
        q = self.column
        return {
            Aggregate.COUNT: f"count({q})",
            Aggregate.SUM: f"sum({q})",
            Aggregate.SQUARES: f"sum({q}::HUGEINT * {q})",
            Aggregate.DISTINCT: f"count(DISTINCT {q})",
            Aggregate.MIN: f"min({q})",
            Aggregate.MAX: f"max({q})",
            Aggregate.FIRST: f"first_value({q} IGNORE NULLS)",
            Aggregate.FIRST_TIME: f"first_value(CASE WHEN {q} IS NOT NULL THEN t END IGNORE NULLS)",
            Aggregate.LAST: f"last_value({q} IGNORE NULLS)",
            Aggregate.LAST_TIME: f"last_value(CASE WHEN {q} IS NOT NULL THEN t END IGNORE NULLS)",
        }[self.aggregate]

    @property
    def of_rows(self) -> str:
        """Write it as an aggregate of record rows `r` that are known at the instant ``asked_at``."""
        inside = self._inside + (["r.seq < asker"] if self.aggregate.is_before else [])
        return f"{self._aggregate} FILTER ({' AND '.join(inside)}) AS {self.name}"

    @property
    def _inside(self) -> list[str]:
        known = [f"r.{self.column} IS NOT NULL"]
        return known if self.window == EVER else [*known, f"r.t > asked_at - {self.window}"]

    @property
    def _aggregate(self) -> str:
        q = f"r.{self.column}"
        return {
            Aggregate.COUNT: f"count({q})",
            Aggregate.SUM: f"sum({q})",
            Aggregate.SQUARES: f"sum({q}::HUGEINT * {q})",
            Aggregate.DISTINCT: f"count(DISTINCT {q})",
            Aggregate.MIN: f"min({q})",
            Aggregate.MAX: f"max({q})",
            Aggregate.FIRST: f"arg_min({q}, r.o)",
            Aggregate.FIRST_TIME: "min(r.t)",
            Aggregate.LAST: f"arg_max({q}, r.o)",
            Aggregate.LAST_TIME: "max(r.t)",
        }[self.aggregate]

    @property
    def of_intruders(self) -> str:
        """Write it as an aggregate of intruders `r`; NULL where only their times matter."""
        if self.aggregate in (Aggregate.FIRST, Aggregate.LAST):
            return f"NULL AS {self.name}"
        return f"{self._aggregate} FILTER ({' AND '.join(self._inside)}) AS {self.name}"

    @property
    def is_doubtful(self) -> str:
        """Say in SQL when intruders (in `i`) may have shaped the value of the frame (in `b`)."""
        ours = f"b.{self.name}"
        if self.aggregate is Aggregate.MIN:
            return f"i.{self.name} <= {ours}"
        if self.aggregate is Aggregate.MAX:
            return f"i.{self.name} >= {ours}"
        if self.aggregate in (Aggregate.FIRST, Aggregate.FIRST_TIME):
            time = Measure(self.column, self.window, Aggregate.FIRST_TIME).name
            return f"i.{time} <= b.{time}"
        time = Measure(self.column, self.window, Aggregate.LAST_TIME).name
        return f"i.{time} >= b.{time}"


def answer(operation: Operation, column: str, window: Micros) -> str:
    """Write the value of an operation from its measures, as a DOUBLE; NULL is missing."""
    first, *more = [Measure(column, window, aggregate).name for aggregate in MEASURES[operation]]
    match operation:
        case Operation.SUM:
            return f"coalesce(try_cast({first} AS BIGINT), 0)::DOUBLE"
        case Operation.MEAN:
            return f"CASE WHEN {first} > 0 THEN try_cast({more[0]} AS BIGINT)::DOUBLE / {first} END"
        case Operation.STD:
            spread = f"({first} * {more[1]} - {more[0]} * {more[0]})::DOUBLE"
            return f"CASE WHEN {first} > 0 THEN sqrt({spread}) / {first} END"
        case Operation.SINCE_FIRST | Operation.SINCE_LAST:
            return f"(asked_at - {first})::DOUBLE"
        case _:
            return f"{first}::DOUBLE"
