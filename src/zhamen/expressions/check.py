"""Types and units: turns Python's tree into ours, or says what does not fit and where."""

import ast
from collections.abc import Callable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from typing import Final, NoReturn

from zhamen.core.errors import InvalidExpression
from zhamen.events.fields import Kind, Unit
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
    Order,
    Otherwise,
    Sign,
)
from zhamen.expressions.types import FLAG, INSTANT, PLAIN, Scope, Type

__all__ = ["FUNCTIONS", "MAX_NUMBER", "MAX_TEXT", "Checker"]

MAX_NUMBER: Final = 10**15
"""The largest number that may be written; float64 holds every whole number up to it."""

MAX_TEXT: Final = 280
"""Characters of a text, as long as the longest text of an event."""

_SCALES: Final = {
    "money": (100, Unit.MONEY),
    "seconds": (1_000_000, Unit.TIME),
    "minutes": (60_000_000, Unit.TIME),
    "hours": (3_600_000_000, Unit.TIME),
    "days": (86_400_000_000, Unit.TIME),
}
_ONE_NUMBER: Final = ("abs", "floor", "round", "sqrt", "log1p")
FUNCTIONS: Final = tuple(sorted((*_SCALES, *_ONE_NUMBER, "min", "max", "known", "otherwise")))
"""Every function there is."""

