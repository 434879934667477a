"""Small moves of columns: choosing rows, weaving two batches into one, and what follows from the time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.events.batch import Batch, Column, Numbers, Texts

__all__ = ["cell", "chosen", "constant", "local_hours", "local_weekdays", "with_values", "woven"]

_HOUR: Final = 3_600_000_000
_DAY: Final = 24 * _HOUR
_MINUTE: Final = 60_000_000


def chosen(column: Column, rows: npt.NDArray[np.int64]) -> Column:
    """Give the rows named, in the order named."""
    if isinstance(column, Texts):
        return Texts(column.codes[rows], column.values)
    return Numbers(column.values[rows], column.known[rows])


def cell(column: Column, row: int) -> int | float | str | None:
    """Give one value; None when it is missing."""
    if isinstance(column, Texts):
        code = column.codes[row]
        return None if code < 0 else column.values[code]
    return column.values[row].item() if column.known[row] else None


def woven(batch: Batch, other: Batch, before: npt.NDArray[np.int64]) -> Batch:
    """Put row i of `other` before row ``before[i]`` of `batch`; `before` does not decrease.

    Both have the same columns.
    """
    keys = np.concatenate([2 * np.arange(batch.size) + 1, 2 * before])
    order = np.argsort(keys, kind="stable")
    columns = {
        name: chosen(_joined(column, other.columns[name]), order) for name, column in batch.columns.items()
    }
    return Batch(batch.size + other.size, columns)


def local_hours(occurred_at: Numbers, utc_offset_minutes: int) -> Numbers:
    """Give the hour of day on a clock `utc_offset_minutes` east of UTC."""
    values = (occurred_at.values + utc_offset_minutes * _MINUTE) // _HOUR % 24
    return Numbers(values.astype(np.int64), occurred_at.known)


def local_weekdays(occurred_at: Numbers, utc_offset_minutes: int) -> Numbers:
    """Give the day of the week there; Monday is 0."""
    values = ((occurred_at.values + utc_offset_minutes * _MINUTE) // _DAY + 3) % 7
    return Numbers(values.astype(np.int64), occurred_at.known)


def _joined(first: Column, second: Column) -> Column:
    if isinstance(first, Texts) and isinstance(second, Texts):
        values = {value: code for code, value in enumerate(first.values)}
        recoded = [values.setdefault(value, len(values)) for value in second.values]
        codes = np.array([*recoded, -1], np.int32)[second.codes]
        return Texts(np.concatenate([first.codes, codes]), tuple(values))
    assert isinstance(first, Numbers)  # noqa: S101  # the same field has the same kind
    assert isinstance(second, Numbers)  # noqa: S101
    return Numbers(
        np.concatenate([first.values, second.values]), np.concatenate([first.known, second.known])
    )


def constant(value: object, size: int, *, text: bool) -> Column:
    """Give a column with the same value in every row."""
    if text:
        return Texts(np.zeros(size, np.int32), (str(value),))
    return Numbers(np.full(size, value, np.int64), np.ones(size, np.bool_))


def with_values(column: Column, rows: Sequence[int], values: Sequence[object]) -> Column:
    """Give a changed copy: `values` (None: missing) in `rows`."""
    if isinstance(column, Texts):
        known = {value: code for code, value in enumerate(column.values)}
        codes = column.codes.copy()
        codes[list(rows)] = [-1 if value is None else known.setdefault(str(value), len(known)) for value in values]
        return Texts(codes, tuple(known))
    numbers, there = column.values.copy(), column.known.copy()
    numbers[list(rows)] = [0 if value is None else value for value in values]
    there[list(rows)] = [value is not None for value in values]
    return Numbers(numbers, there)
