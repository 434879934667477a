"""What was blocked and saved, as banks report it: by time, channel, kind of scam and unit; exported too."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.cases.findings import Finding, Findings, sum_findings
from zhamen.console import speech
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.dashboard_links import Links
from zhamen.console.insight.dashboard_rows import Both, Cells, as_table, cells_of, joined, keys_of
from zhamen.console.insight.lag import Lag
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS
from zhamen.console.units import unit_names
from zhamen.core.errors import InputError
from zhamen.organisation.scope import Scope, check_within
from zhamen.ports.figures import Dimension, FigureQuery, FigureRow, Figures

__all__ = ["DashboardPages"]

_DAYS: Final = 30
_BY_DAY: Final = 62
"""A longer period is shown by month."""
_FILTERS: Final = ("since", "until", "channel", "scam")


_SHOWN: Final[tuple[Dimension, ...]] = ("channel", "scam", "unit")
_EXPORTED: Final[tuple[Dimension, ...]] = ("month", "day", "channel", "scam", "unit")


class _Shown(Struct, frozen=True, kw_only=True):
    """What one page shows."""

    total: Figures
    findings: Findings
    by_outcome: Sequence[FigureRow]
    parts: dict[Dimension, list[Both]]


class DashboardPages:
    """The routes of the dashboard, for those who may read-dashboard."""

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._store = house.insight.figures
        self._cases = house.cases.desk
        self._organisation = house.work.organisation
        self._clock = house.desk.clock
        self._currency = house.pack.currency
        self._zone = house.pack.zone
        self._lag = Lag(house)
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
        shown = await asyncio.to_thread(self._read, signed, scope, query, (span, *_SHOWN))
        behind = await asyncio.to_thread(self._lag.behind)
        tables = speech.spoken(self._door.pages.say(request))
        values = {
            **tables,
            "total": shown.total,
            "findings": shown.findings,
            "currency": self._currency,
            "since": query.since.isoformat(),
            "until": (query.until - timedelta(days=1)).isoformat(),
            "unit": scope.path,
            "unit_name": unit_names(self._organisation.known.current, self._door.pages.language(request)),
            "asked": {"channel": query.channel or "", "scam": query.scam or ""},
            "behind": behind.seconds,
            "here": f"/console/dashboard?{urlencode(_kept(request) | {'unit': scope.path})}",
            "by_outcome": [
                [
                    {"text": tables["outcomes"][row.value]},
                    {"text": str(row.figures.payments), "value": row.figures.payments},
                ]
                for row in shown.by_outcome
            ],
            "path": "/console/dashboard",
            **self._tables(request, signed, scope, shown, span),
        }
        return self._door.show(request, signed, "dashboard.html", values)

    async def export(self, request: Request) -> Response:
        """Give the figures by month, day, channel, kind and unit as a table; that it was done is noted."""
        signed, form = await self._door.enter_form(request, "export-figures")
        query, scope = self._query(form), self._scope(signed, form.get("unit", ""))
        detail = {"since": query.since.isoformat(), "until": query.until.isoformat(), "of": scope.path}
        await self._looking.note(signed, "export-figures", "", detail)
        parts = await asyncio.to_thread(self._exported, signed, scope, query)
        headers = {**HEADERS, "content-disposition": 'attachment; filename="figures.csv"'}
        return Response(as_table(parts), media_type="text/csv; charset=utf-8", headers=headers)

    def _read(self, signed: SignedIn, scope: Scope, query: FigureQuery, parts: Sequence[Dimension]) -> _Shown:
        """Give what the page shows, in the bank's currency."""
        found, keys = self._findings(signed, scope, query), keys_of(scope, self._zone)
        rows = dict(self._store.breakdown(scope, query))
        rows |= {by: self._store.figures(scope, query, by) for by in parts if by not in rows}
        ours = {by: [row for row in rows[by] if row.currency == self._currency] for by in rows}
        return _Shown(
            total=ours["total"][0].figures if ours["total"] else Figures(),
            findings=sum_findings(found),
            by_outcome=ours["outcome"],
            parts={by: joined(ours[by], found, keys[by], self._currency) for by in parts},
        )

    def _exported(
        self, signed: SignedIn, scope: Scope, query: FigureQuery
    ) -> dict[Dimension, Sequence[Both]]:
        found, keys = self._findings(signed, scope, query), keys_of(scope, self._zone)
        return {
            by: joined(self._store.figures(scope, query, by), found, keys[by], self._currency)
            for by in _EXPORTED
        }

    def _findings(self, signed: SignedIn, scope: Scope, query: FigureQuery) -> list[Finding]:
        """Give what cases closed in the period came to, of the channel and the kind that are asked for."""
        begin, end = (datetime.combine(day, time(), self._zone) for day in (query.since, query.until))
        return [
            one
            for one in self._cases.findings(signed.actor, scope, begin, end)
            if query.channel in (None, one.channel) and query.scam in (None, one.scam)
        ]

    def _tables(
        self, request: Request, signed: SignedIn, scope: Scope, shown: _Shown, span: Dimension
    ) -> dict[str, list[Cells]]:
        """Give the tables, each row with where it leads."""
        tables = speech.spoken(self._door.pages.say(request))
        name = unit_names(self._organisation.known.current, self._door.pages.language(request))
        links = Links(_kept(request), scope.path, signed.actor.permissions)
        parts = shown.parts
        return {
            "by_time": [cells_of(row, row.value, links.of_time(row.value, span)) for row in parts[span]],
            "by_channel": [
                cells_of(row, tables["channels"].get(row.value, "–"), links.of("channel", row.value))
                for row in parts["channel"]
            ],
            "by_scam": [
                cells_of(row, _scam(tables, row.value), links.of_scam(row.value))
                for row in parts["scam"]
                if row.value
            ],
            "by_unit": [cells_of(row, name(row.value), links.of_unit(row.value)) for row in parts["unit"]],
        }

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


def _kept(request: Request) -> dict[str, str]:
    """Give the filters of the page that are set, apart from the unit."""
    return {name: value for name, value in request.query_params.items() if name in _FILTERS and value}


def _scam(tables: dict[str, dict[str, str]], code: str) -> str:
    return tables["scams"].get(code) or tables["typologies"].get(code, code)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("a day is written as 2026-11-28") from None
