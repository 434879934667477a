"""How each node is written in Python, so that no data can make it raise.

A value is written either *surely* there or *maybe* None. A number carries *guards* besides: tests
of which one is true when the number is missing, to be asked first; and it may be *wild*, infinite
or NaN, which is asked once where arithmetic ends, for no operation makes a wild number tame again.
"""

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from zhamen.events.fields import Kind
from zhamen.expressions.tree import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Constant,
    Either,
    Every,
    Known,
    Member,
    Name,
    Negate,
    Node,
    Not,
    Otherwise,
)

__all__ = ["GLOBALS", "Emitter"]

GLOBALS: Final = {
    "__builtins__": {},
    "abs": abs,
    "min": min,
    "max": max,
    "round": round,
    "sqrt": math.sqrt,
    "log1p": math.log1p,
}
"""All that the generated function can reach."""

_NONE: Final = ast.Constant(None)
_OPERATORS: Final = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
_COMPARISONS: Final = {
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "==": ast.Eq(),
    "!=": ast.NotEq(),
}


@dataclass(frozen=True, slots=True)
class _Value:
    code: ast.expr
    maybe: bool


@dataclass(frozen=True, slots=True)
class _Number:
    code: ast.expr
    guards: tuple[ast.expr, ...] = ()
    wild: bool = False


