"""Events made ready for the kernel: identities for texts, bits for filters, one row of words each."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.core.identifiers import MISSING_IDENTITY, identities, identity
from zhamen.events.batch import Batch, Column, Texts
from zhamen.events.model import EVENT_TYPES
from zhamen.expressions.columns import evaluate
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.tree import Expression
from zhamen.features.columns import InputColumns
from zhamen.features.layout import IN_TIME, IN_TYPE
from zhamen.features.plan import Plan

__all__ = ["BatchInputs", "RowInputs"]

_TYPE_CODES: Final = {event_type: at for at, event_type in enumerate(EVENT_TYPES, start=1)}
_REMEMBERED: Final = 1 << 16
"""Identities of texts that are kept at hand; then all are forgotten and it begins anew."""
_BOUND: Final = 2**60
"""Instants and values beyond are refused: the kernel adds and subtracts them."""

_Words = npt.NDArray[np.int64]


class _Filters:
    """The filters of a plan, each once, in a fixed order."""

    def __init__(self, plan: Plan) -> None:
        wheres = [series.series.where for series in plan.series]
        wheres += [quantity.where for series in plan.series for quantity in series.quantities]
        self.expressions: Final = list({where.text: where for where in wheres if where is not None}.values())
        self._places: Final = {where.text: at for at, where in enumerate(self.expressions)}

    def place(self, where: Expression | None) -> int | None:
        """Give the place of a filter, or None for none."""
        return None if where is None else self._places[where.text]


class RowInputs:
    """Writes one event's words; about 100 ns for each of its texts, numbers and filters."""

    def __init__(self, plan: Plan, columns: InputColumns) -> None:
        self.words: Final[_Words] = np.zeros(columns.words, np.int64)
        self._view: Final = self.words.data
        self._known: Final[dict[str, int]] = {}
        places = {name: at for at, name in enumerate(plan.fields)}
        self._identities: Final = [(column, places[name]) for name, column in columns.identities.items()]
        self._numbers: Final = [(column, places[name]) for name, column in columns.numbers.items()]
        filters = _Filters(plan)
        self._filter: Final = compile_row(filters.expressions, plan.fields)
        self._bits: Final = {
            event_type: [
                (
                    columns.bits[series.series.name],
                    filters.place(series.series.where),
                    [
                        (1 << at, None if q.of is None else places[q.of], filters.place(q.where))
                        for at, q in enumerate(series.quantities)
                    ],
                )
                for series in plan.series
                if event_type in series.series.gathers
            ]
            for event_type in EVENT_TYPES
        }

    def write(self, row: Sequence[object]) -> _Words:
        """Write the words of a flat row whose first values are the plan's fields, in order."""
        view = self._view
        time, event_type = row[0], row[1]
        if not isinstance(time, int) or not -_BOUND < time < _BOUND:
            raise InputError("an event needs the instant it happened at, in microseconds", path="occurred_at")
        view[IN_TIME] = time
        view[IN_TYPE] = _TYPE_CODES.get(event_type, 0)  # type: ignore[call-overload]
        known = self._known
        for column, place in self._identities:
            text = row[place]
            if text is None:
                view[column] = MISSING_IDENTITY
            else:
                code = known.get(text)  # type: ignore[call-overload]
                view[column] = self._identify(text) if code is None else code
        for column, place in self._numbers:
            value = row[place]
            view[column] = 0 if value is None else _whole(value)
        self._write_bits(row, event_type)
        return self.words

    def _write_bits(self, row: Sequence[object], event_type: object) -> None:
        passed = self._filter(row)
        for column, series_where, quantities in self._bits.get(event_type, ()):  # type: ignore[call-overload]
            bits = 0
            if series_where is None or passed[series_where]:
                for bit, of, where in quantities:
                    if (of is None or row[of] is not None) and (where is None or passed[where]):
                        bits |= bit
            self._view[column] = bits

    def _identify(self, text: object) -> int:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        code = self._known[text] = identity(text)  # type: ignore[index, arg-type]
        return code


def _whole(value: object) -> int:
    if not isinstance(value, int) or not -_BOUND < value < _BOUND:
        raise InputError(f"{value!r:.40} is not a whole number that can be kept")
    return value


class BatchInputs:
    """Writes the words of many events, column by column."""

    def __init__(self, plan: Plan, columns: InputColumns) -> None:
        self._plan: Final = plan
        self._columns: Final = columns
        self._filters: Final = _Filters(plan)

    def identify(self, batch: Batch) -> dict[str, _Words]:
        """Give for each text field of a batch the identity of each of its values, and that of none last."""
        return {
            name: np.append(identities(batch.texts(name).values), MISSING_IDENTITY)
            for name in self._columns.identities
        }

    def write(self, batch: Batch, known: dict[str, _Words]) -> _Words:
        """Write the words of a batch, given the identities of its texts."""
        columns = self._columns
        words = np.empty((batch.size, columns.words), np.int64)
        words[:, IN_TIME] = _bounded(batch, "occurred_at", needed=True)
        words[:, IN_TYPE] = _type_codes(batch)
        for name, column in columns.identities.items():
            words[:, column] = known[name][batch.texts(name).codes]
        for name, column in columns.numbers.items():
            words[:, column] = _bounded(batch, name)
        present = {name: self._present(batch, name) for name in (*columns.identities, *columns.numbers)}
        passed = [_true(evaluate(where, batch.columns, batch.size)) for where in self._filters.expressions]
        for series in self._plan.series:
            bits = np.zeros(batch.size, np.int64)
            for at, quantity in enumerate(series.quantities):
                place = self._filters.place(quantity.where)
                inside = [passed[place]] if place is not None else []
                inside += [present[quantity.of]] if quantity.of is not None else []
                bits += _all(inside, batch.size).astype(np.int64) << at
            place = self._filters.place(series.series.where)
            words[:, columns.bits[series.series.name]] = bits if place is None else bits * passed[place]
        return words

    def _present(self, batch: Batch, name: str) -> npt.NDArray[np.bool_]:
        if name in self._columns.identities:
            return batch.texts(name).codes >= 0
        return batch.numbers(name).known


def _bounded(batch: Batch, name: str, *, needed: bool = False) -> _Words:
    """Give a column of whole numbers, 0 where there is none."""
    column = batch.numbers(name)
    if needed and not column.known.all():
        row = int(np.argmin(column.known))
        raise InputError(f"row {row} has no instant; give every event when it happened", path=name)
    values = np.where(column.known, column.values, 0).astype(np.int64)
    if values.size and (int(values.max()) >= _BOUND or int(values.min()) <= -_BOUND):
        raise InputError(f"a value beyond {_BOUND} cannot be kept", path=name)
    return values


def _type_codes(batch: Batch) -> _Words:
    types = batch.texts("type")
    codes = np.array([*(_TYPE_CODES.get(value, 0) for value in types.values), 0], np.int64)
    return codes[types.codes]


def _true(column: Column) -> npt.NDArray[np.bool_]:
    if isinstance(column, Texts):
        raise InputError("a filter gives a text; write one that is true or false")
    passed: npt.NDArray[np.bool_] = column.known & (column.values != 0)
    return passed


def _all(masks: list[npt.NDArray[np.bool_]], size: int) -> npt.NDArray[np.bool_]:
    result = np.ones(size, np.bool_)
    for mask in masks:
        result &= mask
    return result
