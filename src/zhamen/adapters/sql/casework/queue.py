"""The queue: cases by what can be prevented at an instant, page by page, from two indexes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from zhamen.adapters.sql.casework.rows import case_of
from zhamen.adapters.sql.schema_cases import case_alerts, case_ties, cases, held_payments
from zhamen.adapters.sql.scoping import found_within, within
from zhamen.cases.case import OPEN, Case, CaseStatus
from zhamen.cases.disposition import Disposition
from zhamen.cases.findings import Finding
from zhamen.cases.priority import half_lives, rank
from zhamen.cases.ties import TieRole
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import CasePage, QueueCounts, QueuePlace, Wanted

__all__ = [
    "FEW",
    "Asked",
    "cases_within",
    "count_cases",
    "findings_of",
    "has_few_open",
    "page_of_cases",
    "seen_payment",
]

FEW: Final = 1_000
_SLACK: Final = 1e-6
"""By so much a height that the database compares may miss one that is reckoned here."""


class _Kind(Struct):
    """Of a case, what a finding is told by; of its document, the rest is not read."""

    scam_kind: str = ""


class _Opening(Struct):
    """Of the alert that opened a case, the same."""

    channel: str = ""


_KIND: Final = msgspec.json.Decoder(_Kind)
_CHANNEL: Final = msgspec.json.Decoder(_Opening)


class Asked(NamedTuple):
    """A page that is asked for; of a scope with fewer than ``few`` open cases all heights are fetched."""

    wanted: Wanted
    at: datetime
    after: QueuePlace | None = None
    limit: int = 50
    few: int = FEW


def page_of_cases(connection: Connection, scope: Scope, page: Asked) -> CasePage:
    """Give a page of the queue.

    Notes
    -----
    A case's rank is the larger of the height of what waits and that of what went, sunk by the instant. So
    the first `limit` by rank are among the first `limit` by either column, each of which has its index.
    The few cases of a small scope are not sought in the order of all; their heights are fetched and sorted.
    """
    wanted, after, limit = page.wanted, page.after, page.limit
    at = page.at if after is None else after.at
    conditions = _conditions(scope, wanted, at)
    found: dict[int, Case] = {}
    if frozenset(wanted.statuses) <= OPEN and has_few_open(connection, scope, page.few):
        first = _first_of(connection, [*conditions, found_within(cases.c.unit, scope)], page)
        asked = select(cases.c.document).where(cases.c.id.in_(first))
        found = {case.id: case for case in map(case_of, connection.execute(asked).scalars())}
    else:
        for column, sunk in ((cases.c.pending, 0.0), (cases.c.sinking, half_lives(at))):
            asked = select(cases.c.document).where(*conditions, column.is_not(None))
            if after is not None:
                asked = asked.where(column <= after.rank + sunk + _SLACK)
            asked = asked.order_by(column.desc(), cases.c.id.desc())
            found |= {case.id: case for case in _first(connection, asked, after, limit + 1)}
    placed = sorted(((case.rank_at(at), case.id) for case in found.values()), reverse=True)
    more = QueuePlace(at, *placed[limit - 1]) if len(placed) > limit else None
    return CasePage([found[number] for _, number in placed[:limit]], more)


def count_cases(connection: Connection, scope: Scope, at: datetime) -> QueueCounts:
    """Say how much there is to do."""
    mine = found_within(cases.c.unit, scope)
    grouped = select(cases.c.status, func.count()).where(cases.c.open, mine).group_by(cases.c.status)
    statuses = {row[0]: row[1] for row in connection.execute(grouped)}
    overdue = select(func.count()).select_from(cases).where(mine, cases.c.due_at < to_micros(at))
    waiting = select(func.count()).select_from(held_payments).where(held_payments.c.pending)
    payments = connection.scalar(waiting.where(found_within(held_payments.c.unit, scope))) or 0
    if not scope.whole:  # nothing of the bank lies outside it
        others = not_(within(held_payments.c.unit, scope)), held_payments.c.case.in_(cases_within(scope))
        payments += connection.scalar(waiting.where(*others)) or 0
    proposed = waiting.where(held_payments.c.proposed, seen_payment(scope))
    return QueueCounts(
        new=statuses.get(CaseStatus.NEW, 0),
        investigating=statuses.get(CaseStatus.INVESTIGATING, 0),
        snoozed=statuses.get(CaseStatus.SNOOZED, 0),
        proposed=statuses.get(CaseStatus.PROPOSED, 0),
        overdue=connection.scalar(overdue) or 0,
        payments=payments,
        proposed_payments=connection.scalar(proposed) or 0,
    )


def findings_of(connection: Connection, scope: Scope, since: datetime, until: datetime) -> list[Finding]:
    """Give what the cases closed in a period came to, in the order of their numbers."""
    told = (Disposition.CONFIRMED_FRAUD.value, Disposition.SUSPICIOUS.value)
    closed = and_(
        within(cases.c.unit, scope),
        cases.c.closed_at >= to_micros(since),
        cases.c.closed_at < to_micros(until),
        cases.c.status == CaseStatus.CLOSED.value,
        cases.c.disposition.in_(told),
    )
    tied = select(case_ties.c.case, case_ties.c.key).where(
        case_ties.c.case.in_(select(cases.c.id).where(closed)), case_ties.c.role == TieRole.SUSPECT.value
    )
    suspects: dict[int, list[int]] = {}
    for case, account in connection.execute(tied.order_by(case_ties.c.key)):
        suspects.setdefault(case, []).append(account)
    c = cases.c
    columns = (c.id, c.unit, c.typology, c.disposition, c.closed_at, c.document, case_alerts.c.document)
    opened = cases.join(case_alerts, case_alerts.c.id == c.id)
    asked = select(*columns).select_from(opened).where(closed).order_by(c.id)
    return [
        Finding(
            unit=unit,
            closed_at=from_micros(at),
            channel=_CHANNEL.decode(alert).channel,
            scam=_KIND.decode(document).scam_kind or typology,
            confirmed=disposition == Disposition.CONFIRMED_FRAUD.value,
            suspects=tuple(suspects.get(case, ())),
        )
        for case, unit, typology, disposition, at, document, alert in connection.execute(asked)
    ]


def cases_within(scope: Scope) -> Select[tuple[int]]:
    """Give the numbers of all cases of a scope."""
    return select(cases.c.id).where(cases.c.open.in_((True, False)), found_within(cases.c.unit, scope))


def seen_payment(scope: Scope) -> ColumnElement[bool]:
    """Say of a held payment that its own unit or that of its case is within a scope."""
    its_case = select(cases.c.id).where(cases.c.id == held_payments.c.case, within(cases.c.unit, scope))
    return or_(within(held_payments.c.unit, scope), its_case.exists())


def has_few_open(connection: Connection, scope: Scope, most: int) -> bool:
    """Tell whether a scope has fewer open cases than `most`."""
    mine = select(cases.c.id).where(cases.c.open, found_within(cases.c.unit, scope)).limit(most)
    return (connection.scalar(select(func.count()).select_from(mine.subquery())) or 0) < most


def _first(connection: Connection, asked: Select[Any], after: QueuePlace | None, size: int) -> Sequence[Case]:
    """Give the first cases of what is asked whose rank comes after a place."""
    limit = size
    while True:
        rows = connection.execute(asked.limit(limit)).scalars().all()
        found = _after(map(case_of, rows), after)
        if len(found) >= size or len(rows) < limit:
            return found[:size]
        limit *= 2


def _first_of(connection: Connection, conditions: Sequence[ColumnElement[bool]], page: Asked) -> list[int]:
    """Give the first cases by rank, and one more, by number."""
    c, after = cases.c, page.after
    at = page.at if after is None else after.at
    rows = connection.execute(select(c.pending, c.sinking, c.id).where(*conditions))
    placed = sorted(((rank(row[0], row[1], at), row[2]) for row in rows), reverse=True)
    if after is not None:
        placed = [place for place in placed if place < (after.rank, after.id)]
    return [number for _, number in placed[: page.limit + 1]]


def _after(found: Iterable[Case], after: QueuePlace | None) -> Sequence[Case]:
    if after is None:
        return list(found)
    return [case for case in found if (case.rank_at(after.at), case.id) < (after.rank, after.id)]


def _conditions(scope: Scope, wanted: Wanted, at: datetime) -> list[ColumnElement[bool]]:
    c = cases.c
    statuses = frozenset(wanted.statuses) or OPEN
    conditions = [within(c.unit, scope)]
    if statuses <= OPEN:
        conditions.append(c.open)
    if statuses != OPEN:
        conditions.append(c.status.in_(sorted(statuses)))
    if wanted.unit:
        conditions.append(within(c.unit, Scope(wanted.unit)))
    if wanted.assignee:
        conditions.append(c.assignee == wanted.assignee)
    if wanted.typology:
        conditions.append(c.typology == wanted.typology)
    if wanted.emergency is not None:
        conditions.append(c.emergency == wanted.emergency.value)
    if wanted.overdue:
        conditions.append(c.due_at < to_micros(at))
    if wanted.account is not None:
        mine = and_(case_ties.c.key == wanted.account, case_ties.c.role == TieRole.SUSPECT.value)
        conditions.append(c.id.in_(select(case_ties.c.case).where(mine)))
    return conditions
