"""What the cells of a column say, each text read once however often it stands there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import repeat
from typing import Final, Generic, TypeVar

from zhamen.adapters.feeds.mapping import Cell, Column
from zhamen.adapters.feeds.rows import Rows
from zhamen.core.errors import InputError
from zhamen.screening.identifiers.banking import is_cnaps

__all__ = ["Reading", "branch", "evidence", "instant", "text", "whole", "word"]

T = TypeVar("T")
_HOME: Final = timezone(timedelta(hours=8))
_DAY_DIGITS: Final = len("20261102")
_REMEMBERED: Final = 10_000
_SHOWN: Final = 20


class Reading(dict[str | None, T], Generic[T]):
    """Maps the text of a cell to what it says; made with the mapping's part and the kind of value.

    Parameters
    ----------
    cell
        A value for all rows, the columns to read, or None where the mapping has nothing.
    read
        Gives the value of a text, or of None when the cell is empty.

    Examples
    --------
    >>> level = Reading(Column("level", otherwise="60"), whole("level"))
    >>> level["70"], level[" "], level[None]
    (70, 60, 60)
    """

    def __init__(self, cell: Cell | None, read: Callable[[str | None], T]) -> None:
        super().__init__()
        self._cell = cell
        self._read = read

    def __missing__(self, written: str | None) -> T:
        """Read a text for the first time; what cannot be read raises each time."""
        value = self._read(self._said(written))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[written] = value
        return value

    def texts(self, rows: Rows) -> Iterable[str | None]:
        """Give what stands in the rows: of several columns the first that has something."""
        if not isinstance(self._cell, Column):
            return repeat(None)
        found = [rows.columns[name] for name in self._cell.names if name in rows.columns]
        if len(found) < 2:
            return found[0] if found else repeat(None)
        return [_first(cells) for cells in zip(*found, strict=True)]

    def _said(self, written: str | None) -> str | None:
        cell = self._cell
        if not isinstance(cell, Column):
            return None if cell is None else str(cell)
        said = written.strip() if written else ""
        if not said:
            return cell.otherwise
        if not cell.values:
            return said
        found = cell.values.get(said)
        if found is None:
            column = " or ".join(cell.names)
            raise InputError(f"{column}: the mapping has no word for {_hinted(said)}; add it to its values")
        return found


def text(written: str | None) -> str:
    """Give a text as it is, empty when there is none."""
    return written or ""


def word(name: str, words: Mapping[str, T]) -> Callable[[str | None], T]:
    """Read one of some words as what it stands for."""

    def read(written: str | None) -> T:
        found = words.get(written or "")
        if found is None:
            raise InputError(f"{name} {_hinted(written)} is none; map it with values")
        return found

    return read


def whole(name: str) -> Callable[[str | None], int]:
    """Read a whole number of up to three digits."""

    def read(written: str | None) -> int:
        if not (written and written.isascii() and written.isdigit() and len(written) < 4):
            raise InputError(f"{name} {_hinted(written)} is not a whole number from 0 to 100")
        return int(written)

    return read


def instant(name: str, cell: Column | None) -> Callable[[str | None], datetime | None]:
    """Read an instant as the mapping says it is written; without a zone it is in UTC+8."""
    pattern = "iso" if cell is None else cell.format

    def read(written: str | None) -> datetime | None:
        if written is None:
            return None
        try:
            if pattern == "iso" and written.isdigit() and len(written) != _DAY_DIGITS:
                raise ValueError("an account number, not a day")
            found = (
                datetime.fromisoformat(written) if pattern == "iso" else datetime.strptime(written, pattern)  # noqa: DTZ007
            )
        except ValueError:
            raise InputError(f"{name} {_hinted(written)} is not written as {pattern}") from None
        return found if found.tzinfo else found.replace(tzinfo=_HOME)

    return read


def evidence(written: str | None) -> bytes:
    """Read a hash in hexadecimal."""
    try:
        return bytes.fromhex(written or "")
    except ValueError:
        raise InputError("evidence_hash is not hexadecimal; give the SHA-256 of the evidence") from None


def branch(written: str | None) -> str:
    """Read the number of a bank's branch (CNAPS); its last digit checks the others."""
    number = (written or "").replace(" ", "")
    if number and not is_cnaps(number):
        raise InputError(
            f"branch {_hinted(written)} is not 12 digits of which the last checks the others;"
            " compare the row with its document"
        )
    return number


def _first(cells: Sequence[str | None]) -> str | None:
    return next((one for one in cells if one and not one.isspace()), None)


def _hinted(written: str | None) -> str:
    """Show what is written by its form only, for it may stand in the wrong column.

    >>> _hinted("2026/11/02"), _hinted("涉赌"), _hinted(None)
    ("'2999/99/99'", "'涉x'", "''")
    """
    shown = (written or "")[:_SHOWN]
    masked = "".join("9" if one.isdigit() else "x" if one.isalnum() else one for one in shown[1:])
    return repr(shown[:1] + masked)
