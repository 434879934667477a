"""Many events as columns, for the batch entries of every room above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.flat import flat_reader
from zhamen.events.model import Event

__all__ = ["Batch", "Column", "Numbers", "Texts"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers, flags (0 and 1) or instants (microseconds); `known` says which are there."""

    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    known: npt.NDArray[np.bool_]

    def __getitem__(self, rows: slice) -> "Numbers":
        return Numbers(self.values[rows], self.known[rows])


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: `codes` point into `values`; -1 is missing. No value stands twice."""

    codes: npt.NDArray[np.int32]
    values: tuple[str, ...]

    def __getitem__(self, rows: slice) -> "Texts":
        return Texts(self.codes[rows], self.values)


Column = Numbers | Texts


@dataclass(frozen=True, slots=True)
class Batch:
    """`size` events in arrival order as named columns; a column that is not there is all missing."""

    size: int
    columns: Mapping[str, Column] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Sequence[Event], names: Iterable[str], utc_offset_minutes: int = 0) -> "Batch":
        """Lay out the fields `names` of `events` as columns."""
        wanted = tuple(names)
        read = flat_reader(wanted, utc_offset_minutes)
        rows = [read(event) for event in events]
        columns = {name: _column(name, [row[at] for row in rows]) for at, name in enumerate(wanted)}
        return cls(len(rows), columns)

    def numbers(self, name: str) -> Numbers:
        """Give a column of numbers, flags or instants."""
        column = self.columns.get(name)
        if column is None:
            return Numbers(np.zeros(self.size, np.int64), np.zeros(self.size, np.bool_))
        if isinstance(column, Texts):
            raise InputError(f"field {name} holds text, not numbers")
        return column

    def texts(self, name: str) -> Texts:
        """Give a column of texts."""
        column = self.columns.get(name)
        if column is None:
            return Texts(np.full(self.size, -1, np.int32), ())
        if isinstance(column, Numbers):
            raise InputError(f"field {name} holds numbers, not text")
        return column

    def __getitem__(self, rows: slice) -> "Batch":
        start, stop, step = rows.indices(self.size)
        size = len(range(start, stop, step))
        return Batch(size, {name: column[rows] for name, column in self.columns.items()})


def _column(name: str, values: Sequence[object]) -> Column:
    if FIELDS[name].kind is Kind.TEXT:
        codes: dict[object, int] = {}
        column = [-1 if value is None else codes.setdefault(value, len(codes)) for value in values]
        return Texts(np.array(column, np.int32), tuple(str(value) for value in codes))
    known = np.fromiter((value is not None for value in values), np.bool_, len(values))
    filled = np.array([0 if value is None else value for value in values], np.int64)
    return Numbers(filled, known)
