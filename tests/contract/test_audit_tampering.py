"""Whoever changes the audit trail in the database is found, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.queries import SqlQueryLog, chained, chained_query
from zhamen.adapters.sql.schema import queries
from zhamen.adapters.sql.schema_audit import audit_entries, audit_heads
from zhamen.core.audit import GENESIS, Deed, Head, digest_after
from zhamen.core.errors import AuditBroken
from zhamen.core.instants import from_micros
from zhamen.ports.queries import PURPOSES, Query
from zhamen.services.check_trail import Break, ChainReport, check_chain

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ENTRY = audit_entries.c
LAST = 6


def deed(number: int, actor: str = "li") -> Deed:
    detail = {"amounts": [number, 2 * number]}
    at = NOON + timedelta(seconds=number)
    return Deed(
        at=at, actor=actor, unit="HQ", act="release-payment", subject=f"payment/{number}", detail=detail
    )


@pytest.fixture
def head(engine: Engine) -> Head:
    """Give the head of a chain of six, as somebody wrote it down."""
    with writing(engine.execution_options(immediate=True)) as connection:
        for number in range(1, LAST + 1):
            entry = append(connection, deed(number))
    return Head("work", entry.number, entry.digest)


def unguard(connection: Connection) -> None:
    """Do what whoever owns the database can do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        connection.execute(text("ALTER TABLE queries DISABLE TRIGGER USER"))
        return
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for name in connection.scalars(text(guards)).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def tamper(engine: Engine, *steps: Callable[[Connection], object]) -> None:
    with engine.begin() as connection:
        unguard(connection)
        for step in steps:
            step(connection)


def report(engine: Engine, *written: Head) -> ChainReport:
    return check_chain(SqlAuditTrail(engine), "work", written)


def change(number: int, /, **values: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(
        update(audit_entries).where(ENTRY.number == number).values(values)
    )


def drop(*numbers: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(audit_entries).where(ENTRY.number.in_(numbers)))


def relink(first: int, last: int = LAST) -> Callable[[Connection], object]:
    """Make every digest fit again, and the head too."""

    def step(connection: Connection) -> None:
        before = select(ENTRY.digest).where(ENTRY.number == first - 1)
        head = Head("work", first - 1, connection.scalar(before) or GENESIS)
        for number in range(first, last + 1):
            row = connection.execute(select(audit_entries).where(ENTRY.number == number)).one()
            told = Deed(
                at=from_micros(row.at),
                actor=row.actor,
                unit=row.unit,
                act=row.act,
                subject=row.subject,
                detail=msgspec.json.decode(row.detail),
            )
            head = Head("work", number, digest_after(head, told))
            change(number, digest=head.digest)(connection)
        note(head)(connection)

    return step


def note(head: Head) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(
        update(audit_heads)
        .where(audit_heads.c.chain == "work")
        .values(number=head.number, digest=head.digest)
    )


def test_a_chain_that_nobody_touched_is_sound_and_says_its_head(engine: Engine, head: Head) -> None:
    ticks: list[int] = []
    found = check_chain(SqlAuditTrail(engine), "work", [head], ticks.append)
    assert (found.broken, found.entries, found.head, found.start) == (None, LAST, head, 1)
    assert sum(ticks) == LAST
    found.require_sound()


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "wang"},
        {"at": 0},
        {"unit": "HQ/R1"},
        {"act": "decline-payment"},
        {"subject": "payment/9"},
        {"detail": b'{"amounts":[3,7]}'},
        {"detail": b"{"},
        {"digest": GENESIS},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_entry_is_found(engine: Engine, head: Head, changed: dict[str, object]) -> None:
    tamper(engine, change(3, **changed))
    assert report(engine).broken == Break(3, "changed")
    with pytest.raises(AuditBroken, match=r"broken at entry 3: .*audit-broken\.md"):
        report(engine, head).require_sound()


@pytest.mark.usefixtures("head")
def test_a_deleted_entry_is_found(engine: Engine) -> None:
    tamper(engine, drop(3))
    assert report(engine).broken == Break(3, "missing")


@pytest.mark.usefixtures("head")
def test_entries_that_were_swapped_are_found(engine: Engine) -> None:
    tamper(engine, change(3, number=99), change(4, number=3), change(99, number=4))
    assert report(engine).broken == Break(3, "changed")


