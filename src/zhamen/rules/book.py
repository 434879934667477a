"""All rules of a pack, run on one row or on columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.events.batch import Column, Numbers, Texts
from zhamen.expressions.columns import evaluate
from zhamen.expressions.scalar import compile_row
from zhamen.rules.rule import Rule
from zhamen.rules.texts import compared_texts, share_dictionary

__all__ = ["Findings", "FindingsTable", "Rulebook"]

Row = Sequence[object]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules said of one event, as places in the rulebook's ``rules``.

    ``unknown`` are left open by a missing value; ``failed`` could not be evaluated, with the cause.
    """

    hits: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    failed: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FindingsTable:
    """What the rules said of many events: [events, rules]."""

    hits: Flags
    unknown: Flags
    failed: Flags


_NOTHING = Findings()
_Run = Callable[[Row], tuple[object, ...]]


class Rulebook:
    """Runs `rules` over values that stand in the order of `names`."""

    def __init__(self, rules: Sequence[Rule], names: Sequence[str]) -> None:
        self.rules = tuple(rules)
        self.names = tuple(names)
        self._compared = compared_texts(rule.when for rule in self.rules)
        self._by_type: dict[str, tuple[tuple[int, ...], _Run]] = {}
        for event_type in sorted({event_type for rule in self.rules for event_type in rule.on}):
            places = tuple(at for at, rule in enumerate(self.rules) if event_type in rule.on)
            run = compile_row([self.rules[at].when for at in places], self.names)
            self._by_type[event_type] = (places, run)

    def asks(self, event_type: str) -> bool:
        """Say whether any rule is asked about events of this type."""
        return event_type in self._by_type

    def run(self, event_type: str, row: Row) -> Findings:
        """Ask the rules about one event; `row` begins with the values of ``names``."""
        if event_type not in self._by_type:
            return _NOTHING
        places, run = self._by_type[event_type]
        try:
            values = run(row)
        except Exception:  # a rule of the pack failed: find out which
            return self._one_by_one(places, row)
        if True not in values and None not in values:
            return _NOTHING
        return Findings(
            tuple([at for at, value in zip(places, values, strict=True) if value]),
            tuple([at for at, value in zip(places, values, strict=True) if value is None]),
        )

    def _one_by_one(self, places: Sequence[int], row: Row) -> Findings:
        hits, unknown, failed = [], [], []
        for at in places:
            value = self._ask(at, row)
            if value is None:
                unknown.append(at)
            elif isinstance(value, str):
                failed.append((at, value))
            elif value:
                hits.append(at)
        return Findings(tuple(hits), tuple(unknown), tuple(failed))

    def _ask(self, place: int, row: Row) -> object:
        """Give the rule's value, or the cause of its failure: the kind of error, never its text."""
        try:
            (value,) = compile_row([self.rules[place].when], self.names)(row)
        except Exception as error:  # whatever it is, the decision must go on
            return type(error).__name__
        return value

    def run_columns(self, columns: Mapping[str, Column], size: int) -> FindingsTable:
        """Ask the rules about `size` events at once; ``type`` must be among `columns`.

        Raises
        ------
        InputError
            There is no column ``type``.
        """
        shape = (size, len(self.rules))
        # One rule a contiguous stripe of memory; the table is its transpose.
        hits, unknown, failed = (np.zeros(shape[::-1], np.bool_) for _ in range(3))
        asked = _Asked(columns, size)
        columns = share_dictionary(columns, self._compared)
        for at, rule in enumerate(self.rules):
            on = asked.mask(rule.on)
            try:
                answer = evaluate(rule.when, columns, size)
            except Exception:  # as in `run`: a failing rule must not stop the others
                self._rows_one_by_one(at, columns, on, (hits, unknown, failed))
                continue
            if isinstance(answer, Numbers):
                hits[at] = (answer.values != 0) & answer.known & on
                unknown[at] = ~answer.known & on
        return FindingsTable(hits.T, unknown.T, failed.T)

    def _rows_one_by_one(
        self, place: int, columns: Mapping[str, Column], on: Flags, into: tuple[Flags, Flags, Flags]
    ) -> None:
        hits, unknown, failed = into
        for event in np.flatnonzero(on):
            value = self._ask(place, [_cell(columns.get(name), int(event)) for name in self.names])
            unknown[place, event] = value is None
            failed[place, event] = isinstance(value, str)
            hits[place, event] = value is True


class _Asked:
    """Which events of a batch a rule is asked about, worked out once per list of types."""

    def __init__(self, columns: Mapping[str, Column], size: int) -> None:
        types = columns.get("type")
        if not isinstance(types, Texts):
            raise InputError("the batch has no column type; read the field type with the others")
        self._types = types
        self._size = size
        self._masks: dict[tuple[str, ...], Flags] = {}

    def mask(self, on: tuple[str, ...]) -> Flags:
        if on not in self._masks:
            wanted = np.array([value in on for value in self._types.values] + [False])
            self._masks[on] = wanted[self._types.codes]
        return self._masks[on]


def _cell(column: Column | None, at: int) -> object:
    """Give one value as a row has it; flags come as 0 and 1, which compare and negate alike."""
    if column is None:
        return None
    if isinstance(column, Texts):
        code = column.codes[at]
        return column.values[code] if code >= 0 else None
    return column.values[at].item() if column.known[at] else None
