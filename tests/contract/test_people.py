"""The organisation, its people and their sessions, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Engine, String, delete, select
from tests.unit.organisation.test_history import AFTER, BEFORE
from tests.unit.organisation.test_units import BANK, HQ, R1

from zhamen.adapters.sql import migrations
from zhamen.adapters.sql.organisation import SqlOrganisation
from zhamen.adapters.sql.schema import METADATA
from zhamen.adapters.sql.schema_people import staff
from zhamen.adapters.sql.scoping import UNIT, within
from zhamen.adapters.sql.staff import SqlStaff
from zhamen.core.audit import Deed
from zhamen.core.errors import ConflictError, MemberNotFound
from zhamen.organisation.history import FOUNDING
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Organisation
from zhamen.ports.staff import Member, PendingSignIn, Session
from zhamen.testing import NOON

LI = Member(
    name="li", roles=(Role.TELLER, Role.OUTREACH), unit="HQ/R1", password="h", made_at=NOON, made_by="root"
)

DEED = Deed(at=NOON, actor="root", unit="HQ", act="try-something", subject="member/li")


@pytest.fixture
def store(engine: Engine) -> SqlStaff:
    return SqlStaff(engine)


@pytest.fixture
def trees(engine: Engine) -> SqlOrganisation:
    return SqlOrganisation(engine)


def named(name: str, unit: str = "HQ/R1") -> Member:
    return structs.replace(LI, name=name, unit=unit)


def test_a_member_comes_back_as_kept(store: SqlStaff) -> None:
    full = structs.replace(
        LI,
        must_change=True,
        identity="https://idp.example 7001",
        totp=b"\x00sealed",
        totp_step=7,
        disabled_at=NOON,
        failures=3,
        locked_until=NOON + timedelta(minutes=1),
    )
    store.add(full, DEED)
    assert store.find("li") == full
    assert store.find_identity("https://idp.example 7001") == full
    assert store.find("LI") is None
    assert store.find_identity("") is None


def test_a_name_is_taken_whatever_its_case_and_an_identity_once(store: SqlStaff) -> None:
    store.add(structs.replace(LI, identity="i 1"), DEED)
    for other in (LI, named("Li"), structs.replace(named("wang"), identity="i 1")):
        with pytest.raises(ConflictError):
            store.add(other, DEED)
    store.add(named("wang"), DEED)
    with pytest.raises(ConflictError):
        store.change("wang", lambda found: structs.replace(found, identity="i 1"))
    assert store.find("wang") == named("wang")


def test_nobody_is_changed_who_is_not_there(store: SqlStaff) -> None:
    with pytest.raises(MemberNotFound):
        store.change("li", lambda found: found)


def test_a_change_that_fails_changes_nothing_and_ends_no_session(store: SqlStaff) -> None:
    store.add(LI, DEED)
    store.begin(session(b"a"), DEED)

    def refuse(found: Member) -> Member:
        raise ConflictError(f"{found.name} stays")

    with pytest.raises(ConflictError):
        store.change("li", refuse, end_sessions=True)
    assert store.find_session(b"a") == session(b"a")


def test_changes_at_the_same_time_all_count(make_engine: Callable[[], Engine]) -> None:
    stores = [SqlStaff(make_engine()) for _ in range(3)]
    stores[0].add(LI, DEED)

    def fail(number: int) -> None:
        stores[number % 3].change("li", lambda found: structs.replace(found, failures=found.failures + 1))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(fail, range(30)))
    found = stores[0].find("li")
    assert found is not None
    assert found.failures == 30


def test_a_code_is_good_once_however_many_ask_at_the_same_time(make_engine: Callable[[], Engine]) -> None:
    stores = [SqlStaff(make_engine()) for _ in range(3)]
    stores[0].add(LI, DEED)
    stores[0].keep_codes("li", [b"1" * 32, b"2" * 32], DEED)
    with ThreadPoolExecutor(6) as threads:
        steps = list(threads.map(lambda number: stores[number % 3].use_step("li", 55), range(12)))
        codes = list(threads.map(lambda number: stores[number % 3].use_code("li", b"1" * 32), range(12)))
    assert sorted(steps) == [False] * 11 + [True]
    assert sorted(codes) == [False] * 11 + [True]
    assert not stores[0].use_step("li", 54)
    assert stores[0].use_step("li", 56)
    assert stores[0].count_codes("li") == 1
    assert not stores[0].use_code("wang", b"2" * 32)
    stores[0].keep_codes("li", [], DEED)
    assert stores[0].count_codes("li") == 0


def session(token: bytes, name: str = "li", minutes: int = 0) -> Session:
    at = NOON + timedelta(minutes=minutes)
    return Session(token=token, name=name, begun_at=at, seen_at=at, via="totp", browser="Firefox 火狐")


def test_sessions_are_kept_seen_and_ended(store: SqlStaff) -> None:
    for each in (session(b"a"), session(b"b", minutes=1), session(b"c", "wang")):
        store.begin(each, DEED)
    store.see(b"a", NOON + timedelta(minutes=5))
    assert store.list_sessions("li") == [
        session(b"b", minutes=1),
        structs.replace(session(b"a"), seen_at=NOON + timedelta(minutes=5)),
    ]
    assert (store.end(b"b", DEED), store.end(b"b", DEED), store.end(b"a")) == (True, False, True)
    assert store.find_session(b"c") == session(b"c", "wang")


def test_a_session_that_was_ended_is_not_brought_back_by_being_seen(store: SqlStaff) -> None:
    store.begin(session(b"a"), DEED)
    store.end(b"a")
    store.see(b"a", NOON)
    assert store.find_session(b"a") is None


def test_what_waits_is_taken_once_and_forgotten_in_time(make_engine: Callable[[], Engine]) -> None:
    stores = [SqlStaff(make_engine()) for _ in range(3)]
    waits = PendingSignIn(token=b"a", kind="oidc", content=b"{}", ends_at=NOON + timedelta(minutes=5))
    stores[0].hold(waits, now=NOON)
    assert stores[1].find_pending(b"a") == waits
    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(lambda number: stores[number % 3].take_pending(b"a"), range(12)))
    assert [each for each in taken if each is not None] == [waits]
    stores[0].hold(waits, now=NOON)
    stores[0].hold(structs.replace(waits, token=b"b"), now=waits.ends_at)
    assert stores[0].find_pending(b"a") is None


def test_trees_are_kept_with_their_versions(trees: SqlOrganisation, engine: Engine) -> None:
    assert trees.history().current is FOUNDING
    first = trees.replace(BEFORE, at=NOON, by="li")
    second = trees.replace(AFTER, at=NOON - timedelta(days=1), by="li")
    assert (first.number, second.number, second.made_at) == (1, 2, first.made_at + 1), "never before the last"
    assert SqlOrganisation(engine).history().versions == trees.history().versions
    assert trees.history().versions[1:] == (first, second)
    assert trees.known.current == AFTER
    with pytest.raises(ConflictError, match="the same"):
        trees.replace(AFTER, at=NOON, by="li")


def test_people_move_with_their_unit_and_from_the_head_office_to_the_new_one(
    trees: SqlOrganisation, store: SqlStaff
) -> None:
    store.add(named("root", "head"), DEED)
    trees.replace(BEFORE, at=NOON, by="li")
    for name, unit in (("a", "HQ/R1/B1/O1"), ("b", "HQ/R1"), ("c", "HQ/R1/B1")):
        store.add(named(name, unit), DEED)
    trees.replace(AFTER, at=NOON, by="li")
    assert [(each.name, each.unit) for each in store.list_staff(Scope("HQ"))] == [
        ("a", "HQ/R2/B1/O1"),
        ("b", "HQ/R1"),
        ("c", "HQ/R2/B1"),
        ("root", "HQ"),
    ]


def test_a_tree_without_somebodys_unit_is_refused_as_a_whole(trees: SqlOrganisation, store: SqlStaff) -> None:
    trees.replace(BEFORE, at=NOON, by="li")
    for number in range(7):
        store.add(named(f"n{number}", "HQ/R1/B1"), DEED)
    with pytest.raises(ConflictError, match=r"n0, n1, n2, n3, n4 and 2 more .*zhamen staff move"):
        trees.replace(Organisation([HQ, R1]), at=NOON, by="li")
    assert trees.history().current == BEFORE


def test_two_who_import_at_once_make_two_versions(make_engine: Callable[[], Engine]) -> None:
    stores = [SqlOrganisation(make_engine()) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        made = list(
            threads.map(
                lambda pair: pair[0].replace(pair[1], at=NOON, by="li"),
                zip(stores, (BEFORE, BANK), strict=True),
            )
        )
    assert sorted(version.number for version in made) == [1, 2]


CODES = st.text("AB01.-", min_size=1, max_size=3)
PATHS = st.lists(CODES, min_size=1, max_size=4).map("/".join)


@given(st.lists(PATHS, max_size=12, unique=True), PATHS, st.lists(PATHS, max_size=2))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_finds_what_the_scope_covers(
    engine: Engine, paths: list[str], top: str, former: list[str]
) -> None:
    scope = Scope(top, former=tuple(former))
    _finds(engine, paths, scope)


@pytest.mark.parametrize("top", ["HQ/R1", "HQ/R_", "HQ/R%", "%", "HQ/R1/..", "hq/r1", "", "HQ/r1"])
def test_nothing_that_looks_alike_is_found(engine: Engine, top: str) -> None:
    paths = [
        "HQ",
        "HQ/R1",
        "HQ/R1/B1",
        "HQ/R1-B",
        "HQ/R1.",
        "HQ/R10",
        "HQ/R1x",
        "HQ/r1",
        "HQ/r1/B1",
        "HQ/R1/",
        "HQ/R2",
    ]
    _finds(engine, paths, Scope(top))


def _finds(engine: Engine, paths: list[str], scope: Scope) -> None:
    store = SqlStaff(engine)
    with engine.begin() as connection:
        connection.execute(delete(staff))
    for number, path in enumerate(paths):
        store.add(named(f"n{number}", path), DEED)
    with engine.connect() as connection:
        found = {
            row.unit for row in connection.execute(select(staff.c.unit).where(within(staff.c.unit, scope)))
        }
    assert found == {path for path in paths if scope.covers(path)}


def test_every_column_with_a_units_path_is_compared_byte_by_byte(engine: Engine) -> None:
    paths = (column for table in METADATA.sorted_tables for column in table.c if column.name == "unit")
    columns = [column for column in paths if isinstance(column.type, String)]
    assert len(columns) >= 6
    assert [column for column in columns if column.type is not UNIT] == []
    if engine.dialect.name == "postgresql":
        query = (
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'unit' AND collation_name = 'C'"
        )
        with engine.connect() as connection:
            told = {row[0] for row in connection.exec_driver_sql(query)}
        assert told >= {"acts", "appeal_acts", "feedback", "queries", "runs", "staff"}


def test_accounts_of_the_first_release_are_kept(make_engine: Callable[[], Engine]) -> None:
    """In 0001 they had one role, no second factor, and 0 for no lock."""
    engine = make_engine()
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            METADATA.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO staff VALUES ('li', 'teller', 'head/nmg', 'scrypt$1', 1, NULL, 0, 0)"
        )
    (member,) = SqlStaff(make_engine()).list_staff(Scope("head"))
    assert (member.roles, member.unit, member.password) == ((Role.TELLER,), "head/nmg", "scrypt$1")
    assert (member.locked_until, member.must_change, member.totp) == (None, False, None)
