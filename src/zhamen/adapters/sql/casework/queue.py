"""The queue: cases by what can be prevented at an instant, page by page, from two indexes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from zhamen.adapters.sql.casework.rows import case_of
from zhamen.adapters.sql.schema_cases import case_ties, cases, held_payments
from zhamen.adapters.sql.scoping import within
from zhamen.cases.case import OPEN, Case, CaseStatus
from zhamen.cases.priority import half_lives
from zhamen.cases.ties import TieRole
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import CasePage, QueueCounts, QueuePlace, Wanted

__all__ = ["count_cases", "page_of_cases", "seen_payment"]

_FEW: Final = 1_000
_SLACK: Final = 1e-6
"""By so much a height that the database compares may miss one that is reckoned here."""


def page_of_cases(
    connection: Connection, scope: Scope, wanted: Wanted, at: datetime, after: QueuePlace | None, limit: int
) -> CasePage:
    """Give a page of the queue.

    Notes
    -----
    A case's rank is the larger of the height of what waits and that of what went, sunk by the instant. So
    the first `limit` by rank are among the first `limit` by either column, each of which has its index.
    """
    at = at if after is None else after.at
    found: dict[int, Case] = {}
    few = _are_few(connection, scope)
    for column, sunk in ((cases.c.pending, 0.0), (cases.c.sinking, half_lives(at))):
        asked = select(cases.c.document).where(*_conditions(scope, wanted, at), column.is_not(None))
        ordered = column + 0.0 if few else column  # what is reckoned is sorted, not read from the index
        if after is not None:
            asked = asked.where(column <= after.rank + sunk + _SLACK)
        asked = asked.order_by(ordered.desc(), cases.c.id.desc())
        for case in _stream(connection, asked, after, limit + 1):
            found[case.id] = case
    placed = sorted(((case.rank_at(at), case.id) for case in found.values()), reverse=True)
    page = [found[number] for _, number in placed[:limit]]
    more = QueuePlace(at, *placed[limit - 1]) if len(placed) > limit else None
    return CasePage(page, more)


def count_cases(connection: Connection, scope: Scope, at: datetime) -> QueueCounts:
    """Say how much there is to do."""
    mine = within(cases.c.unit, scope)
    grouped = select(cases.c.status, func.count()).where(cases.c.open, mine).group_by(cases.c.status)
    statuses = {row[0]: row[1] for row in connection.execute(grouped)}
    overdue = select(func.count()).select_from(cases).where(mine, cases.c.due_at < to_micros(at))
    waiting = select(func.count()).select_from(held_payments).where(held_payments.c.pending)
    return QueueCounts(
        new=statuses.get(CaseStatus.NEW, 0),
        investigating=statuses.get(CaseStatus.INVESTIGATING, 0),
        snoozed=statuses.get(CaseStatus.SNOOZED, 0),
        proposed=statuses.get(CaseStatus.PROPOSED, 0),
        overdue=connection.scalar(overdue) or 0,
        payments=connection.scalar(waiting.where(seen_payment(scope))) or 0,
    )


def seen_payment(scope: Scope) -> ColumnElement[bool]:
    """Say of a held payment that its own unit or that of its case is within a scope."""
    of_case = exists().where(cases.c.id == held_payments.c.case, within(cases.c.unit, scope))
    return or_(within(held_payments.c.unit, scope), of_case)


def _are_few(connection: Connection, scope: Scope) -> bool:
    """Say whether a scope has so few open cases that they are better sorted than sought in the order of all."""
    mine = select(cases.c.id).where(cases.c.open, within(cases.c.unit, scope)).limit(_FEW)
    return (connection.scalar(select(func.count()).select_from(mine.subquery())) or 0) < _FEW


def _stream(
    connection: Connection, asked: Select[Any], after: QueuePlace | None, size: int
) -> Sequence[Case]:
    """Give the first cases of what is asked whose rank comes after a place."""
    fetched = size
    while True:
        rows = connection.execute(asked.limit(fetched)).scalars().all()
        found = [case_of(document) for document in rows]
        if after is not None:
            found = [case for case in found if (case.rank_at(after.at), case.id) < (after.rank, after.id)]
        if len(found) >= size or len(rows) < fetched:
            return found[:size]
        fetched *= 2


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
