"""The audit trail on SQLite and on PostgreSQL: whole, in order, and never without its deed."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.schema import counters
from zhamen.adapters.sql.schema_audit import audit_entries
from zhamen.core.audit import GENESIS, AuditEntry, Chain, Deed, Detail, Head, link
from zhamen.core.errors import InputError
from zhamen.core.instants import from_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import Wanted
from zhamen.services.check_trail import check_chain

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def deed(number: int = 0, *, act: str = "claim-case", detail: Detail | None = None, unit: str = "HQ") -> Deed:
    at = NOON + timedelta(seconds=number)
    return Deed(
        at=at, actor=f"li{number % 3}", unit=unit, act=act, subject=f"case/{number}", detail=detail or {}
    )


def write(engine: Engine, *deeds: Deed, chain: Chain = "work") -> list[AuditEntry]:
    entries = []
    for one in deeds:
        with writing(engine.execution_options(immediate=True)) as connection:
            entries.append(append(connection, one, chain))
    return entries


def test_entries_are_numbered_and_linked_and_read_as_written(engine: Engine) -> None:
    detail: Detail = {"zh": "转账", "cases": [1, 2], "known": True, "to": None}
    first, second = write(engine, deed(1, detail=detail), deed(2))
    assert first == link(Head("work"), deed(1, detail=detail))
    assert second == link(Head("work", 1, first.digest), deed(2))
    trail = SqlAuditTrail(engine)
    assert list(trail.read("work")) == [first, second]
    assert list(trail.read("work", after=1)) == [second]
    assert trail.heads() == [Head("work", 2, second.digest)]


def test_each_chain_counts_for_itself(engine: Engine) -> None:
    (work,), (keys,) = write(engine, deed()), write(engine, deed(), chain="keys")
    assert (work.number, keys.number) == (1, 1)
    assert work.digest != keys.digest
    assert [head.chain for head in SqlAuditTrail(engine).heads()] == ["keys", "work"]


def test_no_entry_stays_without_its_deed(engine: Engine) -> None:
    def act() -> None:
        with writing(engine.execution_options(immediate=True)) as connection:
            connection.execute(insert(counters).values(name="x", value=1))
            append(connection, deed())
            append(connection, deed(act="No Act"))

    with pytest.raises(InputError, match="no act"):
        act()
    assert list(SqlAuditTrail(engine).read("work")) == []
    with engine.connect() as connection:
        assert connection.scalar(select(counters.c.value).where(counters.c.name == "x")) is None


@pytest.mark.parametrize(
    "change",
    [update(audit_entries).values(actor="wang"), delete(audit_entries)],
    ids=["change", "delete"],
)
def test_the_database_itself_refuses_to_change_entries(engine: Engine, change: object) -> None:
    kept = write(engine, deed())
    with pytest.raises(DBAPIError, match="never changed or deleted"), engine.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert list(SqlAuditTrail(engine).read("work")) == kept


WRITER = """
import sys
from datetime import UTC, datetime
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.audit import SqlDeeds
from zhamen.core.audit import Deed

deeds = SqlDeeds(open_engine(sys.argv[1]))
for _ in range(20):
    deeds.note(Deed(at=datetime(2026, 11, 2, tzinfo=UTC), actor=sys.argv[2], unit="HQ", act="sign-in"))
"""


def test_processes_at_one_time_never_make_two_entries_with_one_number(engine: Engine) -> None:
    url = engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False)
    running = [subprocess.Popen([sys.executable, "-c", WRITER, url, f"li{who}"]) for who in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    found = check_chain(SqlAuditTrail(engine), "work")
    assert (found.broken, found.entries) == (None, 60)
    actors = [entry.actor for entry in SqlAuditTrail(engine).read("work")]
    assert {actors.count(f"li{who}") for who in range(3)} == {20}


def test_threads_at_one_time_never_make_two_entries_with_one_number(
    make_engine: Callable[[], Engine],
) -> None:
    engines = [make_engine() for _ in range(4)]
    failed: list[Exception] = []

    def work(engine: Engine) -> None:
        try:
            for number in range(25):
                write(engine, deed(number))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = check_chain(SqlAuditTrail(engines[0]), "work")
    assert (found.broken, found.entries) == (None, 100)


def test_pages_follow_each_other_without_gap_or_double(engine: Engine) -> None:
    written = write(engine, *[deed(number // 2) for number in range(9)]) + write(
        engine, deed(2), chain="keys"
    )
    expected = sorted(written, key=lambda one: (one.at, one.chain, one.number), reverse=True)
    trail = SqlAuditTrail(engine)
    pages = [trail.list_entries(None, Wanted(), limit=3)]
    while (after := pages[-1].after) is not None:
        pages.append(trail.list_entries(None, Wanted(), after=after, limit=3))
    assert [one for page in pages for one in page.entries] == expected
    assert [len(page.entries) for page in pages] == [3, 3, 3, 1]


def test_entries_are_found_by_who_what_whom_when_and_chain(engine: Engine) -> None:
    all_ = write(engine, *[deed(number, act=("claim-case", "sign-in")[number % 2]) for number in range(6)])
    trail = SqlAuditTrail(engine)

    def found(**wanted: object) -> list[int]:
        return [one.number for one in trail.list_entries(None, Wanted(**wanted)).entries]  # type: ignore[arg-type]

    assert found(actor="li1") == [5, 2]
    assert found(act="sign-in") == [6, 4, 2]
    assert found(subject="case/3") == [4]
    assert found(since=all_[2].at, until=all_[4].at) == [4, 3]
    assert found(chain="keys") == []
    assert found() == [6, 5, 4, 3, 2, 1]


def test_a_unit_sees_itself_and_what_is_below_it(engine: Engine) -> None:
    write(engine, *[deed(unit=unit) for unit in ("HQ", "HQ/R1", "HQ/R1/B01", "HQ/R10", "HQ/R2", "HQ/R%")])
    trail = SqlAuditTrail(engine)

    def seen(scope: Scope | None) -> set[str]:
        return {one.unit for one in trail.list_entries(scope, Wanted()).entries}

    assert seen(Scope("HQ/R1")) == {"HQ/R1", "HQ/R1/B01"}
    assert seen(Scope("HQ/R%", former=("HQ/R2",))) == {"HQ/R%", "HQ/R2"}
    assert len(seen(Scope("HQ"))) == len(seen(None)) == 6


def test_what_cannot_be_read_is_given_with_a_digest_that_fits_nothing(engine: Engine) -> None:
    (first,) = write(engine, deed())
    row = {"chain": "work", "number": 2, "at": 2**62, "actor": "", "unit": "", "act": "x", "subject": ""}
    with engine.begin() as connection:
        connection.execute(insert(audit_entries).values(**row, detail=b"{", digest=GENESIS))
    _, unreadable = SqlAuditTrail(engine).read("work")
    assert (unreadable.at, unreadable.detail) == (from_micros(0), {"unreadable": True})
    assert unreadable != link(Head("work", 1, first.digest), unreadable)
