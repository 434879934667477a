"""A rule's own examples: values read in the units of the pack, and the rule run on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zhamen.core.errors import InputError
from zhamen.core.instants import parse_width, to_micros
from zhamen.events.fields import Kind, Unit
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.tree import Expression
from zhamen.expressions.types import Scope, Type
from zhamen.gate.packfile.problems import Path, Problems, nearest

__all__ = ["Examples"]

Given = str | int | float | bool


@dataclass(frozen=True)
class Examples:
    """Runs examples over names of `scope`."""

    scope: Scope
    problems: Problems

    def run(
        self, when: Expression, given: Mapping[str, Given], expected: bool, path: Path
    ) -> dict[str, object]:
        """Run `when` on the values `given` and note when it does not come to `expected`.

        Returns
        -------
        dict
            The values as a row holds them: times and instants in microseconds.
        """
        before = len(self.problems)
        values = {name: self._value(name, value, when, (*path, name)) for name, value in given.items()}
        if len(self.problems) == before:
            (answer,) = compile_row([when], when.names)([values.get(name) for name in when.names])
            if answer is None:
                missing = ", ".join(name for name in when.names if name not in given)
                self.problems.add(
                    path, "the rule stays unknown on this example", f"give {missing or 'other values'}"
                )
            elif answer is not expected:
                said = "stays silent" if expected else "fires"
                self.problems.add(path, f"the rule {said} on this example", "mend the example or the rule")
        return values

    def _value(self, name: str, given: Given, when: Expression, path: Path) -> object:
        if name not in when.names:
            self.problems.add(path, "the rule does not read this name", nearest(name, when.names))
            return None
        wanted = self.scope[name]
        try:
            return _value_of(given, wanted)
        except (InputError, ValueError):
            self.problems.add(path, f"{given!r} does not fit", f"write {_wanted(wanted)}")
            return None


def _value_of(given: Given, wanted: Type) -> object:
    """Read a value as a row holds it.

    Raises
    ------
    ValueError, InputError
        It is of another type.
    """
    match wanted.kind, given:
        case Kind.FLAG, bool():
            return given
        case (_, bool()) | (Kind.FLAG, _):
            raise ValueError
        case Kind.INSTANT, str():
            return to_micros(datetime.fromisoformat(given))
        case Kind.TEXT, str() if given in (wanted.choices or (given,)):
            return given
        case Kind.WHOLE, int():
            return given
        case Kind.NUMBER, int() | float():
            return float(given)
        case Kind.NUMBER | Kind.WHOLE, str() if wanted.unit is Unit.TIME:
            return float(parse_width(given))
    raise ValueError


def _wanted(wanted: Type) -> str:
    if wanted.choices:
        return f"one of {', '.join(wanted.choices)}"
    if wanted.unit is Unit.TIME and wanted.kind is not Kind.INSTANT:
        return "a width such as 90m, or microseconds"
    return {
        Kind.FLAG: "true or false",
        Kind.TEXT: "a text",
        Kind.WHOLE: "a whole number",
        Kind.NUMBER: "a number",
        Kind.INSTANT: "an instant such as 2026-03-02T12:00:00Z",
    }[wanted.kind]
