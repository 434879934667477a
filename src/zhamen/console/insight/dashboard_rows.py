"""The rows of the dashboard's tables and of their export: figures of payments beside findings of cases."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from msgspec import Struct

from zhamen.cases.findings import Finding, Findings, grouped_findings
from zhamen.core.money import grouped, minor_digits
from zhamen.organisation.scope import Scope
from zhamen.ports.figures import Dimension, FigureRow, Figures

__all__ = ["Both", "Cells", "as_table", "cells_of", "joined", "keys_of", "last_day_of"]

_COLUMNS: Final = (
    "payments",
    "amount_minor",
    "incidents",
    "saved_minor",
    "released",
    "confirmed",
    "confirmed_minor",
    "lost",
    "lost_minor",
    "returned_minor",
    "false_alarms",
)
Cells = list[dict[str, Any]]


class Both(Struct, frozen=True):
    """What is told under one value: of payments in one currency, and of closed cases."""

    value: str
    currency: str
    figures: Figures
    findings: Findings


def keys_of(scope: Scope, zone: tzinfo) -> dict[Dimension, Callable[[Finding], str]]:
    """Give under which value of each dimension a case falls, as figures have them.

    By unit, those directly below the scope and its own; days and months are those in which it was closed.
    """

    def local(one: Finding) -> datetime:
        return one.closed_at.astimezone(zone)

    def unit(one: Finding) -> str:
        top = next(top for top in scope.paths if one.unit == top or one.unit.startswith(f"{top}/"))
        below = one.unit[len(top) + 1 :].partition("/")[0]
        return f"{top}/{below}" if below else top

    return {
        "day": lambda one: local(one).date().isoformat(),
        "month": lambda one: local(one).date().replace(day=1).isoformat(),
        "channel": lambda one: one.channel,
        "scam": lambda one: one.scam,
        "unit": unit,
    }


def joined(
    rows: Sequence[FigureRow], found: Iterable[Finding], key: Callable[[Finding], str], currency: str
) -> list[Both]:
    """Join figures and findings by value; findings stand with the figures in the bank's currency."""
    groups = grouped_findings(found, key)
    both = [
        Both(
            row.value,
            row.currency,
            row.figures,
            groups.get(row.value, Findings()) if row.currency == currency else Findings(),
        )
        for row in rows
    ]
    alone = groups.keys() - {row.value for row in rows if row.currency == currency}
    both += [Both(value, currency, Figures(), groups[value]) for value in alone]
    return sorted(both, key=lambda row: (row.value, row.currency))


def cells_of(row: Both, name: str, links: Mapping[str, str]) -> Cells:
    """Give a row of a table; amounts are drawn, counts are on another scale and are not.

    ``links`` are where the name (``row``), the incidents (``decisions``) and the clues (``cases``) lead.
    """
    figures, findings = row.figures, row.findings
    return [
        _linked(name or "–", links.get("row", "")),
        _linked(f"{figures.incidents:,}", links.get("decisions", "") if figures.incidents else ""),
        _money(figures.saved_minor, row.currency),
        {"text": f"{figures.confirmed:,}"},
        _money(figures.net_loss_minor, row.currency),
        _linked(f"{findings.clues:,}", links.get("cases", "") if findings.clues else ""),
        {"text": f"{findings.suspects:,}"},
    ]


def last_day_of(month: date) -> date:
    """Give the last day of the month that begins with a day.

    >>> last_day_of(date(2026, 2, 1))
    datetime.date(2026, 2, 28)
    """
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def as_table(parts: Mapping[Dimension, Sequence[Both]]) -> str:
    """Write rows by each dimension as comma-separated values, with a head."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("by", "value", "currency", *_COLUMNS, "clues", "suspects"))
    for by, rows in parts.items():
        for row in rows:
            sums = [getattr(row.figures, name) for name in _COLUMNS]
            table.writerow((by, row.value, row.currency, *sums, row.findings.clues, row.findings.suspects))
    return text.getvalue()


def _linked(text: str, link: str) -> dict[str, Any]:
    return {"text": text, "link": link} if link else {"text": text}


def _money(minor: int, currency: str) -> dict[str, Any]:
    return {"text": grouped(minor, currency), "value": minor / 10 ** minor_digits(currency)}
