"""The schema grows forward: from nothing, and from that of the last release with records in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files

import msgspec
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, func, insert, select, text

from zhamen.adapters.sql import SqlRecords
from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.adapters.sql.schema import METADATA, records
from zhamen.adapters.sql.staging import Staging
from zhamen.ports.records import Actor, Merged
from zhamen.records.appeal import AppealStatus
from zhamen.records.claim import Claim
from zhamen.records.source import Source
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RING, OBLIVIOUS = KeyRing({1: b"1" * 32}), ObliviousKey(b"2" * 32)
LAW = "反电信网络诈骗法第二十六条"
LAST_RELEASE = "0001"


def source(number: int, code: str, purpose: str = "anti_fraud") -> Source:
    return Source(
        code=code,
        zh=code,
        en=code,
        reliability=95,
        purpose=purpose,
        legal_basis=LAW,
        retention_days=365,
        trusted=True,
        number=number,
    )


SOURCES = (source(1, "police"), source(2, "branch"), source(3, "un", "sanctions"))


def claim(number: int, level: int = 90) -> Claim:
    who = identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}")
    return Claim(who, ListKind.BLACK, category("mule.case_account"), level, 95, source_ref=f"R{number}")


def back_to_nothing(engine: Engine) -> None:
    """Make a database as it is before the first migration."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    else:
        everything = MetaData()
        everything.reflect(engine)
        everything.drop_all(engine)


def back_to_the_last_release(engine: Engine, release: str = LAST_RELEASE) -> None:
    """Make a database as the last release, or another migration, left it."""
    back_to_nothing(engine)
    config = Config()
    with as_file(files("zhamen.adapters.sql") / "migrations") as folder, engine.begin() as connection:
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, release)


def fill(connection: Connection) -> None:
    """Write two records of each source and an appeal, in the columns that the last release had."""
    then = MetaData()
    then.reflect(connection)
    for one in SOURCES:
        description = msgspec.json.encode(one)
        connection.execute(
            insert(then.tables["sources"]).values(number=one.number, code=one.code, description=description)
        )
        staging, claims = Staging(1, one, RING), [claim(1), claim(2)]
        staging._bases = dict.fromkeys(staging.unnumbered(claims), 0)  # there were none
        rows = [staging._row(*each) for each in zip(claims, staging.keys_of(claims), strict=True)]
        for number, row in enumerate(rows, 1):
            said = {name: value for name, value in row.items() if name not in ("run", "basis")}
            begun = {"in_force_from": 1, "made_at": 1, "maker": "li", "checker": "", "change_no": number}
            state = {"version": 1, "latest": True, "held": False, "status": "active", "ended_by": ""}
            connection.execute(insert(then.tables["records"]).values(said | begun | state))
    connection.execute(
        insert(then.tables["appeals"]).values(
            kind="phone",
            masked="****",
            claim="x",
            contact="y",
            received_at=1,
            due_at=2,
            status="received",
            handler="",
            cause="",
        )
    )


def test_from_nothing_it_becomes_what_the_tables_say(make_engine: Callable[[], Engine]) -> None:
    back_to_nothing(make_engine())
    engine = make_engine()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_from_the_last_release_it_becomes_the_same_and_keeps_what_there_was(
    make_engine: Callable[[], Engine],
) -> None:
    before = make_engine()
    back_to_the_last_release(before)
    with before.begin() as connection:
        fill(connection)
    engine = make_engine()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.scalar(select(func.count()).select_from(records)) == 6
        assert connection.scalar(text("SELECT count(*) FROM bases")) == 2
    store = SqlRecords(engine, RING, OBLIVIOUS)
    held = {
        (one.source, one.legal_basis, one.purpose) for one in store.under([RING.key_of(claim(1).identifier)])
    }
    assert held == {("police", LAW, "anti_fraud"), ("branch", LAW, "anti_fraud"), ("un", LAW, "sanctions")}
    (appeal,) = SqlAppeals(engine).list_appeals(undecided=True)
    assert appeal.status is AppealStatus.RECEIVED
    assert SqlAppeals(engine).find(b"") is None


@pytest.mark.parametrize(("level", "merged"), [(90, Merged(unchanged=2)), (91, Merged(changed=2))])
def test_what_is_imported_again_after_it_is_what_it_was(
    make_engine: Callable[[], Engine], level: int, merged: Merged
) -> None:
    before = make_engine()
    back_to_the_last_release(before)
    with before.begin() as connection:
        fill(connection)
    store = SqlRecords(make_engine(), RING, OBLIVIOUS)
    importing = store.begin(store.register(SOURCES[0], Actor("li"), NOON), Actor("li"), NOON)
    importing.stage([claim(1, level), claim(2, level)])
    assert importing.merge(SetClock(NOON + timedelta(hours=1))) == merged


def test_payments_that_wait_for_a_second_person_are_so_marked(make_engine: Callable[[], Engine]) -> None:
    before = make_engine()
    back_to_the_last_release(before, "0010")
    documents = {1: b'{"id":1}', 2: b'{"id":2,"proposal":{"kind":"release-payment"}}'}
    with before.begin() as connection:
        then = MetaData()
        then.reflect(connection)
        for number, document in documents.items():
            row = {"id": number, "case": number, "unit": "HQ", "event_id": f"T{number}", "pending": True}
            held = insert(then.tables["held_payments"])
            connection.execute(held.values(row | {"expires_at": 1, "document": document}))
    with make_engine().connect() as connection:
        marked = connection.execute(text("SELECT id FROM held_payments WHERE proposed")).scalars()
        assert list(marked) == [2]
