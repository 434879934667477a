"""Casework in SQL is what it is in memory, live and made anew, however acts fell between entries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Engine, select

from zhamen.adapters.sql import schema_cases
from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.adapters.sql.casework import CaseView, SqlCasework, SqlOutbox
from zhamen.adapters.sql.casework.rows import alert_of_row, case_of, payment_of
from zhamen.adapters.sql.casework.shelf import SqlShelf
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema import METADATA
from zhamen.adapters.sql.views.view import Projected
from zhamen.cases.acts import CLOCK, Act, ActKind, Contact, Detail, Emergency, EvidenceFile
from zhamen.cases.case import CaseStatus
from zhamen.cases.clocks import due_at, parent_of
from zhamen.cases.disposition import Disposition
from zhamen.cases.lifecycle import PAYMENT_STEPS
from zhamen.cases.policy import STANDARD
from zhamen.cases.statement import Statement, digest_of
from zhamen.cases.ties import Place
from zhamen.core.errors import CaseNotFound, StoreUnavailable, ZhamenError
from zhamen.gate.policy import Hold
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework, Done, Look, Refused, Wanted
from zhamen.testing import NOON, Accounts, MemoryCasework, make_story

HEAD = Scope("HQ")
KINDS = ("webhook", "label")
FILE = EvidenceFile(sha256="a" * 64, name="a.pdf", media_type="application/pdf", size=1)
LOOK = Look("li", "HQ", NOON)
UNITS = ("HQ/R1/B01", "HQ/R1/B01/B01-003", "HQ/R2/B02", "HQ")


@dataclass
class Both:
    """The same entries and acts, in memory and in a database."""

    engine: Engine
    memory: MemoryCasework = field(default_factory=MemoryCasework)
    accounts: Accounts = field(default_factory=Accounts)
    entered: list[Projected] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view = CaseView()
        self.sql = SqlCasework(self.engine)
        self.sought = SqlCasework(self.engine, few=0)

    def follow(self, entries: Sequence[Any], size: int = 7) -> None:
        """Follow entries in batches."""
        for start in range(0, len(entries), size):
            batch = []
            for seq, event, decision in entries[start : start + size]:
                account, creditor = self.accounts.of(event)
                unit = UNITS[seq % len(UNITS)]
                self.memory.enter(seq, event, decision, Place(unit, account, creditor))
                one = Projected(
                    seq=seq, event=event, decision=decision, unit=unit, account=account, creditor=creditor
                )
                batch.append(one)
            self.project(batch)
            self.entered += batch

    def project(self, batch: Sequence[Projected]) -> None:
        with writing(self.engine.execution_options(immediate=True)) as connection:
            self.view.apply(connection, batch)

    def rebuild(self, size: int) -> None:
        with writing(self.engine.execution_options(immediate=True)) as connection:
            self.view.clear(connection)
        for start in range(0, len(self.entered), size):
            self.project(self.entered[start : start + size])

    def perform(self, act: Act, scope: Scope = HEAD) -> str:
        """Do an act in both; give how it ended, which is the same."""
        ends = []
        for store in (self.memory, self.sql):
            try:
                done = store.perform(scope, act, STANDARD)
                ends.append(f"Done {replace(done.act, id=0)} {done.case}")
            except ZhamenError as error:
                ends.append(error.code)
        assert ends[0] == ends[1]
        return ends[0]

    def compare(self) -> None:
        shelf = self.memory.shelf
        rows = self.rows()
        assert rows["cases"] == {case.id: case for case in shelf.cases.values()}
        assert rows["alerts"] == shelf.alerts
        assert rows["payments"] == shelf.payments
        assert rows["links"] == {(link.older, link.newer, link.why) for link in shelf.links}
        assert rows["ties"] == {
            (tie.key, tie.role, case, count)
            for tie, cases in shelf.ties.items()
            for case, count in cases.items()
            if count
        }

    def rows(self) -> dict[str, Any]:
        """Give all that follows from the journal and the acts, as it stands in the database."""
        with reading(self.engine) as connection:

            def documents(table: Any, read: Callable[[bytes], Any]) -> dict[int, Any]:
                return {row.id: read(row.document) for row in connection.execute(select(table))}

            ties = connection.execute(select(schema_cases.case_ties))
            links = connection.execute(select(schema_cases.case_links))
            return {
                "cases": documents(schema_cases.cases, case_of),
                "alerts": documents(schema_cases.case_alerts, alert_of_row),
                "payments": documents(schema_cases.held_payments, payment_of),
                "links": {(row.older, row.newer, row.why) for row in links},
                "ties": {(row.key, row.role, row.case, row.alerts) for row in ties},
            }


def random_act(dice: Random, work: MemoryCasework, at: datetime) -> Act:
    """Make an act that often may be done."""
    cases = sorted(work.shelf.cases)
    case = work.shelf.cases[dice.choice(cases)]
    kind = dice.choice(tuple(ActKind))
    payments = sorted(work.shelf.payments)
    payment = 0
    if kind in PAYMENT_STEPS and payments:
        payment = dice.choice(payments)
    elif kind in PAYMENT_STEPS:
        kind = ActKind.NOTE
    above = parent_of(case.unit)
    unit = dice.choice([above, *UNITS]) or ""
    alerts = [alert.id for alert in work.shelf.alerts_in(case.id)]
    until = at + timedelta(hours=dice.choice((1, 30)))
    if payment and kind is ActKind.EXTEND:
        until = work.shelf.payments[payment].expires_at + timedelta(hours=5)
    if payment and kind is ActKind.EXPIRE:
        at = max(at, work.shelf.payments[payment].expires_at)
    return Act(
        case=case.id,
        payment=payment,
        kind=kind,
        by=CLOCK if kind is ActKind.EXPIRE else dice.choice(("li", "wang")),
        unit="HQ",
        at=at,
        reason="因为 because",
        detail=Detail(
            to="zhao",
            unit=unit,
            until=until,
            due_at=due_at(unit, case.emergency, at),
            emergency=dice.choice(tuple(Emergency)),
            scam_kind="task",
            alerts=tuple(dice.sample(alerts, min(len(alerts), 2))),
            into=dice.choice(cases),
            disposition=dice.choice(tuple(Disposition)),
            file=EvidenceFile(sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=1),
            contact=Contact(
                script="task", alert=max(alerts, default=0), way="phone", reached=True, answers=("是",)
            ),
        ),
    )


def interleave(both: Both, seed: int, entries: int, acts: int) -> int:
    """Follow a story with acts in between; give how many acts were done."""
    dice = Random(seed)  # noqa: S311  # a story, not a secret
    story = list(make_story(entries, seed, accounts=dice.choice((12, 40))))
    done = 0
    for start in range(0, entries, 20):
        both.follow(story[start : start + 20], size=dice.choice((1, 3, 20)))
        for _ in range(acts * 20 // entries):
            if both.memory.shelf.cases:
                at = NOON + timedelta(minutes=start + dice.randrange(20))
                done += both.perform(random_act(dice, both.memory, at)).startswith("Done")
    return done


def empty(engine: Engine) -> None:
    with writing(engine.execution_options(immediate=True)) as connection:
        for table in (*schema_cases.DERIVED, schema_cases.case_acts, schema_cases.outbox):
            connection.execute(table.delete())
        connection.execute(schema_cases.case_standing.update().values(seq=0, act=0))


@pytest.fixture
def both(engine: Engine) -> Both:
    return Both(engine)


def test_the_schema_is_what_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.parametrize("seed", range(4))
def test_entries_and_acts_give_the_same_cases_as_in_memory_and_again_when_made_anew(
    both: Both, seed: int
) -> None:
    assert interleave(both, seed, entries=120, acts=90) > 15
    both.compare()
    live = both.rows()
    for size in (1, 11, 1_000):
        both.rebuild(size)
        assert both.rows() == live
    both.follow(list(make_story(150, seed + 1))[120:])
    both.compare()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(10, 10**6), size=st.integers(1, 60))
def test_however_acts_fall_between_entries_a_rebuild_gives_what_was(
    engine: Engine, seed: int, size: int
) -> None:
    empty(engine)
    both = Both(engine)
    interleave(both, seed, entries=40, acts=40)
    live = both.rows()
    both.rebuild(size)
    assert both.rows() == live


def test_no_act_is_taken_while_cases_are_made_anew(both: Both) -> None:
    both.follow(list(make_story(40)))
    case = next(iter(both.memory.shelf.cases))
    note = Act(case=case, kind=ActKind.NOTE, by="li", unit="HQ", at=NOON, reason="note")
    both.perform(note)
    with writing(both.engine.execution_options(immediate=True)) as connection:
        both.view.clear(connection)
    both.project(both.entered[:20])
    with pytest.raises((StoreUnavailable, CaseNotFound)):
        both.sql.perform(HEAD, note, STANDARD)
    both.project(both.entered[20:])
    both.sql.perform(HEAD, note, STANDARD)


def tell_a_day(both: Both) -> dict[str, Casework]:
    """Let the story of a day be followed, and give the stores that know it."""
    both.follow(list(make_story(200, 5, accounts=300)), size=50)
    return {"memory": both.memory, "sql": both.sql, "sought": both.sought}


@pytest.fixture(params=["memory", "sql", "sought"])
def store(request: pytest.FixtureRequest, both: Both) -> Casework:
    """A store with the story of a day."""
    return tell_a_day(both)[request.param]


@pytest.fixture(scope="module")
def told(module_engine: Engine) -> dict[str, Casework]:
    return tell_a_day(Both(module_engine))


@pytest.fixture(params=["memory", "sql", "sought"])
def standing(request: pytest.FixtureRequest, told: dict[str, Casework]) -> Casework:
    """The same, for tests that only read it."""
    return told[request.param]


AT = NOON + timedelta(hours=12)


class TestReading:
    def test_the_queue_is_in_the_order_of_what_can_be_prevented(self, standing: Casework) -> None:
        for hours in (0, 5, 100):
            at = AT + timedelta(hours=hours)
            page = standing.list_cases(HEAD, Wanted(), at, limit=500)
            ranks = [(case.rank_at(at), case.id) for case in page.cases]
            assert len(ranks) > 20
            assert ranks == sorted(ranks, reverse=True)
            assert page.after is None

    @pytest.mark.parametrize("limit", [1, 3, 7])
    def test_pages_leave_nothing_out_and_show_nothing_twice(self, standing: Casework, limit: int) -> None:
        whole = [case.id for case in standing.list_cases(HEAD, Wanted(), AT, limit=500).cases]
        found: list[int] = []
        page = standing.list_cases(HEAD, Wanted(), AT, limit=limit)
        found += [case.id for case in page.cases]
        while page.after is not None:
            page = standing.list_cases(HEAD, Wanted(), AT + timedelta(days=9), after=page.after, limit=limit)
            found += [case.id for case in page.cases]
        assert found == whole

    def test_memory_and_sql_agree_on_every_question(self, both: Both) -> None:
        interleave(both, 3, entries=160, acts=60)
        for scope in (
            HEAD,
            Scope("HQ/R1"),
            Scope("HQ/R1/B01"),
            Scope("HQ/R9"),
            Scope("HQ/R2", ("HQ/R1/B01",)),
        ):
            for wanted in (
                Wanted(),
                Wanted(statuses=(CaseStatus.CLOSED, CaseStatus.MERGED)),
                Wanted(statuses=(CaseStatus.NEW,), emergency=Emergency.CRITICAL),
                Wanted(assignee="zhao"),
                Wanted(typology="mule", unit="HQ/R1"),
                Wanted(overdue=True),
                Wanted(account=3),
            ):
                stores = (both.memory, both.sql, both.sought)
                pages = [store.list_cases(scope, wanted, AT, limit=9) for store in stores]
                assert pages[0] == pages[1] == pages[2]
            for accounts in ([], [3], range(1, 9)):
                about = [s.list_about(scope, accounts, limit=7) for s in (both.memory, both.sql)]
                assert about[0] == about[1]
            assert both.memory.count(scope, AT) == both.sql.count(scope, AT)
            since = AT - timedelta(days=400)
            findings = [
                s.list_findings(scope, since, AT + timedelta(days=9)) for s in (both.memory, both.sql)
            ]
            assert findings[0] == findings[1]
            for typology in ("victim", "mule"):
                closed = [s.list_closed(scope, typology, limit=5) for s in (both.memory, both.sql)]
                assert closed[0] == closed[1]
            for pending in (True, False):
                stores = (both.memory, both.sql, both.sought)
                payments = [s.list_payments(scope, pending=pending, limit=5) for s in stores]
                assert payments[0] == payments[1] == payments[2]
            proposed = [s.list_payments(scope, proposed=True, limit=5) for s in stores]
            assert proposed[0] == proposed[1] == proposed[2]
        late = AT + timedelta(days=40)
        assert both.memory.due(late, 10_000) != []
        dues = [sorted(map(str, s.due(late, 10_000))) for s in (both.memory, both.sql)]
        assert dues[0] == dues[1]
        for case in both.memory.shelf.cases:
            for ask in ("list_alerts", "list_acts", "list_links", "list_statements"):
                answers = [getattr(s, ask)(HEAD, case) for s in (both.memory, both.sql)]
                assert answers[0] == answers[1]

    def test_payments_with_a_proposal_are_found_and_counted(self, store: Casework) -> None:
        payments = store.list_payments(HEAD, limit=500).payments
        large = [one for one in payments if one.amount_minor >= STANDARD.release_from_minor]
        assert 1 < len(large) < len(payments)
        for one in large:
            act = Act(case=0, payment=one.id, kind=ActKind.RELEASE, by="li", unit="HQ", at=AT, reason="r")
            store.perform(HEAD, act, STANDARD)
        found = store.list_payments(HEAD, proposed=True, limit=500).payments
        assert [one.id for one in found] == [one.id for one in large]
        assert store.count(HEAD, AT).proposed_payments == len(large)
        back = Act(
            case=0, payment=large[0].id, kind=ActKind.RETURN_PAYMENT, by="wang", unit="HQ", at=AT, reason="r"
        )
        store.perform(HEAD, back, STANDARD)
        assert store.count(HEAD, AT).proposed_payments == len(large) - 1

    def test_held_payments_come_page_by_page_those_that_expire_first(self, standing: Casework) -> None:
        whole = standing.list_payments(HEAD, limit=500).payments
        assert len(whole) > 10
        found, after = [], None
        while True:
            page = standing.list_payments(HEAD, after=after, limit=4)
            found += page.payments
            after = page.after
            if after is None:
                break
        assert found == whole == sorted(whole, key=lambda one: (one.expires_at, one.id))

    def test_alerts_of_a_case_come_newest_first(self, standing: Casework) -> None:
        case = max(standing.list_cases(HEAD, Wanted(), AT, limit=500).cases, key=lambda one: one.alerts)
        whole = standing.list_alerts(HEAD, case.id)
        assert [alert.id for alert in whole] == sorted((alert.id for alert in whole), reverse=True)
        assert standing.list_alerts(HEAD, case.id, before=whole[1].id) == whole[2:]
        assert standing.get_alert(HEAD, whole[0].id) == whole[0]

    def test_what_lies_outside_the_scope_is_not_there(self, standing: Casework) -> None:
        scope = Scope("HQ/R2")
        case = next(
            one
            for one in standing.list_cases(HEAD, Wanted(), AT, limit=500).cases
            if one.unit.startswith("HQ/R1")
        )
        asks: list[Callable[[], object]] = [
            lambda: standing.get_case(scope, case.id),
            lambda: standing.list_alerts(scope, case.id),
            lambda: standing.list_acts(scope, case.id),
            lambda: standing.list_links(scope, case.id),
            lambda: standing.list_statements(scope, case.id),
            lambda: standing.get_alert(scope, case.id),
            lambda: standing.note_shown(scope, case.id, FILE, LOOK),
        ]
        for ask in asks:
            with pytest.raises(CaseNotFound):
                ask()
        assert all(one.unit.startswith("HQ/R2") for one in standing.list_cases(scope, Wanted(), AT).cases)

    def test_a_held_payment_is_seen_by_its_own_unit_and_by_that_of_its_case(self, standing: Casework) -> None:
        for payment in standing.list_payments(HEAD, limit=500).payments:
            case = standing.get_case(HEAD, payment.case)
            assert standing.get_payment(Scope(payment.unit), payment.id) == payment
            assert standing.get_payment(Scope(case.unit), payment.id) == payment
            assert standing.find_payment(HEAD, payment.event_id) == payment
        with pytest.raises(CaseNotFound):
            standing.get_payment(Scope("HQ/R9"), payment.id)
        assert standing.find_payment(Scope("HQ/R9"), payment.event_id) is None
        assert standing.find_payment(HEAD, "never") is None


class TestStatements:
    def test_what_a_payer_stated_is_kept_once_and_shown_with_its_case(self, store: Casework) -> None:
        payment = store.list_payments(HEAD).payments[0]
        said = Statement(
            event_id=payment.event_id,
            at=NOON,
            by="key1",
            channel="mobile",
            shown="请核实",
            as_decided=True,
            acknowledged=True,
        )
        said = replace(said, digest=digest_of(said))
        kept = store.keep_statement(said)
        assert kept.id > 0
        assert store.keep_statement(said) == kept
        assert store.list_statements(HEAD, payment.case) == [kept]


class TestActs:
    def test_many_acts_are_done_one_by_one_and_each_tells_how_it_ended(self, store: Casework) -> None:
        cases = store.list_cases(HEAD, Wanted(), AT, limit=3).cases
        claims = [
            Act(case=number, kind=ActKind.CLAIM, by="li", unit="HQ", at=AT)
            for number in (cases[0].id, 10**9, cases[0].id, cases[1].id)
        ]
        ends = store.perform_many(HEAD, claims, STANDARD)
        assert [type(end) for end in ends] == [Done, Refused, Refused, Done]
        assert [end.error.code for end in ends if isinstance(end, Refused)] == [
            "case_not_found",
            "case_conflict",
        ]
        assert store.get_case(HEAD, cases[1].id).assignee == "li"


def test_a_hold_is_kept_for_the_time_after_a_rebuild(both: Both) -> None:
    both.sql.note_hold("0" * 64, Hold(6, "released"))
    both.memory.note_hold("0" * 64, Hold(6, "released"))
    both.follow(list(make_story(60, 8)))
    live = both.rows()
    assert {str(one.at_expiry) for one in live["payments"].values()} == {"released"}
    both.rebuild(9)
    assert both.rows() == live


def test_every_act_and_no_refusal_is_in_the_audit_trail(both: Both) -> None:
    done = interleave(both, 2, entries=80, acts=60)
    entries = list(SqlAuditTrail(both.engine).read("work"))
    acts = both.memory.acts
    assert len(entries) == len(acts) == done
    assert [entry.act for entry in entries] == [act.kind.value for act in acts]
    assert [entry.actor for entry in entries] == [act.by for act in acts]


def test_a_look_at_evidence_is_in_the_audit_trail(both: Both) -> None:
    both.follow(list(make_story(20)))
    case = next(iter(both.memory.shelf.cases))
    both.sql.note_shown(HEAD, case, FILE, LOOK)
    (entry,) = SqlAuditTrail(both.engine).read("work")
    assert (entry.act, entry.subject, entry.actor) == ("show-evidence", f"case/{case}", "li")


@pytest.mark.parametrize("seed", [3, 5])
def test_what_was_done_to_a_payment_is_told_whichever_case_had_it(both: Both, seed: int) -> None:
    interleave(both, seed, entries=140, acts=160)
    acted = {act.payment for act in both.memory.acts if act.payment}
    assert len(acted) > 3
    for payment in both.memory.shelf.payments:
        told, known = ((store.list_payment_acts(HEAD, payment)) for store in (both.sql, both.memory))
        assert [replace(act, id=0) for act in told] == [replace(act, id=0) for act in known]
        assert both.sql.list_payment_statements(HEAD, payment) == []
        for store in (both.sql, both.memory):
            with pytest.raises(CaseNotFound):
                store.list_payment_acts(Scope("HQ/R9"), payment)
    with reading(both.engine) as connection:
        shelf = SqlShelf(connection)
        for case in both.memory.shelf.cases:
            assert shelf.family(case) == both.memory.shelf.family(case)
    for scope in map(Scope, UNITS):
        seen = [store.seen_cases(scope, both.memory.shelf.cases) for store in (both.sql, both.memory)]
        assert seen[0] == seen[1]


def test_what_is_told_is_written_with_the_act_and_not_again_by_a_rebuild(both: Both) -> None:
    interleave(both, 4, entries=120, acts=90)
    outbox = SqlOutbox(both.engine)
    told = [message.body for message in outbox.ready(AT + timedelta(days=9), KINDS, limit=1_000)]
    assert len(told) == len(both.memory.told) > 5
    both.rebuild(30)
    assert outbox.count().waiting == len(told)


class TestOutbox:
    def test_a_message_is_tried_again_and_given_up_and_tried_anew(self, both: Both) -> None:
        interleave(both, 4, entries=60, acts=60)
        outbox = SqlOutbox(both.engine)
        later = AT + timedelta(days=9)
        first, second, *_ = outbox.ready(later, KINDS, limit=1_000)
        outbox.delivered(first.id, later)
        outbox.postponed(second.id, later, "no answer", later + timedelta(hours=1))
        waiting = {message.id for message in outbox.ready(later, KINDS, limit=1_000)}
        assert not waiting & {first.id, second.id}
        again = {
            message.id: message for message in outbox.ready(later + timedelta(hours=1), KINDS, limit=1_000)
        }
        assert (again[second.id].attempts, again[second.id].error) == (1, "no answer")
        outbox.postponed(second.id, later, "still no answer", None)
        (failed,) = outbox.list_failed()
        assert (failed.id, failed.attempts, failed.body) == (second.id, 2, second.body)
        assert outbox.count().failed == 1
        assert outbox.replay(second.id, later, by="li").failed_at is None
        assert second.id in {message.id for message in outbox.ready(later, KINDS, limit=1_000)}
        with pytest.raises(CaseNotFound):
            outbox.replay(first.id, later, by="li")
