"""The units that entries belong to, as small numbers."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from zhamen.adapters.sql.schema_views import units
from zhamen.adapters.sql.views.writing import empty, insert_rows

__all__ = ["Units", "lineage"]


def lineage(path: str) -> list[str]:
    """Give a unit's path and those of the units above it, the head office first.

    >>> lineage("HQ/R1/B01")
    ['HQ', 'HQ/R1', 'HQ/R1/B01']
    """
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


class Units:
    """Numbers of units and of all above them, in the order in which entries first belonged to them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] | None = None

    def forget(self) -> None:
        """Look everything up again."""
        self._numbers = None

    def clear(self, connection: Connection) -> None:
        """Delete all rows."""
        self.forget()
        empty(connection, units)

    def numbers(self, connection: Connection, paths: Iterable[str]) -> dict[str, int]:
        """Give the number of every unit, among them those of `paths`; new ones are written down."""
        if self._numbers is None:
            self._numbers = {row.path: row.number for row in connection.execute(select(units))}
        numbers, before = self._numbers, len(self._numbers)
        for path in dict.fromkeys(paths):
            if path not in numbers:
                for each in lineage(path):
                    numbers.setdefault(each, len(numbers) + 1)
        insert_rows(connection, units, [(n, path) for path, n in numbers.items() if n > before])
        return numbers
