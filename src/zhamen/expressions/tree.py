"""The typed tree that every executor walks."""

import ast
from dataclasses import dataclass

from zhamen.events.fields import Kind, Unit

__all__ = ["Expression"]


@dataclass(frozen=True)
class Expression:
    """A checked expression: its text, its tree, what it gives and which names it reads (sorted)."""

    text: str
    tree: ast.expr
    kind: Kind
    unit: Unit
    names: tuple[str, ...]
