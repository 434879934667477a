"""Expressions on columns: NumPy over values and masks, three-valued like the other executors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from zhamen.events.batch import Column, Numbers, Texts
from zhamen.events.fields import Kind
from zhamen.expressions.tree import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Constant,
    Either,
    Every,
    Expression,
    Known,
    Member,
    Name,
    Negate,
    Node,
    Not,
    Otherwise,
)

__all__ = ["evaluate"]

_Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Value:
    """Flags as bool, numbers as float64, texts as codes; what is not known has any value."""

    values: _Array
    known: _Array
    texts: tuple[str, ...] = ()


_ALL: Final = np.array(True)
_ARITHMETIC: Final[dict[str, Callable[[_Array, _Array], _Array]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
_COMPARISONS: Final[dict[str, Callable[[_Array, _Array], _Array]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_CALLS: Final[dict[str, Callable[[_Array], _Array]]] = {
    "abs": np.abs,
    "floor": np.floor,
    "round": np.rint,
    "sqrt": np.sqrt,
    "log1p": np.log1p,
}
_EXTREMES: Final[dict[str, Callable[[_Array, _Array], _Array]]] = {"min": np.minimum, "max": np.maximum}


def evaluate(expression: Expression, columns: Mapping[str, Column], size: int) -> Column:
    """Give the value of an expression for each of `size` rows.

    Parameters
    ----------
    columns
        By name, each `size` long. A name that is not there is missing in every row, and so is a
        number that is infinite or NaN.

    Returns
    -------
    Column
        Texts for a text; else numbers: flags as int64 0 and 1, all else as float64. What is
        missing has the value 0.

    Notes
    -----
    About 1 to 3 ns a row and node.

    Examples
    --------
    >>> from zhamen.expressions.parse import parse
    >>> from zhamen.expressions.types import EVENT_SCOPE
    >>> hours = Numbers(np.array([1, 12, 0]), np.array([True, True, False]))
    >>> night = evaluate(parse("local_hour < 6", EVENT_SCOPE), {"local_hour": hours}, 3)
    >>> night.values, night.known
    (array([1, 0, 0]), array([ True,  True, False]))
    """
    with np.errstate(all="ignore"):
        value = _evaluate(expression.tree, columns)
    known = np.array(np.broadcast_to(value.known, size))
    values = np.where(known, value.values, -1 if expression.kind is Kind.TEXT else 0)
    if expression.kind is Kind.TEXT:
        return Texts(values.astype(np.int32), value.texts)
    if expression.kind is Kind.FLAG:
        return Numbers(values.astype(np.int64), known)
    return Numbers(values.astype(np.float64), known)


def _evaluate(node: Node, columns: Mapping[str, Column]) -> _Value:  # noqa: C901, PLR0911, PLR0912  # one case a node
    match node:
        case Name(name):
            return _column(columns.get(name), node.type.kind)
        case Constant(str(text)):
            return _Value(np.array(0, np.int32), _ALL, (text,))
        case Constant(value):
            return _Value(np.array(value), _ALL)
        case Not(operand):
            flag = _evaluate(operand, columns)
            return _Value(~flag.values, flag.known)
        case Every(operands) | Either(operands):
            return _junction([_evaluate(part, columns) for part in operands], neutral=isinstance(node, Every))
        case Known(operand):
            return _Value(_evaluate(operand, columns).known, _ALL)
        case Member(item, options):
            return _member(_evaluate(item, columns), options)
        case Compare(operator, left, right):
            return _compare(operator, _evaluate(left, columns), _evaluate(right, columns), left.type.kind)
        case Otherwise(operand, default):
            return _otherwise(_evaluate(operand, columns), _evaluate(default, columns))
        case Conditional(test, chosen, other):
            flag = _evaluate(test, columns)
            return _chosen(flag, _evaluate(chosen, columns), _evaluate(other, columns))
        case Negate(operand):
            number = _evaluate(operand, columns)
            return _Value(-number.values, number.known)
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, _evaluate(left, columns), _evaluate(right, columns))
        case Call(function, arguments):
            return _call(function, [_evaluate(argument, columns) for argument in arguments])


def _column(column: Column | None, kind: Kind) -> _Value:
    match column:
        case None:
            return _Value(np.array(0, np.bool_ if kind is Kind.FLAG else np.float64), ~_ALL)
        case Texts(codes, texts):
            return _Value(codes, codes >= 0, texts)
        case Numbers(values, known) if kind is Kind.FLAG:
            return _Value(values != 0, known)
        case Numbers(values, known) if values.dtype.kind == "f":
            return _finite(values, known)
        case Numbers(values, known):
            return _Value(values.astype(np.float64), known)


def _finite(values: _Array, known: _Array) -> _Value:
    return _Value(values, known & np.isfinite(values))


def _arithmetic(operator: str, left: _Value, right: _Value) -> _Value:
    known = left.known & right.known
    return _finite(_ARITHMETIC[operator](left.values, right.values), known)


def _call(function: str, arguments: list[_Value]) -> _Value:
    first, *rest = arguments
    if function not in _EXTREMES:
        return _finite(_CALLS[function](first.values), first.known)
    values, known = first.values, first.known
    for other in rest:
        values, known = _EXTREMES[function](values, other.values), known & other.known
    return _Value(values, known)


def _junction(flags: list[_Value], *, neutral: bool) -> _Value:
    """Join by `and` (neutral true) or `or`: one known flag of the other value decides alone."""
    decided: _Array = np.array(False)
    known: _Array = _ALL
    for flag in flags:
        decided = decided | (flag.known & (flag.values != neutral))
        known = known & flag.known
    return _Value(decided != neutral, decided | known)


def _compare(operator: str, left: _Value, right: _Value, kind: Kind) -> _Value:
    if kind is Kind.TEXT:
        left, right = _one_dictionary(left, right)
    return _Value(_COMPARISONS[operator](left.values, right.values), left.known & right.known)


def _member(item: _Value, options: tuple[str, ...] | tuple[float, ...]) -> _Value:
    if item.texts or isinstance(options[0], str):
        among = np.array([text in options for text in (*item.texts, "")])
        return _Value(among[item.values.astype(np.int64)], item.known)
    found: _Array = np.array(False)
    for option in options:
        found = found | (item.values == option)
    return _Value(found, item.known)


def _otherwise(value: _Value, default: _Value) -> _Value:
    value, default = _one_dictionary(value, default)
    values = np.where(value.known, value.values, default.values)
    return _Value(values, value.known | default.known, value.texts)


def _chosen(test: _Value, chosen: _Value, other: _Value) -> _Value:
    chosen, other = _one_dictionary(chosen, other)
    values = np.where(test.values, chosen.values, other.values)
    return _Value(values, test.known & np.where(test.values, chosen.known, other.known), chosen.texts)


def _one_dictionary(left: _Value, right: _Value) -> tuple[_Value, _Value]:
    """Write the codes of both texts in one dictionary; anything but texts stays as it is."""
    if left.texts is right.texts:
        return left, right
    codes = {text: code for code, text in enumerate(left.texts)}
    moved = np.array([*(codes.setdefault(text, len(codes)) for text in right.texts), -1], np.int32)
    texts = tuple(codes)
    return (
        _Value(left.values, left.known, texts),
        _Value(moved[right.values.astype(np.int64)], right.known, texts),
    )
