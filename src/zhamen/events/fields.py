"""The flat fields of events: the names that filters, rules and features may read.

A field is a path through the structs, its parts joined by ``_``: ``debtor_account.opened_at``
is ``debtor_account_opened_at``. Which fields exist follows from the structs; nothing is listed twice.
"""

import types
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from zhamen.events.model import EVENT_TYPES

__all__ = ["FIELDS", "Field", "Kind", "Unit"]


class Kind(StrEnum):
    """What sort of value a field or an expression has."""

    WHOLE = "whole"
    """An integer; the only kind that windows sum."""
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    INSTANT = "instant"


class Unit(StrEnum):
    """What a number counts; numbers of different units do not compare."""

    NONE = "none"
    MONEY = "money"
    """Minor units of the pack's currency."""
    TIME = "time"
    """Microseconds."""


@dataclass(frozen=True)
class Field:
    """One readable field: its name, where it stands, what it holds, which event types have it."""

    name: str
    path: tuple[str, ...]
    kind: Kind
    unit: Unit = Unit.NONE
    choices: tuple[str, ...] = ()
    event_types: frozenset[str] = frozenset()


def _bare(hint: Any) -> Any:
    """Strip ``Annotated`` and ``| None``."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, types.UnionType):
            (hint,) = (arm for arm in get_args(hint) if arm is not type(None))
        else:
            return hint


def _leaf(path: tuple[str, ...], hint: Any) -> Field:
    name = "_".join(path)
    if get_origin(hint) is Literal:
        return Field(name, path, Kind.TEXT, choices=get_args(hint))
    if hint is bool:
        return Field(name, path, Kind.FLAG)
    if hint is int:
        return Field(name, path, Kind.WHOLE, Unit.MONEY if name.endswith("_minor") else Unit.NONE)
    if hint is datetime:
        return Field(name, path, Kind.INSTANT, Unit.TIME)
    return Field(name, path, Kind.TEXT)


def _walk(struct: type[Struct], path: tuple[str, ...] = ()) -> list[Field]:
    found: list[Field] = []
    for name, annotation in get_type_hints(struct, include_extras=True).items():
        hint = _bare(annotation)
        if not hasattr(struct, "__struct_fields__") or name not in struct.__struct_fields__:
            continue
        if isinstance(hint, type) and issubclass(hint, Struct):
            found += _walk(hint, (*path, name))
        else:
            found.append(_leaf((*path, name), hint))
    return found


def _catalogue() -> dict[str, Field]:
    having: dict[str, set[str]] = {}
    fields: dict[str, Field] = {}
    for event_type, struct in EVENT_TYPES.items():
        for field in _walk(struct):
            fields.setdefault(field.name, field)
            having.setdefault(field.name, set()).add(event_type)
    fields["type"] = Field("type", (), Kind.TEXT, choices=tuple(EVENT_TYPES))
    having["type"] = set(EVENT_TYPES)
    for derived in ("local_hour", "local_weekday"):
        fields[derived] = Field(derived, (), Kind.WHOLE)
        having[derived] = set(EVENT_TYPES)
    return {
        name: Field(name, f.path, f.kind, f.unit, f.choices, frozenset(having[name]))
        for name, f in sorted(fields.items())
    }


FIELDS: dict[str, Field] = _catalogue()
"""Every readable field by name.

``type`` is the event's type; ``local_hour`` (0-23) and ``local_weekday`` (Monday is 0) are of
``occurred_at`` on the pack's clock.
"""
