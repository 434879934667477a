"""A table with a mapping as a source of events: whole columns at once, the odd row one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.adapters.files.arrow import Strings
from zhamen.adapters.files.kernels import equal_to_any
from zhamen.adapters.files.labels import PendingReports, report_of
from zhamen.adapters.files.mapping import Mapping
from zhamen.adapters.files.readings import Digits, Plain, Sure
from zhamen.adapters.files.rows import Row, RowReader, without_blanks
from zhamen.adapters.files.table import Table
from zhamen.core.errors import InvalidEvent
from zhamen.core.instants import to_micros
from zhamen.core.money import minor_digits
from zhamen.events.batch import Batch, Column, Texts
from zhamen.events.checks import as_events_have_them, passes
from zhamen.events.columns import cell, chosen, local_hours, local_weekdays, missing, with_values
from zhamen.events.fields import FIELDS
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent
from zhamen.ports.sources import Layout, Reject, Rejects

__all__ = ["MappedTable"]

_PAYMENT: Final = (
    "event_id",
    "occurred_at",
    "debtor_account_id",
    "creditor_account_id",
    "amount_minor",
    "currency",
    "terminal",
)
"""What a report of fraud takes over from its payment."""

Chunk = dict[str, Strings]
_Rows = npt.NDArray[np.int64]


@dataclass
class _Run:
    """One reading of the table; `used` are the fields whose values are, the others are only checked."""

    layout: Layout
    used: frozenset[str]
    rejects: Rejects
    pending: PendingReports
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Payment:
    """A payment that was fraud: its place in the batch, its row in the table, its flat fields."""

    at: int
    row: int
    fields: dict[str, object]


class MappedTable:
    """Events of a table.

    A row is read by columns; where a column cannot be sure, or a check says no, the row is read
    once more by itself through the door, which lets it in or says why not. Both ways give the
    same events in the same order.
    """

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self._table = table
        self._mapping = mapping
        self._reader = RowReader(mapping)
        self._delay = mapping.label.delay_micros if mapping.label else 0

    @property
    def total(self) -> int | None:
        """The rows of the table, when they are known; reports of fraud come on top."""
        return self._table.total

    def batches(self, layout: Layout, rejects: Rejects) -> Iterator[Batch]:
        """Give the rows as columns, some 100,000 at a time, and the reports that they imply."""
        reported = _PAYMENT if self._mapping.label else ()
        used = frozenset([*layout.fields, *reported, "type", "currency"])
        run = _Run(layout, used, rejects, PendingReports())
        for chunk in self._chunks(rejects):
            batch = self._batch(chunk, run)
            run.rows += _size(chunk)
            if batch.size:
                yield batch
        rest = list(run.pending.due(None))
        if rest:
            yield Batch.of(rest, _columns_for(layout), layout.utc_offset_minutes)

    def events(self, rejects: Rejects) -> Iterator[AnyEvent]:
        """Give the rows one by one, and the reports that they imply."""
        read = flat_reader(_PAYMENT)
        pending, rows = PendingReports(), 0
        for chunk in self._chunks(rejects):
            frauds = set(self._frauds(chunk).tolist())
            for at in range(_size(chunk)):
                row = Row(chunk, at, rows + at + 1)
                event = self._reader.judge(row, None)
                if isinstance(event, Reject):
                    rejects.add(event)
                    continue
                yield from pending.due(to_micros(event.occurred_at))
                yield event
                if at in frauds:
                    payment = _Payment(at, row.number, dict(zip(_PAYMENT, read(event), strict=True)))
                    pending.add_all(self._reports([payment], rejects).values())
            rows += _size(chunk)
        yield from pending.due(None)

    def _chunks(self, rejects: Rejects) -> Iterator[Chunk]:
        names = self._mapping.columns
        for columns in self._table.chunks(names, rejects):
            given = zip(names, columns, strict=True)
            yield {name: without_blanks(column, self._mapping.missing) for name, column in given}

    def _batch(self, chunk: Chunk, run: _Run) -> Batch:
        columns, sure = self._read(chunk, run)
        fine = sure & passes(Batch(_size(chunk), columns)) & _in_currency(columns, run.layout.currency)
        columns, kept = self._second_look(chunk, columns, fine, run)
        frauds = np.flatnonzero(np.isin(kept, self._frauds(chunk)))
        columns = {name: chosen(column, kept) for name, column in columns.items()}
        payments = [
            _Payment(
                at, run.rows + int(kept[at]) + 1, {n: cell(columns[n], at) for n in _PAYMENT if n in columns}
            )
            for at in frauds.tolist()
        ]
        reports = self._reports(payments, run.rejects)
        batch = self._laid_out(columns, len(kept), run.layout)
        return run.pending.weave(batch, reports, run.layout.utc_offset_minutes) if batch.size else batch

    def _read(self, chunk: Chunk, run: _Run) -> tuple[dict[str, Column], Sure]:
        """Read every mapped field as a column, and say which rows are sure in all that they need."""
        size = _size(chunk)
        digits: Digits = np.full(size, 2, np.int64)
        columns: dict[str, Column] = {}
        sures: dict[str, Sure] = {}
        for name in sorted(self._reader.sources, key=lambda name: name != "currency"):
            columns[name], sures[name] = self._column(name, chunk, run, digits)
            if name == "currency":
                digits = _digits_of(columns[name])
        kinds = columns["type"]
        assert isinstance(kinds, Texts)  # noqa: S101  # the type is a text
        sure = sures.pop("type")
        for name, each in sures.items():
            has = np.array([*[kind in FIELDS[name].event_types for kind in kinds.values], False])
            sure = sure & (each | ~has[kinds.codes])
        return as_events_have_them(columns, kinds), sure

    def _column(self, name: str, chunk: Chunk, run: _Run, digits: Digits) -> tuple[Column, Sure]:
        source, reading = self._reader.sources[name], self._reader.readings[name]
        size = _size(chunk)
        if source.row_number:
            values = tuple(f"{source.prefix}{number}" for number in range(run.rows + 1, run.rows + size + 1))
            return Texts(np.arange(size, dtype=np.int32), values), np.ones(size, np.bool_)
        if source.column is None:
            column, sure = reading.column(Strings.of([source.constant]), digits[:1])
            same = np.zeros(size, np.int64)
            return chosen(column, same), sure[same]
        strings = chunk[source.column]
        if isinstance(reading, Plain) and name not in run.used:
            stand_in = reading.stand_in(name, strings)
            if stand_in is not None:
                return stand_in, np.ones(size, np.bool_)
        return reading.column(strings, digits)

    def _second_look(
        self, chunk: Chunk, columns: dict[str, Column], fine: Sure, run: _Run
    ) -> tuple[dict[str, Column], _Rows]:
        """Judge the rows that are not fine one by one; give the columns with them, and what is kept."""
        names = tuple(columns)
        read = flat_reader(names)
        let_in: dict[int, tuple[object, ...]] = {}
        kept = fine.copy()
        for at in np.flatnonzero(~fine).tolist():
            judged = self._reader.judge(Row(chunk, at, run.rows + at + 1), run.layout.currency)
            if isinstance(judged, Reject):
                run.rejects.add(judged)
            else:
                let_in[at] = read(judged)
                kept[at] = True
        if let_in:
            rows = list(let_in)
            columns = {
                name: with_values(columns[name], rows, [flat[place] for flat in let_in.values()])
                for place, name in enumerate(names)
            }
        return columns, np.flatnonzero(kept)

    def _frauds(self, chunk: Chunk) -> _Rows:
        label = self._mapping.label
        if label is None:
            return np.empty(0, np.int64)
        column = chunk[label.column]
        words = Strings.of(list(label.fraud))
        return np.flatnonzero(
            column.known & equal_to_any(column.offsets, column.data, words.offsets, words.data)
        )

    def _reports(self, payments: Iterable[_Payment], rejects: Rejects) -> dict[int, AnyEvent]:
        reports: dict[int, AnyEvent] = {}
        for payment in payments:
            try:
                reports[payment.at] = report_of(payment.fields, self._delay)
            except InvalidEvent as error:
                message = f"the payment came in, its report of fraud did not: {error}"
                rejects.add(Reject(row=payment.row, code="invalid_event", message=message, path=error.path))
        return reports

    def _laid_out(self, columns: dict[str, Column], size: int, layout: Layout) -> Batch:
        occurred_at = Batch(size, columns).numbers("occurred_at")
        derived = {
            "local_hour": local_hours(occurred_at, layout.utc_offset_minutes),
            "local_weekday": local_weekdays(occurred_at, layout.utc_offset_minutes),
        }
        have = columns | derived
        wanted = _columns_for(layout)
        absent = {name: missing(name, size) for name in wanted if name not in have and self._mapping.label}
        return Batch(size, {name: (have | absent)[name] for name in wanted if name in have or name in absent})


def _size(chunk: Chunk) -> int:
    return len(next(iter(chunk.values())))


def _columns_for(layout: Layout) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*layout.fields, "occurred_at"]))


def _digits_of(currencies: Column) -> Digits:
    assert isinstance(currencies, Texts)  # noqa: S101  # a currency is a text
    return np.array([*map(minor_digits, currencies.values), 2], np.int64)[currencies.codes]


def _in_currency(columns: dict[str, Column], currency: str | None) -> Sure:
    """Say where the amount is in `currency`, or there is none."""
    kinds = columns["type"]
    size = len(kinds.codes) if isinstance(kinds, Texts) else 0
    given = columns.get("currency", missing("currency", size))
    if currency is None or not isinstance(given, Texts):
        return np.ones(size, np.bool_)
    same = np.array([*[value == currency for value in given.values], False])[given.codes]
    amount = Batch(size, columns).numbers("amount_minor").known
    return same | ((given.codes < 0) & ~amount)