@pytest.mark.usefixtures("head")
def test_an_entry_put_in_between_is_found(engine: Engine) -> None:
    def put_in(connection: Connection) -> None:
        for number in range(LAST, 2, -1):
            change(number, number=number + 1)(connection)
        row = dict(connection.execute(select(audit_entries).where(ENTRY.number == 2)).one()._mapping)
        connection.execute(insert(audit_entries).values(row | {"number": 3, "actor": "nobody"}))

    tamper(engine, put_in)
    assert report(engine).broken == Break(3, "changed")


@pytest.mark.usefixtures("head")
def test_an_entry_put_at_the_end_without_the_head_is_found(engine: Engine) -> None:
    def put_on(connection: Connection) -> None:
        row = dict(connection.execute(select(audit_entries).where(ENTRY.number == LAST)).one()._mapping)
        connection.execute(insert(audit_entries).values(row | {"number": LAST + 1}))
        kept = connection.execute(select(audit_heads).where(audit_heads.c.chain == "work")).one()
        relink(LAST + 1, LAST + 1)(connection)
        note(Head("work", kept.number, kept.digest))(connection)

    tamper(engine, put_on)
    assert report(engine).broken == Break(LAST + 1, "unnoted")


@pytest.mark.usefixtures("head")
def test_an_end_that_was_cut_off_is_found_by_the_noted_head(engine: Engine) -> None:
    tamper(engine, drop(5, 6))
    assert report(engine).broken == Break(5, "cut")


def test_an_end_cut_off_with_its_head_is_found_by_the_head_written_down(engine: Engine, head: Head) -> None:
    fourth = list(SqlAuditTrail(engine).read("work"))[3]
    tamper(engine, drop(5, 6), note(Head("work", 4, fourth.digest)))
    assert report(engine).broken is None
    assert report(engine, head).broken == Break(5, "cut")


def test_a_chain_deleted_to_nothing_is_found_by_the_head_written_down(engine: Engine, head: Head) -> None:
    tamper(engine, drop(*range(1, LAST + 1)), note(Head("work")))
    assert report(engine).broken is None
    assert report(engine, head).broken == Break(1, "cut")


def test_a_chain_written_anew_from_the_middle_is_found_by_the_head_written_down(
    engine: Engine, head: Head
) -> None:
    tamper(engine, change(3, actor="wang"), relink(3))
    assert report(engine).broken is None
    assert report(engine, head).broken == Break(LAST, "rewritten")
    assert report(engine, Head("work", 2, list(SqlAuditTrail(engine).read("work"))[1].digest)).broken is None


def test_the_first_of_several_breaks_is_told(engine: Engine, head: Head) -> None:
    tamper(engine, change(5, actor="wang"), drop(2), change(4, unit="x"))
    found = report(engine, head)
    assert (found.broken, found.entries, found.head.number) == (Break(2, "missing"), 1, 1)


@pytest.mark.usefixtures("head")
def test_a_look_at_the_newest_believes_what_is_before_them(engine: Engine) -> None:
    tamper(engine, change(2, actor="wang"))
    trail = SqlAuditTrail(engine)
    found = check_chain(trail, "work", newest=4)
    assert (found.broken, found.entries) == (None, 4)
    assert check_chain(trail, "work", newest=5).broken == Break(2, "changed")
    assert check_chain(trail, "work", newest=100).entries == 1


def question(number: int) -> Query:
    return Query(
        at=NOON + timedelta(seconds=number),
        who="k1",
        unit="HQ/R1",
        channel="api",
        purpose="payment",
        kind="phone",
        masked='"****"',
        key=bytes([number]) * 16,
        list="grey",
        level=number,
        took_us=7,
    )


def ask(engine: Engine, *numbers: int) -> None:
    SqlQueryLog(engine).append([question(number) for number in numbers])


def test_questions_are_a_chain_of_entries(engine: Engine) -> None:
    ask(engine, 1, 2)
    ask(engine, 3)
    trail = SqlAuditTrail(engine)
    found = check_chain(trail, "queries")
    assert (found.broken, found.entries, found.start) == (None, 3, 1)
    assert [found.head] == trail.heads()
    first = next(trail.read("queries"))
    assert (first.actor, first.act, first.subject) == ("k1", "ask-records", f"phone/{'01' * 16}")
    assert first.detail == {
        "channel": "api",
        "level": 1,
        "list": "grey",
        "masked": '"****"',
        "purpose": "payment",
        "took_us": 7,
    }


