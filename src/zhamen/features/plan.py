"""What must be kept to answer a pack's features: checked definitions, sorted by series."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from zhamen.core.errors import InputError
from zhamen.core.instants import EVER
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.model import EVENT_TYPES
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
from zhamen.features.layout import SERIES_LIMIT
from zhamen.features.roles import ENTITIES, ROLES, entity_of

__all__ = ["Plan", "SeriesPlan", "parts_of"]

_STATE_FORMAT: Final = 2
"""Raised whenever the same definitions come to be laid out in memory in another way."""

_FOR_EVER: Final = frozenset("count sum mean std first last since_first since_last".split())
_WITHOUT_VALUE: Final = frozenset("count since_first since_last".split())
_BY_KIND: Final = {
    Kind.TEXT: _WITHOUT_VALUE | {"distinct"},
    Kind.INSTANT: frozenset(Operation) - {"sum", "mean", "std"},
    Kind.WHOLE: frozenset(Operation),
    Kind.FLAG: frozenset(Operation),
}
_FLAGS: Final = 62
"""Bits in a record for its quantities and for their distinct values."""


@dataclass(frozen=True)
class SeriesPlan:
    """A series with what is measured in it and asked of it; `asked` has the column of each answer."""

    series: Series
    quantities: tuple[Quantity, ...]
    asked: tuple[tuple[int, WindowFeature], ...]

    def of(self, quantity: Quantity) -> list[WindowFeature]:
        """Give what is asked of one quantity."""
        return [feature for _, feature in self.asked if feature.quantity == quantity.name]

    @property
    def widths(self) -> tuple[int, ...]:
        """The finite window widths, longest first."""
        return tuple(sorted({f.window for _, f in self.asked if f.window != EVER}, reverse=True))

    @property
    def keeps_ever(self) -> bool:
        """Whether a key must be kept for ever."""
        return any(feature.window == EVER for _, feature in self.asked)


class Plan:
    """The features of a pack, checked and ready to be kept.

    Attributes
    ----------
    fields
        The flat fields an event must give, in order.
    names
        The features, in the order of the definitions: the columns of every answer.
    fingerprint
        Of all that shapes the state; two plans with one fingerprint can share a snapshot.

    Raises
    ------
    InputError
        A definition that cannot be kept, with the feature or series at fault in ``path``: unknown
        names, an operation that the field's kind or an unlimited window does not allow, a role
        whose key is not the kind of thing that the series gathers by.

    Examples
    --------
    >>> from zhamen.core.instants import parse_width
    >>> plan = Plan(Definitions(
    ...     series=(Series("out", {"transfer": ("debtor_account_id",)}),),
    ...     quantities=(Quantity("sent", "out", of="amount_minor"),),
    ...     features=(WindowFeature("debtor_account", "sent", Operation.SUM, parse_width("1h")),),
    ...     allowed_lateness=0))
    >>> plan.names
    ('debtor_account_sent_sum_1h',)
    >>> plan.fields
    ('occurred_at', 'type', 'amount_minor', 'debtor_account_id')
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions: Final = definitions
        self._series: Final = {series.name: series for series in definitions.series}
        self._quantities: Final = {quantity.name: quantity for quantity in definitions.quantities}
        self.names: Final = tuple(feature.name for feature in definitions.features)
        _refuse_twice(self.names, "features")
        _refuse_twice([series.name for series in definitions.series], "series")
        _refuse_twice([quantity.name for quantity in definitions.quantities], "quantities")
        if definitions.allowed_lateness < 0:
            raise InputError("lateness cannot be negative; write 0 or more", path="allowed_lateness")
        self.columns: Final = self._lay_out_columns()
        self.series: Final = self._sort_by_series()
        self.fields: Final = self._gather_fields()
        self.fingerprint: Final = self._take_fingerprint()

    @property
    def derived(self) -> list[tuple[int, Ratio | Share | Trend]]:
        """The features that relate others to each other, with their columns."""
        features = enumerate(self.definitions.features)
        return [(at, feature) for at, feature in features if not isinstance(feature, WindowFeature)]

    def _lay_out_columns(self) -> dict[str, int]:
        """Give each feature its column, and behind them those that only others are made of."""
        columns = {name: at for at, name in enumerate(self.names)}
        for feature in self.definitions.features:
            for part in parts_of(feature):
                self._check(part, feature)
                columns.setdefault(part.name, len(columns))
            _check_relation(feature)
        return columns

    def _check(self, part: WindowFeature, feature: Feature) -> None:
        def refuse(what: str) -> InputError:
            return InputError(what, path=f"features.{feature.name}")

        quantity = self._quantities.get(part.quantity)
        if quantity is None:
            raise refuse(f"there is no quantity {part.quantity!r}; define it under quantities")
        if quantity.series not in self._series:
            raise refuse(f"quantity {quantity.name} is of series {quantity.series!r}, which is not defined")
        if part.role not in ROLES:
            raise refuse(f"there is no role {part.role!r}; use one of {', '.join(ROLES)}")
        if part.window < 0:
            raise refuse("a window cannot be negative")
        if part.window == EVER and part.operation not in _FOR_EVER:
            raise refuse(f"{part.operation.value} cannot be kept for ever; give the window a width")
        if part.operation not in _allowed(quantity):
            allowed = ", ".join(sorted(_allowed(quantity)))
            raise refuse(
                f"{part.operation.value} of {quantity.of or 'no field'} has no meaning; use {allowed}"
            )
        entities = _check_series(self._series[quantity.series])
        if entity_of(ROLES[part.role]) != entities:
            raise refuse(
                f"role {part.role} names {' and '.join(entity_of(ROLES[part.role]))}, but series"
                f" {quantity.series} gathers by {' and '.join(entities)}"
            )

    def _sort_by_series(self) -> tuple[SeriesPlan, ...]:
        asked: dict[str, list[tuple[int, WindowFeature]]] = {}
        parts = {part.name: part for feature in self.definitions.features for part in parts_of(feature)}
        for part in parts.values():
            series = self._quantities[part.quantity].series
            asked.setdefault(series, []).append((self.columns[part.name], part))
        plans = tuple(
            self._plan_series(series, asked[name]) for name, series in self._series.items() if name in asked
        )
        if len(plans) > SERIES_LIMIT:
            raise InputError(f"{len(plans)} series are more than {SERIES_LIMIT}", path="series")
        return plans

    def _plan_series(self, series: Series, asked: list[tuple[int, WindowFeature]]) -> SeriesPlan:
        used = {feature.quantity for _, feature in asked}
        plan = SeriesPlan(series, tuple(q for q in self._quantities.values() if q.name in used), tuple(asked))
        distinct = {f.quantity for _, f in asked if f.operation is Operation.DISTINCT}
        if len(plan.quantities) + len(distinct) > _FLAGS:
            raise InputError(
                f"{len(plan.quantities)} quantities, {len(distinct)} of them distinct, are more than the"
                f" {_FLAGS} a series can hold; split it",
                path=f"series.{series.name}",
            )
        return plan

    def _gather_fields(self) -> tuple[str, ...]:
        names: set[str] = set()
        for plan in self.series:
            names.update(name for key in plan.series.gathers.values() for name in key)
            names.update(name for _, feature in plan.asked for name in ROLES[feature.role])
            names.update(quantity.of for quantity in plan.quantities if quantity.of is not None)
            for where in (plan.series.where, *(quantity.where for quantity in plan.quantities)):
                names.update(where.names if where is not None else ())
        first = ("occurred_at", "type")
        return (*first, *sorted(names.difference(first)))

    def _take_fingerprint(self) -> str:
        shape = (
            _STATE_FORMAT,
            self.definitions.allowed_lateness,
            self.definitions.utc_offset_minutes,
            [
                (
                    sorted(plan.series.gathers.items()),
                    _canonical(plan.series.where),
                    plan.series.delay,
                    [(q.name, q.of, _canonical(q.where)) for q in plan.quantities],
                    [feature.name for _, feature in plan.asked],
                )
                for plan in self.series
            ],
        )
        return blake2b(repr(shape).encode(), digest_size=16).hexdigest()


