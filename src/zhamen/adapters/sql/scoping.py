"""What lies within somebody's part of the organisation, in SQL."""

from typing import Final

from sqlalchemy import ColumnElement, String, and_, or_

from zhamen.organisation.scope import Scope
from zhamen.organisation.units import LONGEST_PATH

__all__ = ["UNIT", "found_within", "within"]

UNIT: Final = String(LONGEST_PATH).with_variant(String(LONGEST_PATH, collation="C"), "postgresql")
"""The type of every column that holds the path of a unit: compared byte by byte, whatever the database's
language, or else a range of paths would not be a subtree."""


def within(column: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Give the condition that the path in a column of type `UNIT` lies within a scope.

    Equal to the top or in the range ``top/`` to ``top0``, for ``0`` is the character after ``/``: no
    character of a path has a meaning of its own, as in LIKE.

    Examples
    --------
    >>> from sqlalchemy import column
    >>> print(within(column("unit"), Scope("HQ/R1")).compile(compile_kwargs={"literal_binds": True}))
    unit = 'HQ/R1' OR unit >= 'HQ/R1/' AND unit < 'HQ/R10'
    """
    return or_(
        *(
            part
            for top in scope.paths
            for part in (column == top, and_(column >= f"{top}/", column < f"{top}0"))
        )
    )


def found_within(column: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Give the same condition as one range, for questions that an index on the column is to answer.

    Where rows are wanted in the order of another index, ask `within`: SQLite takes an index that has a range.

    Examples
    --------
    >>> from sqlalchemy import column
    >>> found = found_within(column("unit"), Scope("HQ/R1"))
    >>> print(found.compile(compile_kwargs={"literal_binds": True}))
    unit >= 'HQ/R1' AND unit < 'HQ/R10' AND (unit = 'HQ/R1' OR unit >= 'HQ/R1/')
    """
    return or_(
        *(
            and_(column >= top, column < f"{top}0", or_(column == top, column >= f"{top}/"))
            for top in scope.paths
        )
    )
