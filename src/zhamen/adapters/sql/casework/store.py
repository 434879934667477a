"""Cases in SQL, what was done with them, and the one transaction in which it is done."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, insert, or_, select

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.casework.finding import (
    case_within,
    cases_seen,
    document_of,
    family_of,
    payment_within,
)
from zhamen.adapters.sql.casework.payments import page_of_payments, payments_from
from zhamen.adapters.sql.casework.performing import begin, perform_act
from zhamen.adapters.sql.casework.queue import (
    FEW,
    Asked,
    count_cases,
    findings_of,
    page_of_cases,
    seen_payment,
)
from zhamen.adapters.sql.casework.rows import (
    act_of,
    alert_of_row,
    case_of,
    payment_of,
)
from zhamen.adapters.sql.casework.shelf import SqlShelf
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema_cases import (
    case_acts,
    case_alerts,
    case_links,
    case_ties,
    cases,
    held_payments,
    hold_policies,
    payer_statements,
)
from zhamen.adapters.sql.scoping import within
from zhamen.cases.acts import Act, EvidenceFile
from zhamen.cases.alert import Alert
from zhamen.cases.case import Case, CaseStatus, Link, Why
from zhamen.cases.findings import Finding
from zhamen.cases.held import HeldPayment
from zhamen.cases.passing import acts_of_time
from zhamen.cases.policy import CasePolicy
from zhamen.cases.statement import Statement
from zhamen.cases.ties import TieRole
from zhamen.core.audit import Deed
from zhamen.core.errors import ZhamenError
from zhamen.core.instants import to_micros
from zhamen.gate.policy import Hold
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import (
    CasePage,
    Done,
    Look,
    PaymentPage,
    PaymentPlace,
    QueueCounts,
    QueuePlace,
    Refused,
    Wanted,
)

__all__ = ["SqlCasework"]

_STATEMENT = msgspec.json.Decoder(Statement)


class SqlCasework:
    """Casework in SQLite or PostgreSQL; see the port `Casework`.

    Parameters
    ----------
    few
        Scopes with fewer open cases are fetched whole and sorted, others sought in the order of all.
    """

    def __init__(self, engine: Engine, *, few: int = FEW) -> None:
        self._engine = engine
        self._few = few
        self._write = engine.execution_options(immediate=True)

    def get_case(self, scope: Scope, case: int) -> Case:
        """Give a case; CaseNotFound when there is none."""
        with reading(self._engine) as connection:
            return case_within(connection, scope, case)

    def seen_cases(self, scope: Scope, cases: Collection[int]) -> frozenset[int]:
        """Give those of some cases that are within the scope."""
        with reading(self._engine) as connection:
            return cases_seen(connection, scope, cases)

    def list_cases(
        self, scope: Scope, wanted: Wanted, at: datetime, *, after: QueuePlace | None = None, limit: int = 50
    ) -> CasePage:
        """Give cases, those first in which most can be prevented at an instant."""
        with reading(self._engine) as connection:
            return page_of_cases(connection, scope, Asked(wanted, at, after, limit, self._few))

    def list_about(self, scope: Scope, accounts: Collection[int], limit: int = 50) -> list[Case]:
        """Give cases, open and closed, in which some accounts have a part; the newest first."""
        c = case_ties.c
        tied = select(c.case).where(c.key.in_(accounts), c.role != TieRole.DEVICE.value)
        wanted = select(cases.c.document).where(cases.c.id.in_(tied), within(cases.c.unit, scope))
        with reading(self._engine) as connection:
            rows = connection.scalars(wanted.order_by(cases.c.id.desc()).limit(limit))
            return [case_of(document) for document in rows]

    def count(self, scope: Scope, at: datetime) -> QueueCounts:
        """Say how much there is to do."""
        with reading(self._engine) as connection:
            return count_cases(connection, scope, at)

    def list_findings(self, scope: Scope, since: datetime, until: datetime) -> list[Finding]:
        """Give what the cases closed from an instant on, and before another, came to, by case."""
        with reading(self._engine) as connection:
            return findings_of(connection, scope, since, until)

    def get_alert(self, scope: Scope, alert: int) -> Alert:
        """Give an alert; CaseNotFound when there is none."""
        wanted = (
            select(case_alerts.c.document)
            .join(cases, cases.c.id == case_alerts.c.case)
            .where(case_alerts.c.id == alert, within(cases.c.unit, scope))
        )
        with reading(self._engine) as connection:
            return alert_of_row(document_of(connection, wanted, f"alert {alert}"))

    def list_alerts(self, scope: Scope, case: int, *, before: int = 0, limit: int = 200) -> list[Alert]:
        """Give the newest alerts of a case below an id, newest first."""
        wanted = select(case_alerts.c.document).where(case_alerts.c.case == case)
        if before:
            wanted = wanted.where(case_alerts.c.id < before)
        with reading(self._engine) as connection:
            case_within(connection, scope, case)
            rows = connection.execute(wanted.order_by(case_alerts.c.id.desc()).limit(limit))
            return [alert_of_row(document) for (document,) in rows]

    def list_acts(self, scope: Scope, case: int) -> list[Act]:
        """Give what was done to a case, its payments and the cases merged into it, oldest first."""
        with reading(self._engine) as connection:
            case_within(connection, scope, case)
            mine = _merged_into(connection, case)
            wanted = select(case_acts).where(case_acts.c.case.in_(mine)).order_by(case_acts.c.id)
            return [act_of(row) for row in connection.execute(wanted)]

    def list_links(self, scope: Scope, case: int) -> list[tuple[Link, Case]]:
        """Give the links of a case, with the case at the other end."""
        mine = or_(case_links.c.older == case, case_links.c.newer == case)
        ordered = (
            select(case_links).where(mine).order_by(case_links.c.older, case_links.c.newer, case_links.c.why)
        )
        found = []
        with reading(self._engine) as connection:
            case_within(connection, scope, case)
            shelf = SqlShelf(connection)
            for row in connection.execute(ordered).all():
                link = Link(row.older, row.newer, Why(row.why))
                other = shelf.case(link.newer if link.older == case else link.older)
                while other.merged_into:
                    other = shelf.case(other.merged_into)
                if other.id != case and scope.covers(other.unit):
                    found.append((link, other))
        return found

    def list_closed(self, scope: Scope, typology: str, limit: int) -> list[tuple[Case, Alert]]:
        """Give closed cases of a typology with the alerts that opened them, the last closed first."""
        of_case = cases.join(case_alerts, case_alerts.c.id == cases.c.id)
        closed = (
            select(cases.c.document, case_alerts.c.document)
            .select_from(of_case)
            .where(cases.c.closed_at.is_not(None), cases.c.typology == typology)
            .where(within(cases.c.unit, scope))
            .order_by(cases.c.closed_at.desc(), cases.c.id.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [(case_of(case), alert_of_row(alert)) for case, alert in connection.execute(closed)]

    def get_payment(self, scope: Scope, payment: int) -> HeldPayment:
        """Give a held payment; CaseNotFound when there is none."""
        with reading(self._engine) as connection:
            return payment_within(connection, scope, payment)

    def find_payment(self, scope: Scope, event_id: str) -> HeldPayment | None:
        """Give the held payment of an event; None when there is none."""
        mine = held_payments.c.event_id == event_id
        wanted = select(held_payments.c.document).where(mine, seen_payment(scope))
        with reading(self._engine) as connection:
            document = connection.scalar(wanted)
        return None if document is None else payment_of(document)

    def list_payments(
        self,
        scope: Scope,
        *,
        case: int = 0,
        pending: bool = True,
        proposed: bool = False,
        after: PaymentPlace | None = None,
        limit: int = 50,
    ) -> PaymentPage:
        """Give held payments, of one case or all, those that expire first."""
        c = held_payments.c
        with reading(self._engine) as connection:
            if pending and not case and not proposed:
                return page_of_payments(connection, scope, after, limit, self._few)
            wanted = select(c.document).where(seen_payment(scope))
            if case:
                wanted = wanted.where(c.case == case)
            if pending:
                wanted = wanted.where(c.pending)
            if proposed:
                wanted = wanted.where(c.proposed)
            return payments_from(connection, wanted, after, limit)

    def list_statements(self, scope: Scope, case: int) -> list[Statement]:
        """Give what payers stated about the payments of a case, oldest first."""
        events = select(case_alerts.c.event_id).where(case_alerts.c.case == case)
        wanted = select(payer_statements).where(payer_statements.c.event_id.in_(events))
        with reading(self._engine) as connection:
            case_within(connection, scope, case)
            return [_statement(row) for row in connection.execute(wanted.order_by(payer_statements.c.id))]

    def list_payment_acts(self, scope: Scope, payment: int) -> list[Act]:
        """Give what was done to a held payment, whichever case had it, oldest first."""
        with reading(self._engine) as connection:
            family = family_of(connection, payment_within(connection, scope, payment).case)
            mine = case_acts.c.case.in_(sorted(family)), case_acts.c.payment == payment
            return [
                act_of(row)
                for row in connection.execute(select(case_acts).where(*mine).order_by(case_acts.c.id))
            ]

    def list_payment_statements(self, scope: Scope, payment: int) -> list[Statement]:
        """Give what the payer stated about a held payment, oldest first."""
        with reading(self._engine) as connection:
            event = payment_within(connection, scope, payment).event_id
            wanted = select(payer_statements).where(payer_statements.c.event_id == event)
            return [_statement(row) for row in connection.execute(wanted.order_by(payer_statements.c.id))]

    def keep_statement(self, statement: Statement) -> Statement:
        """Keep what a payer stated; the same once more gives the first."""
        values = {
            "event_id": statement.event_id,
            "digest": statement.digest,
            "document": msgspec.json.encode(replace(statement, id=0)),
        }
        known = select(payer_statements).where(payer_statements.c.digest == statement.digest)
        with writing(self._write) as connection:
            row = connection.execute(known).one_or_none()
            if row is None:
                made = insert(payer_statements).values(values).returning(payer_statements)
                row = connection.execute(made).one()
                _audit_statement(connection, statement)
            return _statement(row)

    def perform(self, scope: Scope, act: Act, policy: CasePolicy) -> Done:
        """Do an act if it may be done, write it down and note what is to be told."""
        with writing(self._write) as connection:
            return perform_act(connection, begin(connection), scope, act, policy)

    def perform_many(self, scope: Scope, acts: Sequence[Act], policy: CasePolicy) -> list[Done | Refused]:
        """Do acts one by one in one transaction; one that is refused does not keep the others back."""
        done: list[Done | Refused] = []
        with writing(self._write) as connection:
            seq = begin(connection)
            for act in acts:
                try:
                    done.append(perform_act(connection, seq, scope, act, policy))
                except ZhamenError as error:
                    done.append(Refused(act, error))
        return done

    def due(self, at: datetime, limit: int = 100) -> list[Act]:
        """Give the acts that time asks for."""
        now, c, p = to_micros(at), cases.c, held_payments.c
        expired = select(p.document).where(p.pending, p.expires_at <= now).order_by(p.expires_at).limit(limit)
        woken = select(c.document).where(c.status == CaseStatus.SNOOZED.value, c.snoozed_until <= now)
        late = select(c.document).where(
            c.status == CaseStatus.NEW.value, c.due_at < now, c.unit.contains("/", autoescape=True)
        )
        with reading(self._engine) as connection:
            payments = [payment_of(one) for one in connection.execute(expired).scalars()]
            found = [case_of(one) for one in connection.execute(woken.limit(limit)).scalars()]
            found += [case_of(one) for one in connection.execute(late.limit(limit)).scalars()]
        return list(acts_of_time(found, payments, at))[:limit]

    def note_hold(self, pack_hash: str, hold: Hold) -> None:
        """Keep how long payments are held that a pack stops; what was noted of it first stays."""
        row = {"pack_hash": pack_hash, "hours": hold.hours, "at_expiry": hold.at_expiry}
        known = select(hold_policies).where(hold_policies.c.pack_hash == pack_hash)
        with writing(self._write) as connection:
            if connection.execute(known).one_or_none() is None:
                connection.execute(insert(hold_policies).values(row))

    def note_shown(self, scope: Scope, case: int, file: EvidenceFile, look: Look) -> None:
        """Write down in the audit trail that a file of a case was shown."""
        deed = Deed(
            at=look.at,
            actor=look.by,
            unit=look.unit,
            act="show-evidence",
            subject=f"case/{case}",
            detail={"file": file.sha256},
        )
        with writing(self._write) as connection:
            case_within(connection, scope, case)
            append(connection, deed)


def _audit_statement(connection: Connection, statement: Statement) -> None:
    deed = Deed(
        at=statement.at,
        actor=statement.by,
        unit="",
        act="keep-statement",
        detail={"digest": statement.digest, "acknowledged": statement.acknowledged},
    )
    append(connection, deed)


def _merged_into(connection: Connection, case: int) -> list[int]:
    """Give a case and all that were merged into it, directly or not."""
    found, fresh = [case], [case]
    while fresh:
        wanted = select(cases.c.id).where(cases.c.merged_into.in_(fresh))
        fresh = list(connection.execute(wanted).scalars())
        found += fresh
    return found


def _statement(row: Any) -> Statement:
    return replace(_STATEMENT.decode(row.document), id=row.id)
