"""How a key's row and a record of a series are laid out: a place for each thing that is kept.

::

    row      [code, link, ring of records, entered, advanced] tails · totals · expired · the rest
    record   [time, flags] the values of its fields
"""

from dataclasses import dataclass, field
from typing import Final

from zhamen.core.instants import EVER
from zhamen.features.definitions import Operation, Quantity
from zhamen.features.layout import (
    KEY_WORDS,
    LEVEL_COUNT,
    LEVEL_SQUARES,
    LEVEL_SUM,
    RECORD_TIME,
    RECORD_WORDS,
    RING_WORDS,
    VALUES_WORDS,
)
from zhamen.features.plan import SeriesPlan

__all__ = ["QuantityRow", "RowLayout"]

_LEVELS: Final = {
    Operation.COUNT: LEVEL_COUNT,
    Operation.SUM: LEVEL_SUM,
    Operation.MEAN: LEVEL_SUM,
    Operation.STD: LEVEL_SQUARES,
}
_BY_POSITION: Final = (Operation.FIRST, Operation.SINCE_FIRST)
_BEFORE: Final = (Operation.LAST, Operation.SINCE_LAST)
_NO_VALUE: Final = (Operation.COUNT, Operation.SINCE_FIRST, Operation.SINCE_LAST)


@dataclass
class QuantityRow:
    """The places of one quantity; 0 is no place. `expired` and so on are by window width."""

    quantity: Quantity
    level: int = 0
    total: int = 0
    expired: dict[int, int] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    distinct: dict[int, int] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    last: int = 0
    ever_first: int = 0
    dropped: int = 0
    maxima: int = 0
    minima: int = 0
    longest: dict[Operation, int] = field(default_factory=dict)
    value: int = RECORD_TIME
    table: int = 0


class RowLayout:
    """The places of one series."""

    def __init__(self, plan: SeriesPlan) -> None:
        self.row_words = KEY_WORDS
        self.stride = RECORD_WORDS
        self.values: dict[str, int] = {}
        self.tails = {width: self._take(1) for width in plan.widths}
        self.quantities = [self._place(plan, quantity) for quantity in plan.quantities]

    def _take(self, words: int) -> int:
        self.row_words += words
        return self.row_words - words

    def _place(self, plan: SeriesPlan, quantity: Quantity) -> QuantityRow:
        asked = plan.of(quantity)
        row = QuantityRow(quantity)
        row.level = max((_LEVELS.get(feature.operation, 0) for feature in asked), default=0)
        row.total = self._take(row.level) if row.level else 0
        for width in plan.widths:
            operations = {feature.operation for feature in asked if feature.window == width}
            level = max((_LEVELS.get(operation, 0) for operation in operations), default=0)
            if level:
                row.levels[width], row.expired[width] = level, self._take(level)
            if Operation.DISTINCT in operations:
                row.distinct[width] = self._take(1)
            if operations.intersection(_BY_POSITION):
                row.first[width] = self._take(1)
        self._place_ends(row, {(feature.operation, feature.window == EVER) for feature in asked})
        for operation in (Operation.MAX, Operation.MIN):
            widths = [feature.window for feature in asked if feature.operation is operation]
            if widths:
                row.longest[operation] = max(widths)
        row.maxima = self._take(RING_WORDS) if Operation.MAX in row.longest else 0
        row.minima = self._take(RING_WORDS) if Operation.MIN in row.longest else 0
        self._place_in_record(row, {feature.operation for feature in asked})
        return row

    def _place_ends(self, row: QuantityRow, asked: set[tuple[Operation, bool]]) -> None:
        operations = {operation for operation, _ in asked}
        for_ever = {operation for operation, ever in asked if ever}
        row.last = self._take(1) if operations.intersection(_BEFORE) else 0
        row.dropped = self._take(2) if for_ever.intersection(_BEFORE) else 0
        row.ever_first = self._take(2) if for_ever.intersection(_BY_POSITION) else 0

    def _place_in_record(self, row: QuantityRow, operations: set[Operation]) -> None:
        name = row.quantity.of
        if name is not None and operations.difference(_NO_VALUE):
            if name not in self.values:
                self.values[name] = self.stride
                self.stride += 1
            row.value = self.values[name]
        row.table = self._take(VALUES_WORDS) if Operation.DISTINCT in operations else 0
