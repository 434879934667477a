"""What every feature must be, the slow and obvious way: all that arrived is gone through anew."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from zhamen.core.instants import EVER
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.tree import Expression
from zhamen.features.definitions import (
    Definitions,
    Feature,
    Operation,
    Quantity,
    Ratio,
    Series,
    Share,
    Trend,
    WindowFeature,
)
from zhamen.features.roles import ROLES

__all__ = ["Oracle"]

_Key = tuple[object, ...]
_BEFORE: Final = (Operation.LAST, Operation.SINCE_LAST)


@dataclass
class _Event:
    time: int
    values: Mapping[str, object]
    passed: dict[str, bool] = field(default_factory=dict)


class Oracle:
    """The features of `definitions` in plain Python, for tests: every window is summed from all events.

    Examples
    --------
    >>> from zhamen.core.instants import parse_width
    >>> oracle = Oracle(Definitions(
    ...     series=(Series("out", {"transfer": ("debtor_account_id",)}),),
    ...     quantities=(Quantity("sent", "out", of="amount_minor"),),
    ...     features=(WindowFeature("debtor_account", "sent", Operation.SUM, parse_width("1h")),),
    ...     allowed_lateness=0))
    >>> transfer = {"type": "transfer", "debtor_account_id": "A", "amount_minor": 500}
    >>> oracle.advance({"occurred_at": 0, **transfer})
    [500.0]
    >>> oracle.advance({"occurred_at": 3_600_000_000, **transfer})
    [500.0]
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions: Final = definitions
        self._series: Final = {series.name: series for series in definitions.series}
        self._quantities: Final = {quantity.name: quantity for quantity in definitions.quantities}
        self._arrived: Final[list[_Event]] = []
        filters = [series.where for series in definitions.series]
        filters += [quantity.where for quantity in definitions.quantities]
        wheres = [where for where in filters if where is not None]
        self._wheres: Final[Sequence[Expression]] = wheres
        self._where_names: Final = sorted({name for where in wheres for name in where.names})
        self._filter: Final = compile_row(wheres, self._where_names)

    def advance(self, values: Mapping[str, object]) -> list[float | None]:
        """Take one event by its flat fields (absent is missing) and give its features in order."""
        time = values["occurred_at"]
        assert isinstance(time, int)  # noqa: S101  # of a test
        passed = self._filter([values.get(name) for name in self._where_names])
        texts = [where.text for where in self._wheres]
        event = _Event(time, values, {text: bool(flag) for text, flag in zip(texts, passed, strict=True)})
        self._arrived.append(event)
        return [self._answer(feature, event) for feature in self._definitions.features]

    def _answer(self, feature: Feature, event: _Event) -> float | None:
        match feature:
            case WindowFeature():
                return self._window(feature, event)
            case Ratio(left, right) | Share(left, right):
                return _quotient(self._window(left, event), self._window(right, event))
            case Trend(short, long):
                near, all_of_it = self._window(short, event), self._window(long, event)
                if near is None or all_of_it is None:
                    return None
                rest = (all_of_it - near) / (float(long.window) - float(short.window))
                return _quotient(near / float(short.window), rest)

    def _window(self, feature: WindowFeature, event: _Event) -> float | None:
        quantity = self._quantities[feature.quantity]
        series = self._series[quantity.series]
        key = _key(ROLES[feature.role], event)
        if key is None or not self._can_answer(feature, series, event):
            return None
        candidates = self._arrived[:-1] if feature.operation in _BEFORE else self._arrived
        inside = [
            (known, other.values.get(quantity.of) if quantity.of else None)
            for other in candidates
            if self._is_in(quantity, series, other, key)
            and (known := other.time + series.delay) <= event.time
            and (feature.window == EVER or known > event.time - feature.window)
        ]
        # Sorting is stable: what happened at one instant stays in the order it arrived.
        return _measure(feature.operation, sorted(inside, key=lambda pair: pair[0]), event.time)

    def _is_in(self, quantity: Quantity, series: Series, event: _Event, key: _Key) -> bool:
        gathered_by = series.gathers.get(str(event.values["type"]))
        return (
            gathered_by is not None
            and _key(gathered_by, event) == key
            and (series.where is None or event.passed[series.where.text])
            and (quantity.where is None or event.passed[quantity.where.text])
            and (quantity.of is None or event.values.get(quantity.of) is not None)
        )

    def _can_answer(self, feature: WindowFeature, series: Series, event: _Event) -> bool:
        """Whether the event is not so late that what it asks for may be forgotten."""
        newest = max(other.time for other in self._arrived)
        in_full = newest - self._definitions.allowed_lateness
        if feature.window == EVER:
            return event.time >= in_full
        longest = max(
            part.window
            for other in self._definitions.features
            for part in _parts(other)
            if self._quantities[part.quantity].series == series.name
        )
        return event.time - feature.window >= in_full - longest


def _parts(feature: Feature) -> tuple[WindowFeature, ...]:
    match feature:
        case WindowFeature():
            return (feature,)
        case Ratio(left, right) | Share(left, right) | Trend(left, right):
            return left, right


def _key(fields: tuple[str, ...], event: _Event) -> _Key | None:
    key = tuple(event.values.get(name) for name in fields)
    return None if None in key else key


def _quotient(above: float | None, below: float | None) -> float | None:
    if above is None or below is None or below == 0:
        return None
    return above / below


def _measure(operation: Operation, inside: list[tuple[int, object]], now: int) -> float | None:  # noqa: C901, PLR0911  # one line an operation
    times = [time for time, _ in inside]
    values = [value for _, value in inside]
    if operation is Operation.COUNT:
        return float(len(inside))
    if operation is Operation.DISTINCT:
        return float(len(set(values)))
    numbers = [int(value) for value in values if isinstance(value, int)]
    if operation is Operation.SUM:
        return float(sum(numbers))
    if not inside:
        return None
    if operation is Operation.SINCE_FIRST:
        return float(now - times[0])
    if operation is Operation.SINCE_LAST:
        return float(now - times[-1])
    count, total = len(numbers), sum(numbers)
    match operation:
        case Operation.MEAN:
            return float(total) / count
        case Operation.MIN:
            return float(min(numbers))
        case Operation.MAX:
            return float(max(numbers))
        case Operation.FIRST:
            return float(numbers[0])
        case Operation.LAST:
            return float(numbers[-1])
        case _:
            squares = sum(number * number for number in numbers)
            return math.sqrt(float(count * squares - total * total)) / count