class Emitter:
    """Writes nodes as Python over local variables; `locals_` says which holds which name."""

    def __init__(self, locals_: Mapping[str, str]) -> None:
        self._locals = locals_
        self._complete = True
        self._temporaries = 0

    def local(self, name: str) -> str:
        """Give the local variable of a name."""
        return self._locals[name]

    def emit(self, node: Node, *, complete: bool) -> ast.expr:
        """Write `node` as an expression that gives its value or None.

        With `complete`, all its names are known to be there, and tests for that are left out.
        """
        self._complete = complete
        return self._value(node).code

    def _value(self, node: Node) -> _Value:  # noqa: C901, PLR0911  # one case a node
        match node:
            case Name(name):
                return _Value(_load(self._locals[name]), not self._complete)
            case Constant(constant):
                return _Value(ast.Constant(constant), False)
            case Negate() | Arithmetic() | Call():
                return self._settled(self._number(node))
            case Compare(operator, left, right):
                return self._compare(operator, left, right)
            case Member(item, options):
                return self._member(item, options)
            case Not(operand):
                return self._lifted(self._value(operand), lambda code: ast.UnaryOp(ast.Not(), code))
            case Every(operands):
                return self._every([self._value(operand) for operand in operands])
            case Either(operands):
                return self._either([self._value(operand) for operand in operands])
            case Known(operand):
                value = self._value(operand)
                known = ast.Compare(value.code, [ast.IsNot()], [_NONE]) if value.maybe else ast.Constant(True)
                return _Value(known, False)
            case Conditional(test, chosen, other):
                return self._conditional(self._value(test), self._value(chosen), self._value(other))
            case Otherwise(operand, default):
                return self._otherwise(self._value(operand), self._value(default))

    def _number(self, node: Node) -> _Number:
        match node:
            case Constant(constant):
                return _Number(ast.Constant(constant))
            case Negate(operand):
                number = self._number(operand)
                return _Number(ast.UnaryOp(ast.USub(), number.code), number.guards, number.wild)
            case Arithmetic("/", left, right):
                return self._quotient(self._number(left), self._number(right))
            case Arithmetic(operator, left, right):
                a, b = self._number(left), self._number(right)
                return _Number(ast.BinOp(a.code, _OPERATORS[operator], b.code), a.guards + b.guards, True)
            case Call(function, arguments):
                return self._call(function, [self._number(argument) for argument in arguments])
        value = self._value(node)
        if not value.maybe:
            return _Number(value.code)
        if isinstance(value.code, ast.Name):
            return _Number(value.code, (_is_none(value.code),))
        bound, again = self._bind(value.code)
        return _Number(again, (_is_none(bound),))

    def _quotient(self, left: _Number, right: _Number) -> _Number:
        divisor = right.code
        guards = left.guards + right.guards
        if right.wild:
            bound, divisor = self._bind(divisor)
            guards += (_is_wild(bound, divisor),)
        if isinstance(divisor, ast.Name):
            guards += (ast.UnaryOp(ast.Not(), divisor),)
        elif not isinstance(divisor, ast.Constant):
            bound, divisor = self._bind(divisor)
            guards += (ast.UnaryOp(ast.Not(), bound),)
        return _Number(ast.BinOp(left.code, ast.Div(), divisor), guards, True)

    def _call(self, function: str, arguments: list[_Number]) -> _Number:
        guards = tuple(guard for argument in arguments for guard in argument.guards)
        if function in ("min", "max"):
            tame = [self._tamed(argument) for argument in arguments]
            guards = tuple(guard for number in tame for guard in number.guards)
            return _Number(_called(function, *(number.code for number in tame)), guards)
        (argument,) = arguments
        if function == "abs":
            return _Number(_called("abs", argument.code), guards, argument.wild)
        if function == "floor":
            return _Number(ast.BinOp(argument.code, ast.FloorDiv(), ast.Constant(1.0)), guards, argument.wild)
        if function == "round":
            return _Number(_called("round", argument.code, ast.Constant(0)), guards, argument.wild)
        bound, again = self._bind(argument.code)
        lowest: tuple[ast.cmpop, float] = (ast.GtE(), 0.0) if function == "sqrt" else (ast.Gt(), -1.0)
        inside = ast.Compare(bound, [lowest[0]], [ast.Constant(lowest[1])])
        return _Number(_called(function, again), (*guards, ast.UnaryOp(ast.Not(), inside)), argument.wild)

    def _compare(self, operator: str, left: Node, right: Node) -> _Value:
        if left.type.kind is Kind.TEXT:
            a, b = self._present(self._value(left)), self._present(self._value(right))
        else:
            a, b = self._tamed(self._number(left)), self._tamed(self._number(right))
        test = ast.Compare(a.code, [_COMPARISONS[operator]], [b.code])
        return _unless(a.guards + b.guards, test)

    def _member(self, item: Node, options: tuple[str, ...] | tuple[float, ...]) -> _Value:
        if item.type.kind is Kind.TEXT:
            a = self._present(self._value(item))
        else:
            a = self._tamed(self._number(item))
        test = ast.Compare(a.code, [ast.In()], [ast.Constant(frozenset(options))])  # type: ignore[arg-type]
        return _unless(a.guards, test)

    def _every(self, values: list[_Value]) -> _Value:
        """Write ``and``: with no False among them, Python's own gives None or True."""
        sure, maybes = _parted(values)
        if not maybes:
            return _Value(_joined(ast.And(), sure), False)
        if len(maybes) == 1 and not sure:
            return maybes[0]
        bound = [self._bind(value.code) for value in maybes]
        false = [_is(first, value=False) for first, _ in bound]
        rest = _joined(ast.And(), [again for _, again in bound])
        code: ast.expr = ast.IfExp(_joined(ast.Or(), false), ast.Constant(False), rest)
        return _Value(_joined(ast.And(), [*sure, code]), True)

    def _either(self, values: list[_Value]) -> _Value:
        sure, maybes = _parted(values)
        if not maybes:
            return _Value(_joined(ast.Or(), sure), False)
        if len(maybes) == 1 and not sure:
            return maybes[0]
        bound = [self._bind(value.code) for value in maybes]
        missing = _joined(ast.Or(), [_is_none(again) for _, again in bound])
        code: ast.expr = ast.IfExp(
            _joined(ast.Or(), [first for first, _ in bound]),
            ast.Constant(True),
            ast.IfExp(missing, _NONE, ast.Constant(False)),
        )
        return _Value(_joined(ast.Or(), [*sure, code]), True)

    def _conditional(self, test: _Value, chosen: _Value, other: _Value) -> _Value:
        maybe = chosen.maybe or other.maybe
        if not test.maybe:
            return _Value(ast.IfExp(test.code, chosen.code, other.code), maybe)
        bound, again = self._bind(test.code)
        decided = ast.IfExp(again, chosen.code, other.code)
        return _Value(ast.IfExp(_is_none(bound), _NONE, decided), True)

    def _otherwise(self, value: _Value, default: _Value) -> _Value:
        if not value.maybe:
            return value
        bound, again = self._bind(value.code)
        return _Value(ast.IfExp(_is_none(bound), default.code, again), default.maybe)

    def _lifted(self, value: _Value, apply: Callable[[ast.expr], ast.expr]) -> _Value:
        present = self._present(value)
        return _unless(present.guards, apply(present.code))

    def _present(self, value: _Value) -> _Number:
        """Take a value apart into a test for None and what it is when it is there."""
        if not value.maybe:
            return _Number(value.code)
        bound, again = self._bind(value.code)
        return _Number(again, (_is_none(bound),))

    def _tamed(self, number: _Number) -> _Number:
        if not number.wild:
            return number
        bound, again = self._bind(number.code)
        return _Number(again, (*number.guards, _is_wild(bound, again)))

    def _settled(self, number: _Number) -> _Value:
        tame = self._tamed(number)
        return _unless(tame.guards, tame.code)

    def _bind(self, code: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Give `code` bound to a new variable, and that variable, to be read later."""
        if isinstance(code, ast.Name):
            return code, code
        self._temporaries += 1
        name = f"t{self._temporaries}"
        return ast.NamedExpr(ast.Name(name, ast.Store()), code), _load(name)


def _parted(values: Iterable[_Value]) -> tuple[list[ast.expr], list[_Value]]:
    """Put what is surely there first; the order of `and` and `or` does not change their value."""
    sure: list[ast.expr] = []
    maybes: list[_Value] = []
    for value in values:
        if value.maybe:
            maybes.append(value)
        else:
            sure.append(value.code)
    return sure, maybes


def _unless(guards: tuple[ast.expr, ...], code: ast.expr) -> _Value:
    if not guards:
        return _Value(code, False)
    return _Value(ast.IfExp(_joined(ast.Or(), list(guards)), _NONE, code), True)


def _joined(operator: ast.boolop, codes: list[ast.expr]) -> ast.expr:
    return codes[0] if len(codes) == 1 else ast.BoolOp(operator, codes)


def _is(code: ast.expr, *, value: bool) -> ast.expr:
    return ast.Compare(code, [ast.Is()], [ast.Constant(value)])


def _is_none(code: ast.expr) -> ast.expr:
    return ast.Compare(code, [ast.Is()], [_NONE])


def _is_wild(first: ast.expr, again: ast.expr) -> ast.expr:
    """Write ``x - x``, which is 0 for a finite number and NaN, so true, for any other."""
    return ast.BinOp(first, ast.Sub(), again)


def _called(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_load(function), list(arguments), [])


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
