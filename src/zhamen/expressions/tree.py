"""The typed tree that every executor walks.

Chained comparisons are taken apart into pairs, constants are folded, and the units are gone: what
is left is the least that an executor has to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from zhamen.events.fields import Kind, Unit
from zhamen.expressions.types import FLAG, Type

__all__ = [
    "Arithmetic",
    "Call",
    "Compare",
    "Conditional",
    "Constant",
    "Either",
    "Every",
    "Expression",
    "Known",
    "Member",
    "Name",
    "Negate",
    "Node",
    "Not",
    "Order",
    "Otherwise",
    "Sign",
    "children",
]

Order = Literal["<", "<=", ">", ">=", "==", "!="]
Sign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Name:
    """A field or a feature."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a flag, or a number (a float, whatever was written)."""

    value: str | bool | float
    type: Type


@dataclass(frozen=True, slots=True)
class Negate:
    """``-x``."""

    operand: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers make one; missing when the result is no finite float64 or the divisor is 0."""

    operator: Sign
    left: "Node"
    right: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers: abs, floor, round, sqrt, log1p, min, max."""

    function: str
    arguments: tuple["Node", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers, two instants, or (``==`` and ``!=`` only) two texts."""

    operator: Order
    left: "Node"
    right: "Node"
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a text or number is one of those listed."""

    item: "Node"
    options: tuple[str, ...] | tuple[float, ...]
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Not:
    """False for true, true for false, missing for missing."""

    operand: "Node"
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Every:
    """``and``: false when any is false, else missing when any is missing."""

    operands: tuple["Node", ...]
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Either:
    """``or``: true when any is true, else missing when any is missing."""

    operands: tuple["Node", ...]
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Conditional:
    """``a if test else b``; missing when the test is."""

    test: "Node"
    chosen: "Node"
    other: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Known:
    """Whether the operand is there; never missing itself."""

    operand: "Node"
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The operand, or the default where the operand is missing."""

    operand: "Node"
    default: "Node"
    type: Type


Node = (
    Name
    | Constant
    | Negate
    | Arithmetic
    | Call
    | Compare
    | Member
    | Not
    | Every
    | Either
    | Conditional
    | Known
    | Otherwise
)


@dataclass(frozen=True)
class Expression:
    """A checked expression: its text, its tree, what it gives and which names it reads (sorted)."""

    text: str
    tree: Node
    kind: Kind
    unit: Unit
    names: tuple[str, ...]


def children(node: Node) -> Iterator[Node]:
    """Give the parts of a node, in reading order."""
    match node:
        case Negate(operand) | Not(operand) | Known(operand):
            yield operand
        case Arithmetic(_, left, right) | Compare(_, left, right) | Otherwise(left, right):
            yield left
            yield right
        case Call(_, operands) | Every(operands) | Either(operands):
            yield from operands
        case Member(item):
            yield item
        case Conditional(test, chosen, other):
            yield test
            yield chosen
            yield other
