"""Text columns that rules compare with each other, written once in one dictionary."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from zhamen.events.batch import Column, Texts
from zhamen.events.fields import Kind
from zhamen.expressions.tree import Compare, Expression, Name, Node, children

__all__ = ["compared_texts", "share_dictionary"]


def compared_texts(expressions: Iterable[Expression]) -> tuple[str, ...]:
    """Name the texts that are compared with other texts of the row, sorted.

    >>> from zhamen.expressions.parse import parse
    >>> from zhamen.expressions.types import EVENT_SCOPE
    >>> compared_texts([parse('debtor_id != creditor_id and channel == "mobile"', EVENT_SCOPE)])
    ('creditor_id', 'debtor_id')
    """
    return tuple(sorted({name for each in expressions for name in _compared(each.tree)}))


def _compared(node: Node) -> Iterator[str]:
    match node:
        case Compare(_, Name(left) as first, Name(right)) if first.type.kind is Kind.TEXT:
            yield from (left, right)
        case _:
            for child in children(node):
                yield from _compared(child)


def share_dictionary(columns: Mapping[str, Column], names: Iterable[str]) -> dict[str, Column]:
    """Give `columns` with those `names` that hold texts written in one common dictionary.

    Notes
    -----
    Every comparison of two columns would otherwise join their dictionaries anew, at the cost of all
    their texts. This one reads only the texts that occur.

    Examples
    --------
    >>> left = Texts(np.array([0, 1, -1], np.int32), ("A", "B"))
    >>> right = Texts(np.array([0, 1, 0], np.int32), ("C", "B"))
    >>> shared = share_dictionary({"left": left, "right": right}, ["left", "right"])
    >>> [column.codes.tolist() for column in shared.values()], shared["left"].values
    ([[0, 1, -1], [2, 1, 2]], ('A', 'B', 'C'))
    """
    common: dict[str, int] = {}
    codes = {}
    for name in names:
        column = columns.get(name)
        if isinstance(column, Texts):
            used = np.unique(column.codes[column.codes >= 0])
            moved = np.full(len(column.values) + 1, -1, np.int32)  # the last stands for code -1, missing
            moved[used] = [common.setdefault(column.values[at], len(common)) for at in used.tolist()]
            codes[name] = moved[column.codes]
    shared = tuple(common)
    return {**columns, **{name: Texts(each, shared) for name, each in codes.items()}}
