"""From text to a checked tree: what the language allows, and how it says no.

The text is parsed with Python's own parser and never evaluated; what is not listed here does not
exist in the language.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Final

from zhamen.core.errors import InvalidExpression
from zhamen.events.fields import Kind
from zhamen.expressions.check import Checker
from zhamen.expressions.tree import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Expression,
    Known,
    Member,
    Name,
    Negate,
    Node,
    Otherwise,
    children,
)
from zhamen.expressions.types import Scope, Type

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_WEIGHT", "parse"]

MAX_LENGTH: Final = 4_000
"""Characters."""

MAX_DEPTH: Final = 50
"""Levels of nesting; ``a + b + c`` counts two."""

MAX_WEIGHT: Final = 4_000
"""Nodes of the tree as SQL writes it, where a checked operand stands twice."""

_WRITTEN: Final = {"sqrt": 2, "log1p": 6, "min": 2, "max": 2}

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def parse(text: str, scope: Scope, *, expects: Kind | None = None) -> Expression:
    """Check an expression against the names and types it may use.

    Parameters
    ----------
    text
        At most 4,000 characters; line breaks count as spaces.
    scope
        The names it may read.
    expects
        What it must give. ``Kind.NUMBER`` takes whole numbers too.

    Raises
    ------
    InvalidExpression
        With the column (from 1), what is wrong there and what to write instead.

    Notes
    -----
    About 0.1 ms for a rule. Time is linear in the text and bounded by its length.

    Examples
    --------
    >>> from zhamen.expressions.types import EVENT_SCOPE
    >>> parse('amount_minor >= money(5000) and channel == "mobile"', EVENT_SCOPE).names
    ('amount_minor', 'channel')
    >>> parse('chanel == "mobile"', EVENT_SCOPE)
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InvalidExpression: there is no 'chanel'; did you mean 'channel'? (at column 1)
    """
    python_tree = _python_tree(text)
    tree = Checker(text, scope).check(python_tree, MAX_DEPTH)
    if _weight(tree, {}) > MAX_WEIGHT:
        raise InvalidExpression("the expression is too large; split it in two rules", path="column 1")
    if expects is not None and not _fits(tree.type, expects):
        wanted = Type(expects)
        raise InvalidExpression(f"this gives {tree.type}, but {wanted} is needed here", path="column 1")
    return Expression(text, tree, tree.type.kind, tree.type.unit, tuple(sorted(set(_names(tree)))))


def _python_tree(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise InvalidExpression(
            f"the expression has {len(text)} characters; write at most {MAX_LENGTH}",
            path=f"column {MAX_LENGTH + 1}",
        )
    control = _CONTROL.search(text)
    if control is not None:
        raise InvalidExpression(
            f"the control character U+{ord(control[0]):04X} is not allowed; remove it",
            path=f"column {control.start() + 1}",
        )
    line = text.replace("\n", " ").replace("\t", " ").lstrip(" ")
    shift = len(text) - len(line)
    if not line:
        raise InvalidExpression("the expression is empty; write a condition", path="column 1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        column = (error.offset or 1) + shift
        raise InvalidExpression(f"this is not an expression: {error.msg}", path=f"column {column}") from None
    except Warning as warning:
        raise InvalidExpression(f"this is not an expression: {warning}", path="column 1") from None
    except (ValueError, MemoryError, RecursionError):
        raise InvalidExpression("the expression is nested too deeply; split it", path="column 1") from None
    _refuse_rest(line, tree, shift)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += shift
            node.end_col_offset = (node.end_col_offset or 0) + shift
    return tree


def _refuse_rest(line: str, tree: ast.expr, shift: int) -> None:
    """Refuse a comment: it would hide what follows it, for line breaks are spaces here."""
    end = len(line.encode()[: tree.end_col_offset].decode())
    if line[end:].strip(" )"):
        raise InvalidExpression("a comment is not allowed; remove it", path=f"column {end + shift + 1}")


def _fits(found: Type, expects: Kind) -> bool:
    return found.kind is expects or (expects is Kind.NUMBER and found.is_number)


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.name
    for child in children(node):
        yield from _names(child)


def _weight(node: Node, seen: dict[int, int]) -> int:
    """Count nodes as SQL writes them, which writes a checked operand several times.

    A chained comparison shares its middle, so a node is weighed once and counted as often as it stands.
    """
    if id(node) not in seen:
        seen[id(node)] = 1 + sum(_times(node, child) * _weight(child, seen) for child in children(node))
    return seen[id(node)]


def _times(node: Node, child: Node) -> int:
    """Count how often SQL writes `child`: by the needs of `node`, twice when it has to be finite."""
    checked = 2 if isinstance(child, Arithmetic | Negate | Call) else 1
    match node:
        case Call(function):
            return _WRITTEN.get(function, 1) * checked
        case Conditional() | Compare() | Known() | Otherwise() | Member():
            return 2 * checked
        case Arithmetic("/", _, right) if child is right:
            return 3
    return 1
