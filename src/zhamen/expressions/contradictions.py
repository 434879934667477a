"""Conditions that can never hold: a rule that asks for an hour after 22 and before 6 is dead."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from zhamen.events.fields import Kind
from zhamen.expressions.tree import (
    Compare,
    Constant,
    Either,
    Every,
    Expression,
    Member,
    Name,
    Node,
    Not,
    Order,
)

__all__ = ["contradictions"]

_RANGES: Final = {"local_hour": (0.0, 23.0), "local_weekday": (0.0, 6.0)}
_MIRRORED: Final[dict[Order, Order]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_NEGATED: Final[dict[Order, Order]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class _Domain:
    """What a name can still be, and the conditions that left it so."""

    whole: bool
    low: float = -math.inf
    high: float = math.inf
    options: frozenset[str | float] | None = None
    barred: frozenset[str | float] = frozenset()
    conditions: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        if self.options is not None:
            return not any(self._allows(option) for option in self.options)
        return self.low > self.high or (self.low == self.high and self.low in self.barred)

    def _allows(self, option: str | float) -> bool:
        inside = isinstance(option, str) or self.low <= option <= self.high
        return inside and option not in self.barred


@dataclass(slots=True)
class _Search:
    found: list[str] = field(default_factory=list)

    def lives(self, node: Node, domains: Mapping[str, _Domain]) -> bool:
        """Say whether `node` can be true where `domains` hold, and note every dead branch in it."""
        parts = node.operands if isinstance(node, Every) else (node,)
        narrowed = dict(domains)
        for part in parts:
            name, condition = _condition(part)
            if name is None:
                continue
            narrowed[name.name] = _narrowed(narrowed.get(name.name) or _start(name), condition)
            if narrowed[name.name].is_empty:
                self.found.append(_explained(name, narrowed[name.name]))
                return False
        alive = True
        for part in parts:
            if isinstance(part, Either):
                alive &= sum(self.lives(branch, narrowed) for branch in part.operands) > 0
        return alive


def contradictions(expression: Expression) -> list[str]:
    """Say which parts of a condition can never be true, as one sentence each; empty when none is seen.

    Sees constant limits, choices and flags of one name that exclude each other within one ``and``,
    each branch of an ``or`` by itself. What it does not see may be dead all the same.

    Notes
    -----
    At most linear in the size of the expression times its depth.

    Examples
    --------
    >>> from zhamen.expressions.parse import parse
    >>> from zhamen.expressions.types import EVENT_SCOPE
    >>> contradictions(parse("local_hour > 22 and local_hour < 6", EVENT_SCOPE))
    ['local_hour > 22 and local_hour < 6 never hold together']
    >>> contradictions(parse("local_hour > 22 or local_hour < 6", EVENT_SCOPE))
    []
    """
    search = _Search()
    search.lives(_pushed(expression.tree, negate=False), {})
    return list(dict.fromkeys(search.found))


def _pushed(node: Node, *, negate: bool) -> Node:
    """Push ``not`` down to the conditions, and flatten nested ``and`` and ``or``."""
    if isinstance(node, Not):
        return _pushed(node.operand, negate=not negate)
    if isinstance(node, Every | Either):
        made = Either if isinstance(node, Every) is negate else Every
        operands: list[Node] = []
        for operand in node.operands:
            part = _pushed(operand, negate=negate)
            operands += part.operands if isinstance(part, made) else [part]
        return made(tuple(operands))
    if negate and isinstance(node, Compare):
        return replace(node, operator=_NEGATED[node.operator])
    return Not(node) if negate else node


def _condition(node: Node) -> tuple[Name | None, Node]:
    """Give the one name that `node` limits, and the limit with the name on its left."""
    match node:
        case Name() as name:
            return name, node
        case Not(Name() as name) | Member(Name() as name) | Not(Member(Name() as name)):
            return name, node
        case Compare(_, Name() as name, Constant()):
            return name, node
        case Compare(operator, Constant() as left, Name() as name):
            return name, replace(node, operator=_MIRRORED[operator], left=name, right=left)
    return None, node


def _start(name: Name) -> _Domain:
    low, high = _RANGES.get(name.name, (-math.inf, math.inf))
    options: frozenset[str | float] | None = frozenset(name.type.choices) or None
    if name.type.kind is Kind.FLAG:
        options = frozenset((False, True))
    return _Domain(name.type.kind is Kind.WHOLE, low, high, options)


def _narrowed(domain: _Domain, condition: Node) -> _Domain:
    domain = replace(domain, conditions=(*domain.conditions, _written(condition)))
    match condition:
        case Name():
            return replace(domain, barred=domain.barred | {False})
        case Not(Name()):
            return replace(domain, barred=domain.barred | {True})
        case Not(Member(_, options)):
            return replace(domain, barred=domain.barred | set(options))
        case Member(_, options):
            kept: frozenset[str | float] = frozenset(options)
            return replace(domain, options=kept if domain.options is None else kept & domain.options)
        case Compare(operator, _, Constant(value)):
            return _limited(domain, operator, value)
    return domain


def _limited(domain: _Domain, operator: str, value: str | float) -> _Domain:
    if operator == "!=":
        return replace(domain, barred=domain.barred | {value})
    if isinstance(value, str):
        kept = frozenset((value,))
        return replace(domain, options=kept if domain.options is None else kept & domain.options)
    low, high = domain.low, domain.high
    if operator in (">", ">=", "=="):
        low = max(low, math.nextafter(value, math.inf) if operator == ">" else value)
    if operator in ("<", "<=", "=="):
        high = min(high, math.nextafter(value, -math.inf) if operator == "<" else value)
    if domain.whole:
        low = low if math.isinf(low) else float(math.ceil(low))
        high = high if math.isinf(high) else float(math.floor(high))
    return replace(domain, low=low, high=high)


def _explained(name: Name, domain: _Domain) -> str:
    if len(domain.conditions) > 1:
        return f"{' and '.join(domain.conditions)} never hold together"
    if name.name in _RANGES:
        low, high = _RANGES[name.name]
        return f"{domain.conditions[0]} never holds: {name.name} is {low:g} to {high:g}"
    return f"{domain.conditions[0]} never holds"


def _written(condition: Node) -> str:
    match condition:
        case Name(name):
            return name
        case Not(Member(Name(name), options)):
            return f"{name} not in ({', '.join(map(_shown, options))})"
        case Not(operand):
            return f"not {_written(operand)}"
        case Member(Name(name), options):
            return f"{name} in ({', '.join(map(_shown, options))})"
        case Compare(operator, Name(name), Constant(value)):
            return f"{name} {operator} {_shown(value)}"
    return "this"


def _shown(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:.15g}"