def parts_of(feature: Feature) -> tuple[WindowFeature, ...]:
    """Give the window features that a feature is made of: itself, or its two sides."""
    match feature:
        case WindowFeature():
            return (feature,)
        case Ratio(left, right) | Share(left, right) | Trend(left, right):
            return left, right


def _allowed(quantity: Quantity) -> frozenset[str]:
    if quantity.of is None:
        return _WITHOUT_VALUE
    field = FIELDS.get(quantity.of)
    if field is None:
        raise InputError(f"there is no field {quantity.of!r}", path=f"quantities.{quantity.name}")
    return _BY_KIND[field.kind]


def _check_relation(feature: Feature) -> None:
    """Refuse shares and trends of things that do not belong together."""
    if isinstance(feature, WindowFeature | Ratio):
        return
    left, right = parts_of(feature)
    problem = ""
    if left.role != right.role or left.operation != right.operation:
        problem = "its two sides need the same role and operation"
    elif left.operation not in (Operation.COUNT, Operation.SUM):
        problem = f"{left.operation.value} has no share or trend; use count or sum"
    elif isinstance(feature, Share) and left.window != right.window:
        problem = "its two sides need the same window"
    elif isinstance(feature, Trend) and left.quantity != right.quantity:
        problem = "its two windows need the same quantity"
    elif isinstance(feature, Trend) and not 0 < left.window < right.window:
        problem = "its first window must be shorter than its second, and neither for ever"
    if problem:
        raise InputError(problem, path=f"features.{feature.name}")


def _check_series(series: Series) -> tuple[str, ...]:
    """Give the kinds of thing that a series gathers by."""

    def refuse(what: str) -> InputError:
        return InputError(what, path=f"series.{series.name}")

    if series.delay < 0:
        raise refuse("a delay cannot be negative")
    for event_type, key in series.gathers.items():
        if event_type not in EVENT_TYPES:
            raise refuse(f"there is no event type {event_type!r}; use one of {', '.join(EVENT_TYPES)}")
        for name in key:
            if name not in ENTITIES:
                raise refuse(f"{name!r} is not a key field; use one of {', '.join(ENTITIES)}")
            if event_type not in FIELDS[name].event_types:
                raise refuse(f"a {event_type} has no {name}")
    entities = {entity_of(key) for key in series.gathers.values()}
    if len(entities) != 1:
        raise refuse("it must gather by one kind of key" if entities else "it gathers no event type")
    return entities.pop()


def _refuse_twice(names: Sequence[str], path: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{name} is defined twice; remove or rename one", path=path)


def _canonical(expression: Expression | None) -> str:
    return "" if expression is None else repr(expression.tree)
