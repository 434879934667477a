"""Legal bases with their purposes: few texts that many records share, kept once and pointed to."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, insert, select

from zhamen.adapters.sql.schema import bases
from zhamen.core.errors import InputError

__all__ = ["Basis", "bases_by_number", "number_bases"]

_MOST: Final = 10_000


class Basis(NamedTuple):
    """What allows a record to be held, and what for."""

    legal_basis: str
    purpose: str


def bases_by_number(connection: Connection) -> Mapping[int, Basis]:
    """Give every basis."""
    rows = connection.execute(select(bases.c.number, bases.c.legal_basis, bases.c.purpose))
    return {number: Basis(legal_basis, purpose) for number, legal_basis, purpose in rows}


def number_bases(connection: Connection, wanted: Iterable[Basis]) -> dict[Basis, int]:
    """Give the number of each basis; one that is new gets the next. Whoever calls has the turn to write.

    Raises
    ------
    InputError
        There would be more than 10,000: a column of free text was mapped.
    """
    numbers = {basis: number for number, basis in bases_by_number(connection).items()}
    new = sorted(set(wanted) - numbers.keys())
    if len(numbers) + len(new) > _MOST:
        raise InputError(
            f"there would be more than {_MOST:,} legal bases; map the column to a few of them with values"
        )
    if new:
        first = (connection.scalar(select(func.max(bases.c.number))) or 0) + 1
        rows = [{"number": first + at, **basis._asdict()} for at, basis in enumerate(new)]
        connection.execute(insert(bases), rows)
        numbers |= {basis: first + at for at, basis in enumerate(new)}
    return numbers
