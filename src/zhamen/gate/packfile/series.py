"""Series and quantities of a pack file, checked against the fields that events have."""

from collections.abc import Collection, Mapping
from typing import Final

from zhamen.core.errors import InvalidExpression
from zhamen.core.instants import parse_width
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.model import EVENT_TYPES
from zhamen.expressions.contradictions import contradictions
from zhamen.expressions.parse import parse
from zhamen.expressions.tree import Expression
from zhamen.expressions.types import EVENT_SCOPE
from zhamen.features.definitions import Quantity, Series
from zhamen.features.roles import ENTITIES, entity_of
from zhamen.gate.packfile.layout import QuantityEntry, SeriesEntry
from zhamen.gate.packfile.problems import Path, Problems, nearest

__all__ = ["build_quantities", "build_series", "check_field", "read_filter"]

_MAX_KEY: Final = 2


def build_series(entries: Mapping[str, SeriesEntry], problems: Problems) -> dict[str, Series]:
    """Make the series, by name in alphabetical order, that are sound."""
    made: dict[str, Series] = {}
    for name, entry in sorted(entries.items()):
        path: Path = ("series", name)
        before = len(problems)
        gathers = {
            event_type: _key(event_type, fields, (*path, "gathers", event_type), problems)
            for event_type, fields in entry.gathers.items()
        }
        if not gathers:
            problems.add((*path, "gathers"), "no event is gathered", "name at least one event type")
        if len(problems) == before and len({entity_of(key) for key in gathers.values()}) > 1:
            problems.add(
                (*path, "gathers"),
                "the keys name different kinds of things",
                "gather accounts with accounts, devices with devices",
            )
        delay = parse_width(entry.delay) if entry.delay else 0
        if entry.delay == "ever":
            problems.add((*path, "delay"), "an event that is never known is of no use", "give a width")
        where = read_filter(entry.where, gathers, (*path, "where"), problems)
        if len(problems) == before:
            made[name] = Series(name, gathers, where, delay)
    return made


def _key(event_type: str, fields: str | tuple[str, ...], path: Path, problems: Problems) -> tuple[str, ...]:
    key = (fields,) if isinstance(fields, str) else fields
    if event_type not in EVENT_TYPES:
        problems.add(path, f"there is no event type {event_type}", nearest(event_type, EVENT_TYPES))
        return key
    if not 1 <= len(key) <= _MAX_KEY:
        problems.add(path, f"a key has {len(key)} fields", f"name 1 to {_MAX_KEY}")
    for field in key:
        if check_field(field, [event_type], path, problems) and field not in ENTITIES:
            problems.add(path, f"{field} does not identify anything", nearest(field, ENTITIES))
    return key


def build_quantities(
    entries: Mapping[str, QuantityEntry], series: Mapping[str, Series], problems: Problems
) -> dict[str, Quantity]:
    """Make the quantities, by name in alphabetical order, that are sound."""
    made: dict[str, Quantity] = {}
    for name, entry in sorted(entries.items()):
        path: Path = ("quantities", name)
        of = series.get(entry.series)
        if of is None:
            if not problems.touch("series"):
                problems.add(
                    (*path, "series"), f"there is no series {entry.series}", nearest(entry.series, series)
                )
            continue
        before = len(problems)
        if entry.of is not None:
            check_field(entry.of, of.gathers, (*path, "of"), problems)
        where = read_filter(entry.where, of.gathers, (*path, "where"), problems)
        if len(problems) == before:
            made[name] = Quantity(name, entry.series, entry.of, where)
    return made


def check_field(name: str, event_types: Collection[str], path: Path, problems: Problems) -> bool:
    """Say whether `name` is a field of at least one of `event_types`; if not, note why."""
    field = FIELDS.get(name)
    if field is None:
        problems.add(path, f"there is no field {name}", nearest(name, FIELDS))
    elif field.event_types.isdisjoint(event_types):
        having = ", ".join(sorted(field.event_types))
        problems.add(path, f"{name} is not a field of {' or '.join(event_types)}", f"only of {having}")
    else:
        return True
    return False


def read_filter(
    text: str | None, event_types: Collection[str], path: Path, problems: Problems
) -> Expression | None:
    """Read the filter of a series or quantity; None when there is none or it is faulty."""
    if text is None:
        return None
    try:
        expression = parse(text, EVENT_SCOPE, expects=Kind.FLAG)
    except InvalidExpression as error:
        problems.add(path, str(error))
        return None
    known = [event_type for event_type in event_types if event_type in EVENT_TYPES]
    for never in contradictions(expression):
        problems.add(path, never, "part of this filter can never be true")
    for name in expression.names:
        if known:
            check_field(name, known, path, problems)
    return expression
