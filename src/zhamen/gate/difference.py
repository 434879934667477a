"""What differs between two packs, by meaning and not by text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from zhamen.gate.contents import Pack, content_of

__all__ = ["Change", "compare"]

Kind = Literal["added", "removed", "changed"]

_HEADER_WORDS: Final = frozenset("name version title".split())
_FIELD_WORDS: Final = frozenset("zh en title source fires silent audience".split())
_MEASURING: Final = frozenset("series quantities features utc_offset_minutes allowed_lateness".split())
_NAMED: Final = frozenset("series quantities lists features rules scorecards".split())


@dataclass(frozen=True)
class Change:
    """One difference; ``old`` is None for what was added, ``new`` for what was removed.

    ``behaviour`` tells whether it may change an outcome, a score or a proposed measure, rather than
    only words or who may hear them. ``state`` tells whether live features may have to be built anew
    from the journal.
    """

    kind: Kind
    section: str
    item: str
    field: str
    old: Any
    new: Any
    behaviour: bool
    state: bool

    @property
    def place(self) -> str:
        """As ``rules.MULE-001.weight``."""
        return ".".join(part for part in (self.section, self.item, self.field) if part)


def compare(old: Pack, new: Pack) -> list[Change]:
    """Give the differences from `old` to `new`, in the order of the pack's sections.

    Series, quantities, features, rules and scorecards are compared by name; the order that features,
    rules and scorecards stand in is a difference of its own.

    Notes
    -----
    A feature that no rule reads changes the state, but no decision.
    """
    before, after = content_of(old), content_of(new)
    read = {name for pack in (old, new) for rule in pack.rules for name in rule.when.names}
    return [
        _change(kind, place, values, read)
        for section in before
        for kind, place, values in _differences(section, before[section], after[section])
    ]


Place = tuple[str, str, str]


def _differences(section: str, old: Any, new: Any) -> Iterator[tuple[Kind, Place, tuple[Any, Any]]]:
    if section == "policy":
        yield from _fields(section, "", {**old, "texts": None}, {**new, "texts": None})
        yield from _fields(section, "texts", old["texts"], new["texts"])
    elif section not in _NAMED:
        yield from _fields(section, "", {"": old}, {"": new})
    else:
        olds, news = _by_name(old), _by_name(new)
        for name in dict.fromkeys([*olds, *news]):
            if name in olds and name in news:
                yield from _fields(section, name, olds[name], news[name])
            else:
                kind: Kind = "removed" if name in olds else "added"
                yield kind, (section, name, ""), (olds.get(name), news.get(name))
        orders = [name for name in olds if name in news], [name for name in news if name in olds]
        if isinstance(old, list) and orders[0] != orders[1]:
            yield "changed", (section, "", "order"), orders


def _fields(
    section: str, item: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[Kind, Place, tuple[Any, Any]]]:
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) != new.get(field):
            kind: Kind = "changed"
            if field not in old or field not in new:
                kind = "removed" if field in old else "added"
            yield kind, (section, item, field), (old.get(field), new.get(field))


def _by_name(section: Any) -> dict[str, Any]:
    if isinstance(section, Mapping):
        return dict(section)
    return {item["id"] if "id" in item else item["name"]: item for item in section}


def _change(kind: Kind, place: Place, values: tuple[Any, Any], read: set[str]) -> Change:
    section, item, field = place
    words = _is_wording(place)
    behaviour = not words and field != "order"
    if section == "features":
        behaviour = behaviour and item in read
    elif section in ("series", "quantities"):  # a new one matters only through its features
        behaviour = behaviour and kind == "changed"
    return Change(kind, *place, *values, behaviour=behaviour, state=not words and section in _MEASURING)


def _is_wording(place: Place) -> bool:
    section, item, field = place
    if section in _NAMED:
        return field in _FIELD_WORDS
    return section in _HEADER_WORDS or item == "texts"
