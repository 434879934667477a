"""Expressions as SQL of DuckDB, with the values that the other executors give."""

from typing import Final

from sqlglot import exp

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

__all__ = ["to_sql"]

_COMPARISONS: Final[dict[str, type[exp.Binary]]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "==": exp.EQ,
    "!=": exp.NEQ,
}
_ARITHMETIC: Final[dict[str, type[exp.Binary]]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}
_EXTREMES: Final = {"min": "LEAST", "max": "GREATEST"}


def to_sql(expression: Expression) -> exp.Expression:
    r"""Write an expression as SQL over columns that bear its names; NULL is missing.

    Numbers are DOUBLE, flags BOOLEAN, texts VARCHAR. Columns hold finite numbers, instants in
    microseconds.

    Examples
    --------
    >>> from zhamen.expressions.parse import parse
    >>> from zhamen.expressions.types import EVENT_SCOPE
    >>> to_sql(parse('channel == "mobile" and not session_new_device', EVENT_SCOPE)).sql("duckdb")
    '(("channel" = \'mobile\') AND NOT "session_new_device")'
    """
    return _finite(expression.tree)


def _write(node: Node) -> exp.Expression:  # noqa: C901, PLR0911, PLR0912  # one case a node
    match node:
        case Name(name):
            column = exp.column(name, quoted=True)
            return column if node.type.kind in (Kind.TEXT, Kind.FLAG) else _double(column)
        case Constant(value):
            return _constant(value)
        case Negate(operand):
            return exp.Neg(this=exp.paren(_write(operand)))
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, left, right)
        case Call(function, arguments):
            return _call(function, [_finite(argument) for argument in arguments])
        case Compare(operator, left, right):
            return exp.paren(_COMPARISONS[operator](this=_finite(left), expression=_finite(right)))
        case Member(item, options):
            return exp.paren(
                exp.In(this=_finite(item), expressions=[_constant(option) for option in options])
            )
        case Not(operand):
            return exp.Not(this=_write(operand))
        case Every(operands):
            return exp.paren(exp.and_(*map(_write, operands), wrap=False))
        case Either(operands):
            return exp.paren(exp.or_(*map(_write, operands), wrap=False))
        case Known(operand):
            return exp.paren(exp.Not(this=exp.paren(exp.Is(this=_finite(operand), expression=exp.null()))))
        case Otherwise(operand, default):
            return exp.Coalesce(this=_finite(operand), expressions=[_finite(default)])
        case Conditional(test, chosen, other):
            return _conditional(test, chosen, other)


def _finite(node: Node) -> exp.Expression:
    """Write a value that stands where a number must be finite: NULL when it is not."""
    if not _is_wild(node):
        return _write(node)
    return _when(_is_finite(_write(node)), _write(node))


def _is_wild(node: Node) -> bool:
    match node:
        case Negate(operand):
            return _is_wild(operand)
        case Call(function):
            return function not in _EXTREMES
    return isinstance(node, Arithmetic)


def _arithmetic(operator: str, left: Node, right: Node) -> exp.Expression:
    divisor = _write(right)
    if operator == "/" and not isinstance(right, Constant):
        allowed: exp.Expression = exp.NEQ(this=divisor.copy(), expression=_constant(0.0))
        if _is_wild(right):
            allowed = exp.And(this=_is_finite(divisor.copy()), expression=allowed)
        divisor = _when(allowed, divisor)
    return exp.paren(_ARITHMETIC[operator](this=_write(left), expression=divisor))


def _call(function: str, arguments: list[exp.Expression]) -> exp.Expression:
    first = arguments[0]
    if function in _EXTREMES:
        missing = [exp.Is(this=argument.copy(), expression=exp.null()) for argument in arguments]
        extreme = exp.Anonymous(this=_EXTREMES[function], expressions=arguments)
        return exp.Case(ifs=[exp.If(this=exp.or_(*missing, wrap=False), true=exp.null())], default=extreme)
    if function == "round":
        return exp.Anonymous(this="ROUND_EVEN", expressions=[first, exp.Literal.number(0)])
    if function == "sqrt":
        inside = exp.GTE(this=first, expression=_constant(0.0))
        return _when(inside, exp.Anonymous(this="SQRT", expressions=[first.copy()]))
    if function == "log1p":
        above = exp.GT(this=first, expression=_constant(-1.0))
        return _when(above, _log1p(first.copy()))
    return exp.Anonymous(this=function.upper(), expressions=[first])


def _log1p(x: exp.Expression) -> exp.Expression:
    """Write log(1 + x) without loss for small x (D. Goldberg, ACM Computing Surveys 23, 1991, theorem 4)."""
    near = exp.paren(exp.Add(this=_constant(1.0), expression=x))
    slope = exp.Div(
        this=exp.Anonymous(this="LN", expressions=[near.copy()]),
        expression=exp.paren(exp.Sub(this=near.copy(), expression=_constant(1.0))),
    )
    is_small = exp.EQ(this=near, expression=_constant(1.0))
    whole = exp.Mul(this=x.copy(), expression=exp.paren(slope))
    return exp.Case(ifs=[exp.If(this=is_small, true=x.copy())], default=whole)


def _conditional(test: Node, chosen: Node, other: Node) -> exp.Expression:
    flag = _write(test)
    return exp.Case(
        ifs=[
            exp.If(this=flag, true=_finite(chosen)),
            exp.If(this=exp.Not(this=exp.paren(flag.copy())), true=_finite(other)),
        ]
    )


def _constant(value: str | bool | float) -> exp.Expression:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    return _double(exp.Literal.string(repr(value)))


def _double(value: exp.Expression) -> exp.Expression:
    return exp.cast(value, exp.DataType.Type.DOUBLE)


def _is_finite(value: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this="ISFINITE", expressions=[value])


def _when(test: exp.Expression, value: exp.Expression) -> exp.Expression:
    return exp.Case(ifs=[exp.If(this=test, true=value)])
