"""Small moves of columns: choosing rows, weaving two batches into one, and what follows from the time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.fields import FIELDS, Kind

__all__ = ["cell", "chosen", "local_hours", "local_weekdays", "missing", "with_values", "woven"]

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
        values, recoded = _more_values(first.values, second.values)
        codes = np.array([*recoded, -1], np.int32)[second.codes]
        return Texts(np.concatenate([first.codes, codes]), values)
    assert isinstance(first, Numbers)  # noqa: S101  # the same field has the same kind
    assert isinstance(second, Numbers)  # noqa: S101
    return Numbers(np.concatenate([first.values, second.values]), np.concatenate([first.known, second.known]))


def missing(name: str, size: int) -> Column:
    """Give a column of field `name` with nothing in it."""
    if FIELDS[name].kind is Kind.TEXT:
        return Texts(np.full(size, -1, np.int32), ())
    return Numbers(np.zeros(size, np.int64), np.zeros(size, np.bool_))


def with_values(column: Column, rows: Sequence[int], values: Sequence[object]) -> Column:
    """Give the column with `values` (None: missing) in `rows`; itself when they are there already."""
    if [cell(column, row) for row in rows] == list(values):
        return column
    if isinstance(column, Texts):
        texts = [str(value) for value in values if value is not None]
        known, recoded = _more_values(column.values, texts)
        code_of = dict(zip(texts, recoded, strict=True))
        codes = column.codes.copy()
        codes[list(rows)] = [-1 if value is None else code_of[str(value)] for value in values]
        return Texts(codes, known)
    numbers, there = column.values.copy(), column.known.copy()
    numbers[list(rows)] = np.array([0 if value is None else value for value in values], numbers.dtype)
    there[list(rows)] = [value is not None for value in values]
    return Numbers(numbers, there)


def _more_values(values: tuple[str, ...], more: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    """Give `values` with those of `more` that are new, and the code of each of `more`."""
    wanted = set(more)
    codes = {value: code for code, value in enumerate(values) if value in wanted}
    new = [value for value in dict.fromkeys(more) if value not in codes]
    codes.update((value, len(values) + at) for at, value in enumerate(new))
    return values + tuple(new), [codes[value] for value in more]
