"""The view that decisions are searched in: a narrow row for each entry, and what it is found by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from zhamen.adapters.sql.schema_views import decisions, mentions
from zhamen.adapters.sql.views.codes import CHANNELS, TYPES
from zhamen.adapters.sql.views.terms import block_of, terms_of
from zhamen.adapters.sql.views.units import Units
from zhamen.adapters.sql.views.view import Projected
from zhamen.adapters.sql.views.writing import empty, insert_rows
from zhamen.core.instants import to_micros
from zhamen.gate.decision import Decision

__all__ = ["DecisionView", "leading_scam"]


class DecisionView:
    """Rows of decisions and mentions; the journal has the rest of each entry."""

    def __init__(self, units: Units) -> None:
        self._units = units

    def clear(self, connection: Connection) -> None:
        """Delete all rows."""
        empty(connection, decisions)
        empty(connection, mentions)

    def apply(self, connection: Connection, batch: Sequence[Projected]) -> None:
        """Take in the next entries."""
        numbers = self._units.numbers(connection, [each.unit for each in batch])
        newest = connection.scalar(select(decisions.c.newest_at).order_by(decisions.c.seq.desc()).limit(1))
        rows = []
        for each in batch:
            newest = max(newest or 0, to_micros(each.event.occurred_at))
            rows.append((*_row(each, numbers[each.unit]), newest))
        insert_rows(connection, decisions, rows)
        mentioned: list[tuple[int, int, int]] = []
        for each in batch:
            block, seq = block_of(each.seq), each.seq
            mentioned += [(block, term, seq) for term in terms_of(each.event, each.decision, each.unit)]
        mentioned.sort()
        insert_rows(connection, mentions, mentioned)


def leading_scam(decision: Decision) -> str:
    """Give the typology of a decision's heaviest reason, the first of equals; empty when there is none."""
    if not decision.reasons:
        return ""
    return max(decision.reasons, key=lambda reason: reason.weight).typology


def _row(each: Projected, unit: int) -> tuple[Any, ...]:
    event, decision = each.event, each.decision
    return (
        each.seq,
        to_micros(decision.decided_at),
        to_micros(event.occurred_at),
        TYPES[str(event.__struct_config__.tag)],
        CHANNELS[event.channel],
        decision.outcome.severity,
        decision.score,
        unit,
        each.account or 0,
        each.creditor or 0,
        getattr(event, "amount_minor", None) or 0,
        getattr(event, "currency", None) or "",
        leading_scam(decision),
    )
