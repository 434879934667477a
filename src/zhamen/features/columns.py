"""Which word of an event's input holds what: the same for one event and for many.

::

    time · type · identities and values of fields · keys of two fields · bits per series · rows found
    ^ given                                         ^ made by the kernel                  ^ made too
"""

from dataclasses import dataclass, field

from zhamen.events.fields import FIELDS, Kind
from zhamen.features.layout import IN_FIELDS
from zhamen.features.plan import Plan
from zhamen.features.roles import ROLES

__all__ = ["InputColumns"]


@dataclass(frozen=True)
class InputColumns:
    """The words of one event's input."""

    identities: dict[str, int] = field(default_factory=dict)
    """By text field, key or measured."""
    numbers: dict[str, int] = field(default_factory=dict)
    """By measured field of whole numbers, flags or instants."""
    keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    """By the fields of a key; a key of one field is its identity."""
    pairs: list[tuple[int, int, int]] = field(default_factory=list)
    """How longer keys are made: (result, left, right)."""
    bits: dict[str, int] = field(default_factory=dict)
    """By series: which quantities the event is in."""
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    """By series and role: where the kernel notes the row it found."""

    @property
    def words(self) -> int:
        """How many words an event's input has."""
        taken = (self.identities, self.numbers, self.pairs, self.bits, self.rows)
        return IN_FIELDS + sum(len(group) for group in taken)

    @classmethod
    def of(cls, plan: Plan) -> "InputColumns":
        """Lay out the input of a plan."""
        columns = cls()
        for series in plan.series:
            measured = {quantity.of for quantity in series.quantities}
            for name in sorted(name for name in measured if name is not None):
                group = columns.identities if FIELDS[name].kind is Kind.TEXT else columns.numbers
                if name not in group:
                    group[name] = columns.words
            roles = dict.fromkeys(feature.role for _, feature in series.asked)
            for key in (*series.series.gathers.values(), *(ROLES[role] for role in roles)):
                columns._lay_out_key(key)
            columns.bits[series.series.name] = columns.words
            for role in roles:
                columns.rows[series.series.name, role] = columns.words
        return columns

    def _lay_out_key(self, key: tuple[str, ...]) -> int:
        if key not in self.keys:
            if len(key) == 1:
                if key[0] not in self.identities:
                    self.identities[key[0]] = self.words
                self.keys[key] = self.identities[key[0]]
            else:
                left, right = self._lay_out_key(key[:-1]), self._lay_out_key(key[-1:])
                self.keys[key] = self.words
                self.pairs.append((self.words, left, right))
        return self.keys[key]
