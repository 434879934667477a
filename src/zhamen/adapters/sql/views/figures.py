"""The view of figures: what every unit, and all below it, blocked and saved, by day and by month."""

from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from msgspec.structs import astuple, replace
from sqlalchemy import Connection, and_, bindparam, delete, func, select, tuple_, update

from zhamen.adapters.sql.schema_views import decisions, figures, marked, mentions
from zhamen.adapters.sql.schema_views import units as units_seen
from zhamen.adapters.sql.views.codes import CHANNELS, TYPES
from zhamen.adapters.sql.views.decisions import leading_scam
from zhamen.adapters.sql.views.terms import block_of, term
from zhamen.adapters.sql.views.units import Units, lineage
from zhamen.adapters.sql.views.view import Projected
from zhamen.adapters.sql.views.worth import MEASURES, Marked, Sums, add, worth_of
from zhamen.adapters.sql.views.writing import add_up, chunks, empty, insert_rows
from zhamen.core.instants import Micros, to_micros
from zhamen.events.model import CashWithdrawal, FraudReported, Transfer, TransferSettled
from zhamen.gate.decision import Outcome

__all__ = ["DAY", "MONTH", "FigureView", "day_of", "month_of"]

DAY: Final = 0
MONTH: Final = 1
_DAY: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAYMENTS: Final = (TYPES["transfer"], TYPES["cash_withdrawal"])


def day_of(instant: Micros, utc_offset_minutes: int) -> int:
    """Give the local day of an instant, counted from 1970.

    >>> day_of(16 * 3_600_000_000, 8 * 60)
    1
    """
    return (instant + utc_offset_minutes * 60_000_000) // _DAY


@cache
def month_of(day: int) -> int:
    """Give the first day of a day's month, counted as `day_of` does.

    >>> month_of(45), month_of(31)
    (31, 31)
    """
    return day - (_EPOCH + timedelta(days=day)).day + 1


class FigureView:
    """Sums over payments and what became of them; see `worth` for what is summed.

    An entry changes what its payment comes to, so the sums lose what the payment's attempt came to before
    and gain what it comes to now.
    """

    def __init__(self, units: Units, utc_offset_minutes: int) -> None:
        self._units = units
        self._offset = utc_offset_minutes

    def clear(self, connection: Connection) -> None:
        """Delete all rows."""
        empty(connection, marked)
        empty(connection, figures)

    def apply(self, connection: Connection, batch: Sequence[Projected]) -> None:
        """Take in the next entries."""
        sums: Sums = {}
        for each in batch:
            if isinstance(each.event, Transfer | CashWithdrawal):
                payment = self._mark(each, each.event)
                add(sums, payment.key, "payments", 1)
                add(sums, payment.key, "amount_minor", payment.amount_minor)
        now = self._follow(connection, batch)
        before = _attempts(connection, {payment.attempt for payment in now.values()})
        written = {payment.seq: payment for payment in before}
        _write(connection, [each for each in now.values() if written.get(each.seq) != each], written)
        _sum_up(sums, worth_of((written | {each.seq: each for each in now.values()}).values()), 1)
        _sum_up(sums, worth_of(before), -1)
        self._add(connection, sums)

    def _mark(self, each: Projected, event: Transfer | CashWithdrawal) -> Marked:
        return Marked(
            seq=each.seq,
            event_id=event.event_id,
            day=day_of(to_micros(each.decision.decided_at), self._offset),
            account=each.account or 0,
            creditor=each.creditor or 0,
            unit=each.unit,
            channel=CHANNELS[event.channel],
            scam=leading_scam(each.decision),
            outcome=each.decision.outcome.severity,
            amount_minor=event.amount_minor,
            currency=event.currency,
        )

    def _follow(self, connection: Connection, batch: Sequence[Projected]) -> dict[str, Marked]:
        """Give the marked payments that the entries add or change, as they are afterwards, by event id."""
        told = [each.event for each in batch if isinstance(each.event, TransferSettled | FraudReported)]
        known = _known(connection, {event.transfer_event_id for event in told})
        worth_marking = {event.transfer_event_id for event in told if not _ordinary(event)} - known.keys()
        unmarked = {event_id: self._find(connection, event_id) for event_id in worth_marking if event_id}
        now: dict[str, Marked] = {}
        for each in batch:
            event = each.event
            if isinstance(event, Transfer | CashWithdrawal):
                if each.decision.outcome is not Outcome.ALLOW:
                    now[event.event_id] = self._mark(each, event)
            elif isinstance(event, TransferSettled | FraudReported):
                of = event.transfer_event_id or ""
                payment = now.get(of) or known.get(of) or (None if _ordinary(event) else unmarked.get(of))
                if payment is not None and payment.seq < each.seq:
                    now[of] = _changed(payment, event)
        return now

    def _find(self, connection: Connection, event_id: str) -> Marked | None:
        """Give a payment that was simply allowed; None when there is none of this id."""
        newest = connection.scalar(select(func.max(decisions.c.seq))) or 0
        mentioning = select(mentions.c.seq).where(
            mentions.c.block.in_(range(block_of(newest) + 1)), mentions.c.term == term("event", event_id)
        )
        row = connection.execute(
            select(decisions, units_seen.c.path)
            .join(units_seen, units_seen.c.number == decisions.c.unit)
            .where(decisions.c.seq.in_(mentioning), decisions.c.type.in_(_PAYMENTS))
        ).one_or_none()
        if row is None:
            return None
        return Marked(
            seq=row.seq,
            event_id=event_id,
            day=day_of(row.decided_at, self._offset),
            account=row.account,
            creditor=row.creditor,
            unit=row.path,
            channel=row.channel,
            scam=row.scam,
            outcome=row.outcome,
            amount_minor=row.amount_minor,
            currency=row.currency,
        )

    def _add(self, connection: Connection, sums: Sums) -> None:
        """Add sums to those of their units and all above, for the day and for its month."""
        numbers = self._units.numbers(connection, {key[0] for key in sums})
        rows: dict[tuple[Any, ...], list[int]] = {}
        for (unit, day, channel, outcome, scam, currency), values in sums.items():
            if any(values):
                for path in lineage(unit):
                    for span, first in ((DAY, day), (MONTH, month_of(day))):
                        key = (numbers[path], span, first, channel, outcome, scam, currency)
                        row = rows.get(key)
                        rows[key] = (
                            values if row is None else [a + b for a, b in zip(row, values, strict=True)]
                        )
        ordered = sorted(rows.items())
        add_up(connection, figures, [(*key, *values) for key, values in ordered])
        fallen = [key for key, values in ordered if min(values) < 0]
        if fallen:
            _drop_empty(connection, fallen)


