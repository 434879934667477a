"""What an expression may read, and of what type: the scope that a text is checked against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from zhamen.events.fields import FIELDS, Kind, Unit

__all__ = ["EVENT_SCOPE", "FLAG", "INSTANT", "PLAIN", "TEXT", "Scope", "Type"]


@dataclass(frozen=True)
class Type:
    """What a name or a part of an expression gives; `choices` are all the texts it can be, if few."""

    kind: Kind
    unit: Unit = Unit.NONE
    choices: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether arithmetic may be done with it; instants are not numbers."""
        return self.kind in (Kind.WHOLE, Kind.NUMBER)

    def __str__(self) -> str:
        if self.is_number:
            return _UNIT_WORDS[self.unit]
        return _KIND_WORDS[self.kind]


Scope = Mapping[str, Type]
"""The names an expression may read."""

FLAG: Final = Type(Kind.FLAG)
TEXT: Final = Type(Kind.TEXT)
PLAIN: Final = Type(Kind.NUMBER)
INSTANT: Final = Type(Kind.INSTANT, Unit.TIME)

_UNIT_WORDS: Final = {
    Unit.NONE: "a plain number",
    Unit.MONEY: "an amount of money",
    Unit.TIME: "a length of time",
}
_KIND_WORDS: Final = {Kind.FLAG: "true or false", Kind.TEXT: "a text", Kind.INSTANT: "an instant"}

EVENT_SCOPE: Final[Scope] = {
    name: Type(field.kind, field.unit, field.choices) for name, field in FIELDS.items()
}
"""The flat fields of events."""
