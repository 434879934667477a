"""The plan as words: the table that the kernel reads."""

from collections.abc import Sequence
from itertools import count
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.model import EVENT_TYPES
from zhamen.features import layout
from zhamen.features.columns import InputColumns
from zhamen.features.definitions import Feature, Operation, Trend, WindowFeature
from zhamen.features.memory import Memory
from zhamen.features.plan import Plan, SeriesPlan, parts_of
from zhamen.features.roles import ROLES
from zhamen.features.rows import RowLayout

__all__ = ["Program"]

_CODES: Final = {operation: getattr(layout, operation.name) for operation in Operation}
_BEFORE: Final = (Operation.LAST, Operation.SINCE_LAST)


class Program:
    """A plan, the layout of its rows and inputs, and the words that tell them to the kernel."""

    def __init__(self, plan: Plan) -> None:
        self.plan: Final = plan
        self.inputs: Final = InputColumns.of(plan)
        self.rows: Final = {series.series.name: RowLayout(series) for series in plan.series}
        for name, rows in self.rows.items():
            if rows.stride >= layout.STRIDE_LIMIT:
                raise InputError("its records are too long; measure fewer fields", path=f"series.{name}")

    def make_memory(self, budget_bytes: int | None = None) -> Memory:
        """Reserve an empty memory for this plan."""
        return Memory({name: rows.row_words for name, rows in self.rows.items()}, budget_bytes)

    def words(self, memory: Memory) -> npt.NDArray[np.int64]:
        """Give the program for this memory."""
        return _Writer(self, memory).write()


class _Writer:
    """Writes records of words one behind the other, the inner before the outer that point at them."""

    def __init__(self, program: Program, memory: Memory) -> None:
        self._program = program
        self._memory = memory
        self._words = [0] * layout.PROGRAM_WORDS

    def write(self) -> npt.NDArray[np.int64]:
        memory, plan = self._memory, self._program.plan
        head = [
            memory.budget_words,
            memory.region_words,
            memory.blocks,
            self._program.inputs.words,
            len(plan.columns),
            plan.definitions.allowed_lateness,
            *self._list([self._series(series) for series in plan.series]),
            *self._list(self._program.inputs.pairs),
            *self._list([_derived(plan, at, feature) for at, feature in plan.derived]),
        ]
        self._words[: len(head)] = head
        return np.array(self._words, np.int64)

    def _list(self, records: Sequence[Sequence[int]]) -> tuple[int, int]:
        """Write records and give how many there are and where the first stands."""
        at = len(self._words)
        for record in records:
            self._words += record
        return len(records), at

    def _series(self, plan: SeriesPlan) -> list[int]:
        name = plan.series.name
        rows, inputs, table = self._program.rows[name], self._program.inputs, self._memory.series[name]
        places = {row.quantity.name: at for at, row in enumerate(rows.quantities)}
        superseded = count(len(rows.quantities))
        marks = [1 << next(superseded) if row.table else 0 for row in rows.quantities]
        quantities = [self._quantity(rows, at, marks[at]) for at in range(len(rows.quantities))]
        quantity_list = self._list(quantities)
        where = {name: quantity_list[1] + at * layout.Q_WORDS for name, at in places.items()}
        by_type = [plan.series.gathers.get(event_type) for event_type in EVENT_TYPES]
        keys = [-1, *(-1 if key is None else inputs.keys[key] for key in by_type)]
        fields = [(place, _input(inputs, field)) for field, place in rows.values.items()]
        values = [(row.table, _input(inputs, row.quantity.of)) for row in rows.quantities if row.table]
        starts = [
            record[start : start + 2] for record in quantities for start in (layout.Q_MAX, layout.Q_MIN)
        ]
        queues = [pair for pair in starts if pair[0]]
        roles = dict.fromkeys(feature.role for _, feature in plan.asked)
        return [
            table.header,
            table.buckets,
            table.rows,
            table.row_words,
            rows.stride,
            max(plan.widths, default=0) + self._program.plan.definitions.allowed_lateness,
            plan.series.delay,
            int(plan.keeps_ever),
            *self._list([self._width(rows, width, marks) for width in plan.widths]),
            *quantity_list,
            *self._list([self._read(plan, rows, role, where) for role in roles]),
            inputs.bits[name],
            self._list([keys])[1],
            *self._list(fields),
            rows.tails[plan.widths[0]] if plan.widths else layout.KEY_ENTERED,
            *self._list(values),
            *self._list(queues),
        ]

    def _quantity(self, rows: RowLayout, at: int, superseded: int) -> list[int]:
        row = rows.quantities[at]
        longest = {operation: rows.tails[width] for operation, width in row.longest.items()}
        return [
            1 << at,
            superseded,
            _input(self._program.inputs, row.quantity.of) if row.value else layout.IN_TIME,
            row.value,
            row.level,
            row.total,
            row.last,
            row.ever_first,
            row.dropped,
            row.table,
            *self._list([(rows.tails[width], place) for width, place in row.distinct.items()]),
            row.maxima,
            longest.get(Operation.MAX, 0),
            row.minima,
            longest.get(Operation.MIN, 0),
            *self._list([(place, row.levels[width]) for width, place in row.expired.items()]),
        ]

    def _width(self, rows: RowLayout, width: int, marks: Sequence[int]) -> list[int]:
        cells = [
            [
                1 << at,
                marks[at],
                row.value,
                row.levels.get(width, 0),
                row.expired.get(width, 0),
                row.distinct.get(width, 0),
                row.first.get(width, 0),
            ]
            for at, row in enumerate(rows.quantities)
            if width in row.expired or width in row.distinct or width in row.first
        ]
        return [width, rows.tails[width], *self._list(cells)]

    def _read(self, plan: SeriesPlan, rows: RowLayout, role: str, where: dict[str, int]) -> list[int]:
        before: list[list[int]] = []
        with_event: list[list[int]] = []
        for column, feature in plan.asked:
            if feature.role == role:
                questions = before if feature.operation in _BEFORE else with_event
                questions.append(_question(rows, where[feature.quantity], column, feature))
        inputs = self._program.inputs
        return [
            inputs.keys[ROLES[role]],
            inputs.rows[plan.series.name, role],
            *self._list(before),
            *self._list(with_event),
        ]


def _question(rows: RowLayout, quantity: int, column: int, feature: WindowFeature) -> list[int]:
    row = next(row for row in rows.quantities if row.quantity.name == feature.quantity)
    width = feature.window
    own = {
        Operation.DISTINCT: row.distinct.get(width, 0),
        Operation.MAX: row.maxima,
        Operation.MIN: row.minima,
        Operation.FIRST: row.first.get(width, 0),
        Operation.SINCE_FIRST: row.first.get(width, 0),
    }
    return [
        _CODES[feature.operation],
        column,
        width,
        rows.tails.get(width, 0),
        quantity,
        row.total,
        row.expired.get(width, 0),
        own.get(feature.operation, 0),
    ]


def _derived(plan: Plan, column: int, feature: Feature) -> list[int]:
    left, right = parts_of(feature)
    code = layout.TREND if isinstance(feature, Trend) else layout.QUOTIENT
    return [code, column, plan.columns[left.name], plan.columns[right.name], left.window, right.window]


def _input(inputs: InputColumns, field: str | None) -> int:
    """Give the input of a field; of the event's time when there is none, which nobody then reads."""
    if field is None:
        return layout.IN_TIME
    return inputs.identities[field] if FIELDS[field].kind is Kind.TEXT else inputs.numbers[field]