def _known(connection: Connection, named: Set[str | None]) -> dict[str, Marked]:
    """Give the marked payments of some event ids."""
    known: dict[str, Marked] = {}
    for part in chunks(sorted(name for name in named if name)):
        rows = connection.execute(select(marked).where(marked.c.event_id.in_(part)))
        known |= {row.event_id: Marked(*row) for row in rows}
    return known


def _ordinary(event: TransferSettled | FraudReported) -> bool:
    """Whether an event says of a payment only what is to be expected."""
    return isinstance(event, TransferSettled) and event.settlement == "settled"


def _changed(payment: Marked, event: TransferSettled | FraudReported) -> Marked:
    if isinstance(event, TransferSettled):
        return replace(payment, settlement=event.settlement)
    return replace(payment, label=event.label, scam=event.scam_kind or payment.scam)


def _attempts(connection: Connection, attempts: Iterable[tuple[int, int, int]]) -> list[Marked]:
    """Give every payment of some attempts as it is written down."""
    attempt = tuple_(marked.c.account, marked.c.creditor, marked.c.day)
    return [
        Marked(*row)
        for part in chunks(sorted(attempts))
        for row in connection.execute(select(marked).where(attempt.in_(part)))
    ]


def _write(connection: Connection, changed: Sequence[Marked], written: dict[int, Marked]) -> None:
    insert_rows(connection, marked, [astuple(each) for each in changed if each.seq not in written])
    follow = [each for each in changed if each.seq in written]
    if follow:
        names = ("settlement", "label", "scam")
        connection.execute(
            update(marked)
            .where(marked.c.seq == bindparam("which"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            [{"which": each.seq} | {f"new_{name}": getattr(each, name) for name in names} for each in follow],
        )


def _sum_up(sums: Sums, more: Sums, sign: int) -> None:
    for key, values in more.items():
        row = sums.get(key)
        signed = [sign * value for value in values]
        sums[key] = signed if row is None else [a + b for a, b in zip(row, signed, strict=True)]


def _drop_empty(connection: Connection, keys: Sequence[tuple[Any, ...]]) -> None:
    """Delete rows that have come to nothing, for nothing would be there had it never been otherwise."""
    key_columns = list(figures.primary_key.columns)
    named = [column == bindparam(f"key_{column.name}") for column in key_columns]
    nothing = [figures.c[name] == 0 for name in MEASURES]
    connection.execute(
        delete(figures).where(and_(*named, *nothing)),
        [{f"key_{c.name}": value for c, value in zip(key_columns, key, strict=True)} for key in keys],
    )