_COMPARISONS: Final[dict[type[ast.cmpop], Order]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_OPERATORS: Final[dict[type[ast.operator], Sign]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_FOLDS: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


class Checker:
    """Checks one text against one scope; errors name the column in that text."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._bytes = text.encode()
        self._scope = scope

    def check(self, tree: ast.expr, depth: int) -> Node:  # noqa: C901, PLR0911  # one case a construct
        """Give the typed node of `tree`, which may be `depth` levels deep.

        Raises
        ------
        InvalidExpression
            Too deep, not in the language, an unknown name, or types or units that do not fit.
        """
        if depth <= 0:
            self._refuse(tree, "the expression is nested too deeply; split it in two rules")
        check = partial(self.check, depth=depth - 1)
        match tree:
            case ast.Constant():
                return self._constant(tree)
            case ast.Name():
                return self._name(tree)
            case ast.UnaryOp(ast.Not(), operand):
                return Not(self._flag(operand, check(operand)))
            case ast.UnaryOp(ast.USub() | ast.UAdd() as sign, operand):
                return self._signed(sign, operand, check(operand))
            case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
                return self._arithmetic(tree, _OPERATORS[type(operator)], check(left), check(right))
            case ast.BoolOp(operator, values):
                flags = tuple(self._flag(value, check(value)) for value in values)
                return Every(flags) if isinstance(operator, ast.And) else Either(flags)
            case ast.Compare():
                return self._comparisons(tree, check)
            case ast.IfExp(test, body, orelse):
                flag, chosen, other = self._flag(test, check(test)), check(body), check(orelse)
                return Conditional(flag, chosen, other, self._join(tree, chosen, other))
            case ast.Call():
                return self._call(tree, check)
            case _:
                return self._refuse(tree, f"{_spoken(tree)} is not part of the language; {_INSTEAD}")

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, bool):
            return Constant(value, FLAG)
        if isinstance(value, int | float):
            if not abs(value) <= MAX_NUMBER:
                self._refuse(tree, f"the number is too large; write one up to {MAX_NUMBER:.0e}")
            return Constant(float(value), PLAIN)
        if isinstance(value, str) and tree.kind is None:
            if len(value) > MAX_TEXT:
                self._refuse(tree, f"the text has {len(value)} characters; write at most {MAX_TEXT}")
            if not value.isprintable():
                self._refuse(tree, "the text holds a character that cannot be seen; remove it")
            return Constant(value, Type(Kind.TEXT, choices=(value,)))
        return self._refuse(tree, f"{_spoken(tree)} is not part of the language; {_INSTEAD}")

    def _name(self, tree: ast.Name) -> Node:
        found = self._scope.get(tree.id)
        written = self._bytes[tree.col_offset : tree.end_col_offset].decode()
        if found is None or written != tree.id:
            self._refuse(tree, f"there is no {written[:80]!r}{_nearest(tree.id, self._scope)}")
        return Name(tree.id, found)

    def _signed(self, sign: ast.unaryop, operand: ast.expr, node: Node) -> Node:
        self._number(operand, node)
        if isinstance(sign, ast.UAdd):
            return node
        if isinstance(node, Constant) and isinstance(node.value, float):
            return Constant(-node.value, node.type)
        return Negate(node, Type(Kind.NUMBER, node.type.unit))

    def _arithmetic(self, tree: ast.expr, operator: Sign, left: Node, right: Node) -> Node:
        kind = self._arithmetic_type(tree, operator, left, right)
        if isinstance(right, Constant) and right.value == 0 and operator == "/":
            self._refuse(tree, "this divides by zero; the result is always missing")
        if (
            isinstance(left, Constant)
            and isinstance(right, Constant)
            and isinstance(left.value, float)
            and isinstance(right.value, float)
        ):
            folded = _FOLDS[operator](left.value, right.value)
            if not abs(folded) <= MAX_NUMBER:
                self._refuse(tree, f"the number is too large; stay below {MAX_NUMBER:.0e}")
            return Constant(folded, kind)
        return Arithmetic(operator, left, right, kind)

    def _arithmetic_type(self, tree: ast.expr, operator: str, left: Node, right: Node) -> Type:
        a, b = left.type, right.type
        if a.kind is Kind.INSTANT and b.kind is Kind.INSTANT and operator == "-":
            return Type(Kind.NUMBER, Unit.TIME)
        if a.kind is Kind.INSTANT and b.is_number and b.unit is Unit.TIME and operator in "+-":
            return INSTANT
        if b.kind is Kind.INSTANT and a.is_number and a.unit is Unit.TIME and operator == "+":
            return INSTANT
        if not (a.is_number and b.is_number):
            self._refuse(tree, f"{a} {operator} {b} has no meaning; use numbers")
        if operator in "+-":
            return self._join(tree, left, right)
        if operator == "*" and Unit.NONE in (a.unit, b.unit):
            return Type(Kind.NUMBER, b.unit if a.unit is Unit.NONE else a.unit)
        if operator == "/" and b.unit in (Unit.NONE, a.unit):
            return Type(Kind.NUMBER, Unit.NONE if a.unit is b.unit else a.unit)
        return self._refuse(tree, f"{a} {operator} {b} has no meaning; divide by money(1) or hours(1) first")

    def _comparisons(self, tree: ast.Compare, check: Callable[[ast.expr], Node]) -> Node:
        pairs: list[Node] = []
        at, left = tree.left, check(tree.left)
        for operator, right_tree in zip(tree.ops, tree.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn):
                if len(tree.ops) > 1:
                    self._refuse(right_tree, "`in` cannot be chained; join two conditions with `and`")
                member = self._member(at, left, right_tree, check)
                return Not(member) if isinstance(operator, ast.NotIn) else member
            if type(operator) not in _COMPARISONS:
                self._refuse(right_tree, "`is` is not part of the language; write ==, or known(x)")
            right = check(right_tree)
            pairs.append(self._compare(right_tree, _COMPARISONS[type(operator)], left, right))
            at, left = right_tree, right
        return pairs[0] if len(pairs) == 1 else Every(tuple(pairs))

    def _compare(self, at: ast.expr, operator: Order, left: Node, right: Node) -> Node:
        if isinstance(left, Constant) and isinstance(right, Constant):
            self._refuse(at, "both sides are constants, so this is always the same; compare with a field")
        if left.type.kind is Kind.FLAG or right.type.kind is Kind.FLAG:
            self._refuse(at, "true and false are not compared; write `x` or `not x`")
        self._join(at, left, right)
        if left.type.kind is Kind.TEXT:
            if operator not in ("==", "!="):
                self._refuse(at, f"texts have no order, so {operator} has no meaning; write == or !=")
            self._check_choices(at, left.type.choices, right.type.choices)
        return Compare(operator, left, right)

    def _member(self, at: ast.expr, item: Node, listed: ast.expr, check: Callable[[ast.expr], Node]) -> Node:
        if not isinstance(listed, ast.Tuple | ast.List | ast.Set) or not listed.elts:
            self._refuse(listed, '`in` needs a list of constants: x in ("a", "b")')
        if item.type.kind is not Kind.TEXT and not item.type.is_number:
            self._refuse(at, f"`in` takes a text or a number, and this is {item.type}")
        texts: list[str] = []
        numbers: list[float] = []
        for option_tree in listed.elts:
            option = check(option_tree)
            if not isinstance(option, Constant):
                self._refuse(option_tree, "only constants may be listed; write several conditions with `or`")
            self._join(option_tree, item, option)
            self._check_choices(option_tree, item.type.choices, option.type.choices)
            if isinstance(option.value, str):
                texts.append(option.value)
            else:
                numbers.append(option.value)
        return Member(item, tuple(texts) or tuple(numbers))

    def _call(self, tree: ast.Call, check: Callable[[ast.expr], Node]) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if name not in FUNCTIONS:
            called = f"{name[:80]!r}" if name else _spoken(tree.func)
            self._refuse(tree, f"{called} is not a function{_nearest(name, FUNCTIONS)}")
        for argument in (*tree.args, *(keyword.value for keyword in tree.keywords)):
            if tree.keywords or isinstance(argument, ast.Starred):
                self._refuse(argument, f"{name}() takes plain arguments only")
        self._check_count(tree, name)
        arguments = [check(argument) for argument in tree.args]
        if name == "known":
            return Known(arguments[0])
        if name == "otherwise":
            kind = self._join(tree, *arguments)
            return Otherwise(arguments[0], arguments[1], kind)
        if name in _SCALES:
            return self._scaled(tree, name, arguments[0])
        return self._numeric_call(tree, name, arguments)

    def _check_count(self, tree: ast.Call, name: str) -> None:
        count = len(tree.args)
        if name in ("min", "max"):
            if count < 2:
                self._refuse(tree, f"{name}() takes two or more numbers")
        elif count != (2 if name == "otherwise" else 1):
            wanted = "two arguments: the value and its default" if name == "otherwise" else "one argument"
            self._refuse(tree, f"{name}() takes {wanted}, not {count}")

    def _scaled(self, tree: ast.Call, name: str, argument: Node) -> Node:
        scale, unit = _SCALES[name]
        if (
            not isinstance(argument, Constant)
            or not isinstance(argument.value, float)
            or argument.type.unit is not Unit.NONE
        ):
            self._refuse(tree, f"{name}() takes a plain number written out, as {name}(5)")
        value = Decimal(repr(argument.value)) * scale
        if value != value.to_integral_value():
            smallest = "cent" if unit is Unit.MONEY else "microsecond"
            self._refuse(tree, f"{name}({argument.value:g}) is not a whole number of {smallest}s")
        if abs(value) > MAX_NUMBER:
            self._refuse(tree, f"{name}({argument.value:g}) is too large")
        return Constant(float(value), Type(Kind.NUMBER, unit))

    def _numeric_call(self, tree: ast.Call, name: str, arguments: Sequence[Node]) -> Node:
        if name in ("min", "max"):
            anchor = next((argument for argument in arguments if not _is_zero(argument)), arguments[0])
            for argument in arguments:
                kind = self._join(tree, anchor, argument)
            if not kind.is_number and kind.kind is not Kind.INSTANT:
                self._refuse(tree, f"{name}() takes numbers, and this is {kind}")
            return Call(name, tuple(arguments), kind)
        self._number(tree.args[0], arguments[0])
        unit = arguments[0].type.unit
        if name in ("sqrt", "log1p") and unit is not Unit.NONE:
            self._refuse(
                tree,
                f"{name}() takes a plain number, not {arguments[0].type}; divide by money(1) or hours(1)",
            )
        return Call(name, tuple(arguments), Type(Kind.NUMBER, unit))

    def _join(self, at: ast.expr, left: Node, right: Node) -> Type:
        """Give the type that both fit; a plain 0 fits any unit."""
        a, b = left.type, right.type
        if a.is_number and b.is_number:
            if a.unit is not b.unit and not (_is_zero(left) or _is_zero(right)):
                self._refuse(at, f"{a} and {b} do not go together; {_unit_advice(a, b)}")
            return Type(Kind.NUMBER, b.unit if _is_zero(left) else a.unit)
        if a.kind is not b.kind:
            self._refuse(at, f"{a} and {b} do not go together; use two of one type")
        if a.kind is Kind.TEXT:
            return Type(Kind.TEXT, choices=_united(a.choices, b.choices))
        return a

    def _check_choices(self, at: ast.expr, left: tuple[str, ...], right: tuple[str, ...]) -> None:
        if left and right and not set(left) & set(right):
            single, many = (right, left) if len(right) == 1 else (left, right)
            shown = ", ".join(many[:12])
            self._refuse(at, f"{single[0]!r} is none of {shown}{_nearest(single[0], many)}")

    def _flag(self, at: ast.expr, node: Node) -> Node:
        if node.type.kind is not Kind.FLAG:
            self._refuse(
                at, f"a condition is needed here, and this is {node.type}; compare it with something"
            )
        return node

    def _number(self, at: ast.expr, node: Node) -> Node:
        if not node.type.is_number:
            self._refuse(at, f"a number is needed here, and this is {node.type}")
        return node

    def _refuse(self, at: ast.AST, message: str) -> NoReturn:
        column = len(self._bytes[: getattr(at, "col_offset", 0)].decode(errors="ignore")) + 1
        raise InvalidExpression(message, path=f"column {column}")


_INSTEAD: Final = "use comparisons, arithmetic + - * /, and/or/not, in, if/else and the listed functions"
_SPOKEN: Final = {
    ast.Attribute: "a dot",
    ast.Subscript: "a subscript",
    ast.Lambda: "a lambda",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "an assignment",
    ast.Starred: "a star",
    ast.Tuple: "a list outside `in`",
    ast.List: "a list outside `in`",
    ast.Set: "a list outside `in`",
    ast.Dict: "a dictionary",
    ast.BinOp: "this operator",
    ast.UnaryOp: "this operator",
    ast.Constant: "this kind of constant",
}


def _spoken(tree: ast.expr) -> str:
    return _SPOKEN.get(type(tree), "this")


def _nearest(name: str, known: Sequence[str] | Scope) -> str:
    close = get_close_matches(name, known, n=1) if 0 < len(name) <= 100 else []
    return f"; did you mean {close[0]!r}?" if close else ""


def _is_zero(node: Node) -> bool:
    return isinstance(node, Constant) and node.type == PLAIN and node.value == 0


def _united(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*left, *right))) if left and right else ()


def _unit_advice(a: Type, b: Type) -> str:
    units = {a.unit, b.unit}
    if Unit.MONEY in units and Unit.NONE in units:
        return "write money(5000) for 5,000 of the currency"
    if Unit.TIME in units and Unit.NONE in units:
        return "write seconds(), minutes(), hours() or days()"
    return "compare money with money and time with time"
