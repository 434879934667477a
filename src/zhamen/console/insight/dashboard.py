"""What was blocked and saved, as banks report it: by time, channel, kind of scam and unit; exported too."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console import speech
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS
from zhamen.core.errors import InputError
from zhamen.core.money import grouped, minor_digits
from zhamen.organisation.scope import Scope, check_within
from zhamen.ports.casework import Findings
from zhamen.ports.figures import Dimension, FigureQuery, FigureRow, Figures

__all__ = ["DashboardPages"]

_DAYS: Final = 30
_BY_DAY: Final = 62
"""A longer period is shown by month."""
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
_FILTERS: Final = ("since", "until", "channel", "scam")
_Cells = list[dict[str, object]]


class DashboardPages:
    """The routes of the dashboard, for those who may read-dashboard."""

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._store = house.insight.figures
        self._cases = house.cases.desk
        self._organisation = house.work.organisation
        self._clock = house.desk.clock
        self._currency = house.pack.currency
        self._zone = timezone(timedelta(minutes=house.pack.utc_offset_minutes))
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/dashboard", self.show, methods=["GET"]),
            Route("/console/dashboard/export", self.export, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the figures of a period and a unit."""
        signed = await self._door.enter(request, "read-dashboard")
        asked = dict(request.query_params)
        query, scope = self._query(asked), self._scope(signed, asked.get("unit", ""))
        span: Dimension = "day" if (query.until - query.since).days <= _BY_DAY else "month"
        rows, findings = await asyncio.to_thread(self._read, signed, scope, query, span)
        total = rows["total"][0].figures if rows["total"] else Figures()
        say = self._door.pages.say(request)
        tables = speech.spoken(say)
        values = {
            **tables,
            "total": total,
            "findings": findings,
            "currency": self._currency,
            "since": query.since.isoformat(),
            "until": (query.until - timedelta(days=1)).isoformat(),
            "unit": scope.path,
            "asked": {"channel": asked.get("channel", ""), "scam": asked.get("scam", "")},
            "by_time": [self._timed(row) for row in rows[span]],
            "by_channel": [
                self._cells(row, tables["channels"].get(row.value, "–")) for row in rows["channel"]
            ],
            "by_scam": [self._cells(row, self._scam(tables, row.value)) for row in rows["scam"] if row.value],
            "by_unit": [self._unit(request, row, scope) for row in rows["unit"]],
            "by_outcome": [
                [
                    {"text": tables["outcomes"][row.value]},
                    {"text": str(row.figures.payments), "value": row.figures.payments},
                ]
                for row in rows["outcome"]
            ],
            "path": "/console/dashboard",
        }
        return self._door.show(request, signed, "dashboard.html", values)

    async def export(self, request: Request) -> Response:
        """Give the figures by unit and day as a table, and write down that it was done."""
        signed, form = await self._door.enter_form(request, "export-figures")
        query, scope = self._query(form), self._scope(signed, form.get("unit", ""))
        detail = {"since": query.since.isoformat(), "until": query.until.isoformat(), "of": scope.path}
        await self._looking.note(signed, "export-figures", "", detail)
        parts: tuple[Dimension, ...] = ("day", "channel", "scam", "unit")
        rows = await asyncio.to_thread(self._figures, scope, query, parts)
        headers = {**HEADERS, "content-disposition": 'attachment; filename="figures.csv"'}
        return Response(_table(rows), media_type="text/csv; charset=utf-8", headers=headers)

    def _read(
        self, signed: SignedIn, scope: Scope, query: FigureQuery, span: Dimension
    ) -> tuple[dict[Dimension, Sequence[FigureRow]], Findings]:
        """Give the figures in the bank's currency by all that is shown, and what was found in cases."""
        begin, end = (datetime.combine(day, time(), self._zone) for day in (query.since, query.until))
        findings = self._cases.findings(signed.actor, scope, begin, end)
        rows = {**self._figures(scope, query, (span, "unit")), **self._store.breakdown(scope, query)}
        return {by: [row for row in rows[by] if row.currency == self._currency] for by in rows}, findings

    def _figures(
        self, scope: Scope, query: FigureQuery, dimensions: Sequence[Dimension]
    ) -> dict[Dimension, Sequence[FigureRow]]:
        return {by: self._store.figures(scope, query, by) for by in dimensions}

    def _query(self, asked: dict[str, str]) -> FigureQuery:
        today = self._clock().astimezone(self._zone).date()
        since = _day(asked.get("since", "")) or today - timedelta(days=_DAYS - 1)
        until = (_day(asked.get("until", "")) or today) + timedelta(days=1)
        if since >= until:
            raise InputError("the period ends before it begins")
        return FigureQuery(
            since=since, until=until, channel=asked.get("channel") or None, scam=asked.get("scam") or None
        )

    def _scope(self, signed: SignedIn, unit: str) -> Scope:
        """Give the unit that is asked for; the actor's own when none is.

        Raises
        ------
        UnitNotFound
            There is no such unit within the actor's.
        """
        own = signed.actor.scope
        if not unit or unit == own.path:
            return own
        check_within(own, unit)
        history = self._organisation.known
        history.current.unit_at(unit)
        return history.scope(unit)

    def _timed(self, row: FigureRow) -> _Cells:
        return self._cells(row, row.value)

    def _cells(self, row: FigureRow, name: str, link: str = "") -> _Cells:
        """Give a row of a table; amounts are drawn, counts are on another scale and are not."""
        figures = row.figures
        head: dict[str, object] = {"text": name or "–"}
        return [
            {**head, "link": link} if link else head,
            {"text": f"{figures.incidents:,}"},
            self._money(figures.saved_minor),
            {"text": f"{figures.confirmed:,}"},
            self._money(figures.net_loss_minor),
        ]

    def _money(self, minor: int) -> dict[str, object]:
        digits = 10 ** minor_digits(self._currency)
        return {"text": grouped(minor, self._currency), "value": minor / digits}

    def _unit(self, request: Request, row: FigureRow, scope: Scope) -> _Cells:
        tree, zh = self._organisation.known.current, self._door.pages.language(request) == "zh"
        unit = tree.find(row.value.rpartition("/")[2])
        name = row.value if unit is None else unit.zh if zh else unit.en
        below = row.value != scope.path
        kept = {
            n: v for n, v in request.query_params.items() if n in ("since", "until", "channel", "scam") and v
        }
        return self._cells(
            row, name, f"/console/dashboard?{urlencode(kept | {'unit': row.value})}" if below else ""
        )

    @staticmethod
    def _scam(tables: dict[str, dict[str, str]], code: str) -> str:
        return tables["scams"].get(code) or tables["typologies"].get(code, code)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("a day is written as 2026-11-28") from None


def _table(parts: dict[Dimension, Sequence[FigureRow]]) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("by", "value", "currency", *_COLUMNS))
    for by, rows in parts.items():
        for row in rows:
            table.writerow((by, row.value, row.currency, *(getattr(row.figures, name) for name in _COLUMNS)))
    return text.getvalue()