@given(
    st.lists(
        st.builds(
            Query,
            at=st.integers(0, 2**52).map(from_micros),
            who=st.text(max_size=80),
            unit=st.text(max_size=200),
            channel=st.text(max_size=20),
            purpose=st.sampled_from(PURPOSES),
            kind=st.text(max_size=12),
            masked=st.text(max_size=300),
            key=st.binary(min_size=16, max_size=16),
            list=st.sampled_from(["", "grey"]),
            level=st.integers(0, 100),
            took_us=st.integers(0, 2**31 - 1),
        ),
        max_size=4,
    )
)
def test_questions_have_the_digests_of_any_other_deed(asked: list[Query]) -> None:
    head = Head("queries", 7, "ab" * 32)
    rows, after = chained(asked, head)
    for row in rows:
        entry = chained_query(SimpleNamespace(_mapping=row, **row))
        assert (entry.number, entry.digest) == (head.number + 1, digest_after(head, entry))
        head = Head("queries", entry.number, entry.digest)
    assert after == head


def test_processes_that_write_questions_at_one_time_make_one_chain(make_engine: Callable[[], Engine]) -> None:
    logs = [SqlQueryLog(make_engine()) for _ in range(3)]
    failed: list[Exception] = []

    def work(log: SqlQueryLog) -> None:
        try:
            for number in range(20):
                log.append([question(number), question(number + 1)])
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = check_chain(SqlAuditTrail(make_engine()), "queries")
    assert (found.broken, found.entries) == (None, 120)


@pytest.mark.parametrize(
    ("step", "broken"),
    [
        (update(queries).where(queries.c.number == 2).values(masked="x"), Break(2, "changed")),
        (update(queries).where(queries.c.number == 2).values(key=b"0" * 16), Break(2, "changed")),
        (update(queries).where(queries.c.number == 2).values(number=None), Break(2, "missing")),
        (delete(queries).where(queries.c.number == 2), Break(2, "missing")),
        (delete(queries).where(queries.c.number == 3), Break(3, "cut")),
        (delete(queries).where(queries.c.number == 1), Break(1, "missing")),
    ],
    ids=["mask", "subject", "unnumbered", "deleted", "cut", "first"],
)
def test_a_question_that_was_tampered_with_is_found(engine: Engine, step: object, broken: Break) -> None:
    ask(engine, 1, 2, 3)
    tamper(engine, lambda connection: connection.execute(step))  # type: ignore[call-overload]
    assert check_chain(SqlAuditTrail(engine), "queries").broken == broken


def test_questions_deleted_in_their_time_leave_a_chain_that_begins_later(engine: Engine) -> None:
    log, trail = SqlQueryLog(engine), SqlAuditTrail(engine)
    ask(engine, 1, 5, 2, 6, 7)
    whole = check_chain(trail, "queries").head
    second = list(trail.read("queries"))[1]
    assert log.retain(NOON, at=NOON, by="root") == 0
    assert log.retain(NOON + timedelta(seconds=6), at=NOON, by="root") == 3
    found = check_chain(trail, "queries", [Head("queries", 2, second.digest), whole])
    assert (found.broken, found.entries, found.start) == (None, 2, 4)
    assert found.beyond == (Head("queries", 2, second.digest),)
    (deletion,) = trail.read("retention")
    assert (deletion.actor, deletion.act, deletion.detail["questions"]) == ("root", "delete-queries", 3)
    assert log.retain(NOON + timedelta(days=1), at=NOON, by="root") == 2
    ask(engine, 9)
    found = check_chain(trail, "queries", [whole])
    assert (found.broken, found.entries, found.start) == (None, 1, 6)


def test_who_deletes_questions_and_says_it_was_time_leaves_an_entry(engine: Engine) -> None:
    ask(engine, 1, 2, 3)
    tamper(engine, lambda connection: connection.execute(delete(queries).where(queries.c.number == 1)))
    trail = SqlAuditTrail(engine)
    assert check_chain(trail, "queries").broken == Break(1, "missing")
    SqlQueryLog(engine).retain(NOON + timedelta(seconds=3), at=NOON, by="root")
    assert check_chain(trail, "queries").broken is None
    assert [entry.act for entry in trail.read("retention")] == ["delete-queries"]
