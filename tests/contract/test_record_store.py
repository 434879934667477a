"""The record store on SQLite and on PostgreSQL: versions, four eyes, imports, and the feed of screening."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.adapters.sql.schema import METADATA, deletions
from zhamen.core.errors import (
    FourEyes,
    InputError,
    InvalidSetting,
    RecordConflict,
    RecordNotFound,
    StoreUnavailable,
)
from zhamen.core.instants import to_micros
from zhamen.ports.records import Actor, Merged
from zhamen.records.claim import Claim, Unread
from zhamen.records.record import Move, Status
from zhamen.records.source import Source
from zhamen.screening.categories import category
from zhamen.screening.entries import EVER, ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.index.live import LiveScreen
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LI, WANG = Actor("li", "head", "list of the day"), Actor("wang", "head", "checked with the branch")
RING, OBLIVIOUS = KeyRing({1: b"1" * 32}), ObliviousKey(b"2" * 32)
POLICE = Source(
    code="police",
    zh="公安",
    en="police",
    reliability=95,
    purpose="anti_fraud",
    legal_basis="反电信网络诈骗法第二十六条",
    retention_days=365,
    authority=True,
    trusted=True,
    replaces=True,
    public=True,
)
BRANCH = msgspec.structs.replace(
    POLICE,
    code="branch",
    zh="分行",
    en="branch",
    authority=False,
    trusted=False,
    replaces=False,
    public=False,
)


def later(**width: int) -> datetime:
    return NOON + timedelta(**width)


def account(number: int, *, ref: str = "", level: int = 90, **more: object) -> Claim:
    who = identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}")
    case = category("mule.case_account")
    return replace(Claim(who, ListKind.BLACK, case, level, 95, source_ref=ref or f"R{number}"), **more)  # type: ignore[arg-type]


@pytest.fixture
def store(engine: Engine) -> SqlRecords:
    return SqlRecords(engine, RING, OBLIVIOUS)


def bring(
    store: SqlRecords, source: Source, claims: Sequence[Claim], at: datetime = NOON, by: Actor = LI
) -> Merged:
    importing = store.begin(store.register(source, by, at), by, at)
    for start in range(0, len(claims), 3):
        importing.stage(claims[start : start + 3])
    merged = importing.merge(SetClock(at))
    importing.tag(lambda _: None)
    return merged


def found(store: SqlRecords, number: int, at: datetime) -> list[int]:
    """Give the levels that screening finds of an account at an instant."""
    screen = LiveScreen(RING)
    screen.put(store.changes(0, 10_000), store.notes())
    return [hit.entry.level for hit in screen.find(account(number).identifier, to_micros(at))]


def test_the_schema_is_what_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def bases(store: SqlRecords, number: int) -> list[tuple[str, str]]:
    """Give the bases of an account's versions, newest first."""
    return [(one.legal_basis, one.purpose) for one in store.under([RING.key_of(account(number).identifier)])]


FREEZE: dict[str, Any] = {"legal_basis": "刑事诉讼法第一百四十四条", "purpose": "freeze"}


def test_a_record_has_its_own_basis_or_else_its_sources(store: SqlRecords) -> None:
    own, half = account(1, **FREEZE), account(2, purpose="freeze")
    bring(store, POLICE, [own, half, account(3)])
    law = POLICE.legal_basis
    assert bases(store, 1) == [("刑事诉讼法第一百四十四条", "freeze")]
    assert bases(store, 2) == [(law, "freeze")]
    assert bases(store, 3) == [(law, "anti_fraud")]
    assert bring(store, POLICE, [own, half, account(3)], later(hours=1)) == Merged(unchanged=3)


def test_another_basis_is_another_version_and_the_older_one_keeps_its_own(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1), account(2)])
    assert bring(store, POLICE, [account(1, **FREEZE), account(2)], later(hours=1)) == Merged(0, 1, 1, 0)
    law = (POLICE.legal_basis, POLICE.purpose)
    assert bases(store, 1) == [("刑事诉讼法第一百四十四条", "freeze"), law]
    amended = msgspec.structs.replace(POLICE, legal_basis="反电信网络诈骗法第二十条")
    assert bring(store, amended, [account(1, **FREEZE), account(2)], later(hours=2)) == Merged(0, 1, 1, 0)
    assert bases(store, 2) == [("反电信网络诈骗法第二十条", "anti_fraud"), law]
    assert found(store, 2, later(hours=3)) == [90]


def test_a_basis_stays_through_what_people_do(store: SqlRecords) -> None:
    bring(store, BRANCH, [account(1, **FREEZE)])
    for move, by in ((Move.PUBLISH, WANG), (Move.SUSPEND, LI), (Move.RESUME, WANG)):
        last = store.under([RING.key_of(account(1).identifier)])[0].id
        store.move(last, move, by, later(hours=1))
    assert bases(store, 1) == [("刑事诉讼法第一百四十四条", "freeze")] * 2


def test_bases_are_kept_once_and_a_column_of_free_text_is_refused(store: SqlRecords, engine: Engine) -> None:
    bring(store, POLICE, [account(at, legal_basis=f"law {at % 3}") for at in range(9)])
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM bases")) == 3
    importing = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    with pytest.raises(InputError, match="more than 10,000 legal bases"):
        importing.stage([account(at, legal_basis=f"because {at}") for at in range(10_001)])
    importing.abandon()
    bring(store, POLICE, [account(1, legal_basis="law 1")], later(hours=1))
    assert bases(store, 1)[0][0] == "law 1"


def test_opening_it_again_changes_nothing(make_engine: Callable[[], Engine]) -> None:
    store = SqlRecords(make_engine(), RING, OBLIVIOUS)
    bring(store, POLICE, [account(1)])
    again = SqlRecords(make_engine(), RING, OBLIVIOUS)
    assert again.changes(0, 10) == store.changes(0, 10) != []


def test_what_a_trusted_source_lists_is_in_force_at_once(store: SqlRecords) -> None:
    assert bring(store, POLICE, [account(1), account(2)]) == Merged(created=2)
    assert found(store, 1, NOON) == [90]
    assert found(store, 1, later(seconds=-1)) == []
    assert found(store, 3, NOON) == []


def test_the_same_file_again_changes_nothing(store: SqlRecords) -> None:
    claims = [account(number) for number in range(10)]
    bring(store, POLICE, claims)
    before = store.changes(0, 100)
    assert bring(store, POLICE, claims, later(days=1)) == Merged(unchanged=10)
    assert store.changes(0, 100) == before


def test_a_claim_that_changed_is_a_new_version_and_the_past_stays(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1)])
    assert bring(store, POLICE, [account(1, level=40)], later(hours=1)) == Merged(changed=1)
    assert found(store, 1, later(minutes=59)) == [90]
    assert found(store, 1, later(hours=1)) == [40]
    new, old = store.under([RING.key_of(account(1).identifier)])
    assert [(one.version, one.latest, one.status) for one in (old, new)] == [
        (1, False, Status.RELEASED),
        (2, True, Status.ACTIVE),
    ]
    assert store.history(old.id) == store.history(new.id) == [new, old]


def test_what_is_no_longer_listed_leaves_at_once_and_may_come_back(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1), account(2)])
    assert bring(store, POLICE, [account(2)], later(hours=1)) == Merged(unchanged=1, withdrawn=1)
    assert (found(store, 1, later(minutes=59)), found(store, 1, later(hours=1))) == ([90], [])
    assert bring(store, POLICE, [account(1), account(2)], later(hours=2)).changed == 1
    assert (found(store, 1, later(minutes=90)), found(store, 1, later(hours=2))) == ([], [90])


def test_a_source_that_adds_withdraws_nothing(store: SqlRecords) -> None:
    adding = msgspec.structs.replace(POLICE, replaces=False)
    bring(store, adding, [account(1)])
    assert bring(store, adding, [account(2)], later(hours=1)) == Merged(created=1)
    assert found(store, 1, later(hours=1)) == [90]


def test_sources_do_not_touch_each_others_records(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1)])
    other = msgspec.structs.replace(POLICE, code="court", zh="法院", en="court")
    bring(store, other, [account(1, level=70)], later(hours=1))
    assert sorted(found(store, 1, later(hours=1))) == [70, 90]
    assert bring(store, other, [], later(hours=2)).withdrawn == 1
    assert found(store, 1, later(hours=2)) == [90]


def test_a_claim_twice_in_a_file_counts_once_and_the_later_one_counts(store: SqlRecords) -> None:
    importing = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    importing.stage([account(1), account(1)])
    importing.stage([account(1, level=40), account(1, level=50), account(2)])
    importing.stage([account(1, level=50)])
    assert importing.merge(SetClock(NOON)) == Merged(created=2)
    assert found(store, 1, NOON) == [50]


def test_without_a_reference_a_subject_has_one_record_of_a_source(store: SqlRecords) -> None:
    bring(store, POLICE, [replace(account(1), source_ref="")])
    assert bring(store, POLICE, [replace(account(1, level=10), source_ref="")], later(hours=1)).changed == 1


def test_what_was_staged_and_not_merged_does_not_count(store: SqlRecords, engine: Engine) -> None:
    importing = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    importing.stage([account(1)])
    assert found(store, 1, NOON) == []
    importing.abandon()
    with pytest.raises(RecordConflict, match="has ended"):
        importing.merge(SetClock(NOON))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM staged")) == 0


def test_an_unchecked_source_waits_for_another_person(store: SqlRecords) -> None:
    bring(store, BRANCH, [account(1)])
    (candidate,) = store.list_records(Status.CANDIDATE).records
    assert found(store, 1, NOON) == []
    with pytest.raises(FourEyes, match="another person"):
        store.move(candidate.id, Move.PUBLISH, LI, later(hours=1))
    published = store.move(candidate.id, Move.PUBLISH, WANG, later(hours=1))
    assert (published.status, published.maker, published.checker) == (Status.ACTIVE, "li", "wang")
    assert (found(store, 1, later(minutes=59)), found(store, 1, later(hours=1))) == ([], [90])
    assert [(act.move, act.by, act.reason) for act in store.list_acts(candidate.id)] == [
        (Move.PUBLISH, "wang", "checked with the branch")
    ]


def test_a_suspended_record_is_out_of_force_until_it_is_resumed(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1)])
    (active,) = store.list_records(Status.ACTIVE).records
    store.move(active.id, Move.SUSPEND, WANG, later(hours=1))
    resumed = store.move(active.id, Move.RESUME, WANG, later(hours=2))
    assert (resumed.version, resumed.latest) == (2, True)
    levels = [found(store, 1, later(minutes=minutes)) for minutes in (59, 60, 119, 120)]
    assert levels == [[90], [], [], [90]]


def test_what_a_person_released_does_not_come_back_by_the_same_file(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1)])
    (active,) = store.list_records(Status.ACTIVE).records
    store.move(active.id, Move.RELEASE, WANG, later(hours=1))
    assert bring(store, POLICE, [account(1)], later(hours=2)) == Merged(unchanged=1)
    assert found(store, 1, later(hours=2)) == []
    assert bring(store, POLICE, [account(1, level=91)], later(hours=3)).changed == 1
    assert found(store, 1, later(hours=3)) == []
    assert [one.level for one in store.list_records(Status.CANDIDATE).records] == [91]


def test_what_a_person_took_out_comes_back_by_a_person_only(store: SqlRecords) -> None:
    """Not by a change, not by a second change, and not by leaving the list and coming again."""
    bring(store, POLICE, [account(1), account(2)])
    first, second = sorted(store.list_records(Status.ACTIVE).records, key=lambda one: one.source_ref)
    store.move(first.id, Move.SUSPEND, WANG, later(hours=1))
    store.move(second.id, Move.RELEASE, WANG, later(hours=1))
    for hour, level in enumerate([80, 70], start=2):
        bring(store, POLICE, [account(1, level=level), account(2, level=level)], later(hours=hour))
    bring(store, POLICE, [], later(hours=4))
    bring(store, POLICE, [account(1), account(2)], later(hours=5))
    assert (found(store, 1, later(hours=5)), found(store, 2, later(hours=5))) == ([], [])
    waiting = store.list_records(Status.CANDIDATE).records
    assert [one.version for one in waiting] == [4, 4]
    store.move(waiting[0].id, Move.PUBLISH, WANG, later(hours=6))
    bring(store, POLICE, [account(1, level=60), account(2)], later(hours=7))
    assert (found(store, 1, later(hours=7)), found(store, 2, later(hours=7))) == ([60], [])


def test_a_record_stays_in_force_while_a_change_of_it_waits_for_its_check(store: SqlRecords) -> None:
    bring(store, BRANCH, [account(1)])
    (checked,) = store.list_records(Status.CANDIDATE).records
    store.move(checked.id, Move.PUBLISH, WANG, later(hours=1))
    assert bring(store, BRANCH, [account(1, level=50)], later(hours=2)).changed == 1
    assert bring(store, BRANCH, [account(1, level=40)], later(hours=3)).changed == 1
    (waiting,) = store.list_records(Status.CANDIDATE).records
    assert found(store, 1, later(hours=4)) == [90]
    assert [one.id for one in store.list_records(Status.ACTIVE).records] == [checked.id]
    store.move(waiting.id, Move.PUBLISH, WANG, later(hours=4))
    levels = [found(store, 1, later(minutes=minutes)) for minutes in (59, 60, 239, 240)]
    assert levels == [[], [90], [90], [40]]
    assert [one.status for one in store.history(waiting.id)] == [
        Status.ACTIVE,
        Status.RELEASED,
        Status.RELEASED,
    ]


def test_releasing_a_record_ends_it_with_the_change_that_waits(store: SqlRecords) -> None:
    bring(store, BRANCH, [account(1)])
    store.move(1, Move.PUBLISH, WANG, later(hours=1))
    bring(store, BRANCH, [account(1, level=50)], later(hours=2))
    (waiting,) = store.list_records(Status.CANDIDATE).records
    store.move(waiting.id, Move.RELEASE, WANG, later(hours=3))
    assert (found(store, 1, later(minutes=179)), found(store, 1, later(hours=3))) == ([90], [])
    assert {one.status for one in store.history(waiting.id)} == {Status.RELEASED}


def test_a_list_of_many_slices_counts_whole(store: SqlRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhamen.adapters.sql.importing._SLICE", 7)
    monkeypatch.setattr("zhamen.adapters.sql.importing._PAUSE", 0)
    bring(store, POLICE, [account(number) for number in range(20)])
    other = [account(number, level=90 - number % 2) for number in range(5, 26)]
    assert bring(store, POLICE, other, later(hours=1)) == Merged(
        created=6, changed=8, unchanged=7, withdrawn=5
    )
    expected = [[90 - number % 2] if number >= 5 else [] for number in range(27)]
    expected[26] = []
    assert [found(store, number, later(hours=1)) for number in range(27)] == expected
    numbers = [change.number for change in store.changes(0, 1_000)]
    assert len(numbers) == len(set(numbers)) == 34


def test_an_import_that_died_between_slices_is_completed_by_the_next(
    store: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [account(number) for number in range(20)]
    monkeypatch.setattr("zhamen.adapters.sql.importing._SLICE", 7)
    with monkeypatch.context() as patched:
        patched.setattr("zhamen.adapters.sql.importing._PAUSE", "no number: it dies")
        with pytest.raises(TypeError):
            bring(store, POLICE, claims)
    assert len(store.changes(0, 100)) == 7
    assert bring(store, POLICE, claims, later(hours=1)) == Merged(created=13, unchanged=7)


def test_what_a_dead_import_left_is_cleared_away_after_a_day(store: SqlRecords, engine: Engine) -> None:
    dead = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    dead.stage([account(1)])
    store.begin(store.register(BRANCH, LI, NOON), LI, later(hours=23))
    dead.stage([account(2)])
    store.begin(store.register(BRANCH, LI, NOON), LI, later(hours=25))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM staged")) == 0
    with pytest.raises(RecordConflict, match="has ended"):
        dead.merge(SetClock(later(hours=25)))
    assert store.changes(0, 10) == []


@pytest.mark.parametrize(
    ("first", "move"),
    [(None, Move.RESUME), (None, Move.PUBLISH), (Move.RELEASE, Move.SUSPEND), (Move.RELEASE, Move.RELEASE)],
)
def test_a_move_that_does_not_follow_is_refused_and_changes_nothing(
    store: SqlRecords, first: Move | None, move: Move
) -> None:
    bring(store, POLICE, [account(1)])
    (active,) = store.list_records(Status.ACTIVE).records
    if first:
        store.move(active.id, first, WANG, later(hours=1))
    before = store.get(active.id), store.changes(0, 10), store.list_acts(active.id)
    with pytest.raises(RecordConflict):
        store.move(active.id, move, WANG, later(hours=2))
    assert (store.get(active.id), store.changes(0, 10), store.list_acts(active.id)) == before


def test_an_older_version_is_not_acted_on(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1)])
    (old,) = store.list_records(Status.ACTIVE).records
    bring(store, POLICE, [account(1, level=40)], later(hours=1))
    with pytest.raises(RecordConflict, match="newer version"):
        store.move(old.id, Move.RELEASE, WANG, later(hours=2))


def test_there_is_no_record_of_another_id(store: SqlRecords) -> None:
    for ask in (store.get, lambda number: store.move(number, Move.RELEASE, WANG, NOON)):
        with pytest.raises(RecordNotFound):
            ask(999)


def test_a_record_is_in_force_as_long_as_its_source_says(store: SqlRecords) -> None:
    claim = account(1, effective_from=later(hours=1), expires_at=later(hours=2))
    bring(store, POLICE, [claim, account(2, effective_from=later(days=-9))])
    levels = [found(store, 1, later(minutes=minutes)) for minutes in (59, 60, 119, 120)]
    assert levels == [[], [90], [90], []]
    assert found(store, 2, later(seconds=-1)) == []
    assert store.expire(later(minutes=119), "li") == 0
    assert store.expire(later(minutes=120), "li") == 1
    assert store.expire(later(minutes=121), "li") == 0
    assert [one.status for one in store.under([RING.key_of(claim.identifier)])] == [Status.EXPIRED]


def test_what_ended_long_ago_is_deleted_with_what_was_done_to_it(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1), account(2)])
    one = store.under([RING.key_of(account(1).identifier)])[0]
    store.move(one.id, Move.SUSPEND, WANG, later(minutes=30))
    bring(store, POLICE, [account(2)], later(hours=1))
    assert store.retain(later(days=365), "li") == 0
    assert store.retain(later(days=366), "li") == 1
    assert store.list_acts(one.id) == []
    with pytest.raises(RecordNotFound):
        store.get(one.id)
    assert found(store, 2, later(days=366)) == [90]


def test_what_was_deleted_is_noted_by_source(store: SqlRecords, engine: Engine) -> None:
    bring(store, POLICE, [account(1), account(2), account(3)])
    bring(store, POLICE, [account(3)], later(hours=1))
    store.retain(later(days=366), "li")
    with engine.connect() as connection:
        noted = connection.execute(select(deletions.c.source, deletions.c.at, deletions.c.records)).all()
    assert noted == [(1, to_micros(later(days=366)), 2)]


def test_what_a_person_released_is_kept_out_as_long_as_its_source_lists_it(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1), account(2)])
    released = store.under([RING.key_of(account(1).identifier)])[0]
    store.move(released.id, Move.RELEASE, WANG, later(hours=1))
    assert store.retain(later(days=366), "li") == 0
    bring(store, POLICE, [account(1), account(2)], later(days=367))
    assert found(store, 1, later(days=367)) == []
    assert bring(store, POLICE, [account(2)], later(days=368)) == Merged(unchanged=1)
    assert store.retain(later(days=369), "li") == 1


def test_nothing_of_an_identifier_is_kept_but_its_hash_and_its_mask(
    store: SqlRecords, engine: Engine
) -> None:
    bring(store, POLICE, [account(1, names=("张三",))])
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                assert account(1).identifier.canonical not in repr(row)
                assert "张三" not in repr(row)


def test_the_longest_that_is_let_in_is_kept_whole(store: SqlRecords) -> None:
    page = identify(SubjectKind.URL, "example.com/" + "诈" * 2_000)
    claim = account(1, ref="号" * 200, case_number="😀" * 200, evidence_hash=bytes(64), identifier=page)
    bring(store, POLICE, [claim])
    (kept,) = store.under([RING.key_of(page)])
    assert (kept.source_ref, kept.case_number, kept.masked) == (
        claim.source_ref,
        claim.case_number,
        page.masked,
    )


def test_names_are_kept_where_the_source_says_so(store: SqlRecords) -> None:
    open_names = msgspec.structs.replace(POLICE, keeps_names=True)
    bring(store, open_names, [account(1, names=("张三", "Zhang San"))])
    assert store.list_records(Status.ACTIVE).records[0].names == ("张三", "Zhang San")


@pytest.mark.parametrize("ref", ["R1", ""])
def test_keys_of_an_old_secret_are_written_anew_when_the_list_comes_again(engine: Engine, ref: str) -> None:
    """The subject is the same, so nothing changes of its record: neither version nor time nor check."""
    claim = replace(account(1), source_ref=ref)
    old, rings = SqlRecords(engine, RING, OBLIVIOUS), {1: b"1" * 32, 2: b"2" * 32, 3: b"3" * 32}
    bring(old, BRANCH, [claim])
    (record,) = old.list_records(Status.CANDIDATE).records
    old.move(record.id, Move.PUBLISH, WANG, NOON)
    for newest in (2, 3):
        ring = KeyRing({version: rings[version] for version in range(1, newest + 1)})
        rotated, screen = SqlRecords(engine, ring, OBLIVIOUS), LiveScreen(ring)
        screen.put(rotated.changes(0, 10))
        assert len(screen.find(claim.identifier, to_micros(NOON))) == 1
        assert bring(rotated, BRANCH, [claim], later(hours=newest)) == Merged(unchanged=1)
        screen.put(rotated.changes(0, 10))
        assert len(screen.find(claim.identifier, to_micros(NOON))) == 1
        assert [(one.key_version, one.records, one.status) for one in rotated.count()] == [
            (newest, 1, Status.ACTIVE)
        ]
    (kept,) = rotated.under([ring.key_of(claim.identifier)])
    assert (kept.version, kept.in_force_from) == (1, NOON)


def test_another_subject_under_the_same_reference_is_a_change(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1, ref="R")])
    assert bring(store, POLICE, [account(2, ref="R")], later(hours=1)).changed == 1
    assert (found(store, 1, later(hours=1)), found(store, 2, later(hours=1))) == ([], [90])


def test_the_index_is_built_from_what_the_feed_says(store: SqlRecords) -> None:
    bring(store, POLICE, [account(number) for number in range(20)])
    bring(store, BRANCH, [account(number) for number in range(20, 25)])
    bring(store, POLICE, [account(number, level=50) for number in range(10)], later(hours=1))
    fed = {
        (change.key, change.entry.record_id, change.entry.expires_at) for change in store.changes(0, 1_000)
    }
    built = set()
    for keys, entries in store.entries():
        for key, entry in zip(keys, entries, strict=True):
            built.add((key.tobytes(), int(entry["record_id"]), int(entry["expires_at"])))
    assert built == fed
    assert len(built) == 30
    assert sum(until == EVER for _, _, until in built) == 10


def test_changes_come_in_their_order_and_page_by_page(store: SqlRecords) -> None:
    bring(store, POLICE, [account(number) for number in range(10)])
    paged, after = [], 0
    while page := store.changes(after, 3):
        paged += page
        after = page[-1].number
    assert paged == store.changes(0, 100)
    assert [change.number for change in paged] == sorted({change.number for change in paged})
    assert after <= store.last_change()


def test_writers_at_the_same_time_lose_nothing(make_engine: Callable[[], Engine]) -> None:
    stores = [SqlRecords(make_engine(), RING, OBLIVIOUS) for _ in range(4)]

    def work(at: int) -> None:
        source = msgspec.structs.replace(POLICE, code=f"s{at}", replaces=False)
        for round_ in range(3):
            bring(stores[at], source, [account(at * 100 + round_ * 10 + n) for n in range(5)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    numbers = [change.number for change in stores[0].changes(0, 1_000)]
    assert len(set(numbers)) == 60
    assert [source.number for source in stores[0].list_sources()] == [1, 2, 3, 4]


def test_tags_are_found_by_their_first_bits_while_in_force(store: SqlRecords) -> None:
    bring(store, POLICE, [account(number) for number in range(50)])
    bring(store, POLICE, [account(number) for number in range(25)], later(hours=1))
    tags = {OBLIVIOUS.tag_of(account(number).identifier) for number in range(50)}
    assert {tag for bucket in range(16) for tag in store.tags(bucket, 4, NOON)} == tags
    left = {tag for bucket in range(16) for tag in store.tags(bucket, 4, later(hours=1))}
    assert left == {OBLIVIOUS.tag_of(account(number).identifier) for number in range(25)}
    one = OBLIVIOUS.tag_of(account(1).identifier)
    assert one in store.tags(int.from_bytes(one) >> 116, 12, NOON)


def test_a_subject_that_has_a_tag_is_given_it_again(
    store: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(store, POLICE, [account(1)])
    monkeypatch.delattr(ObliviousKey, "tag_of")
    changed = bring(store, POLICE, [account(1, level=70)], later(hours=1))
    other = bring(store, msgspec.structs.replace(POLICE, code="peer"), [account(1)], later(hours=2))
    assert (changed.changed, other.created) == (1, 1)
    assert len(store.tags(0, 0, later(hours=2))) == 1
    with pytest.raises(AttributeError):
        bring(store, POLICE, [account(2)])


def test_a_record_is_in_force_before_its_tag_is_made(store: SqlRecords) -> None:
    importing = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    importing.stage([account(1)])
    importing.merge(SetClock(NOON))
    assert (found(store, 1, NOON), store.tags(0, 0, NOON)) == ([90], [])
    assert [count.untagged for count in store.count()] == [1]
    made: list[int] = []
    importing.tag(made.append)
    assert (made, store.tags(0, 0, NOON)) == ([1], [OBLIVIOUS.tag_of(account(1).identifier)])
    assert [count.untagged for count in store.count()] == [0]


def test_tags_that_a_dead_process_left_out_are_made_by_the_same_file(store: SqlRecords) -> None:
    claims = [account(number) for number in range(9)]
    importing = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    for at in range(0, 9, 3):
        importing.stage(claims[at : at + 3])
    importing.merge(SetClock(NOON))

    def die(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.tag(die)
    assert len(store.tags(0, 0, NOON)) == 3
    again = store.begin(store.register(POLICE, LI, NOON), LI, later(hours=1))
    again.stage(claims)
    assert again.merge(SetClock(later(hours=1))) == Merged(unchanged=9)
    made: list[int] = []
    again.tag(made.append)
    assert made == [6]
    assert store.tags(0, 0, NOON) == sorted(OBLIVIOUS.tag_of(claim.identifier) for claim in claims)


def test_a_changed_record_is_never_without_its_tag(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1)])
    importing = store.begin(store.register(POLICE, LI, NOON), LI, later(hours=1))
    importing.stage([account(1, level=70)])
    importing.merge(SetClock(later(hours=1)))
    assert store.tags(0, 0, later(hours=1)) == [OBLIVIOUS.tag_of(account(1).identifier)]


def test_a_tag_is_no_reason_to_screen_again(store: SqlRecords) -> None:
    importing = store.begin(store.register(POLICE, LI, NOON), LI, NOON)
    importing.stage([account(1)])
    importing.merge(SetClock(NOON))
    before = store.last_change()
    importing.tag(lambda _: None)
    assert store.last_change() == before


def test_another_source_for_the_public_keeps_the_tag_when_the_first_lets_go(store: SqlRecords) -> None:
    other = msgspec.structs.replace(POLICE, code="peer")
    bring(store, POLICE, [account(1)])
    bring(store, msgspec.structs.replace(other, public=False), [account(1)])
    bring(store, other, [account(1)], later(hours=1))
    bring(store, POLICE, [account(2)], later(hours=2))
    assert OBLIVIOUS.tag_of(account(1).identifier) in store.tags(0, 0, later(hours=2))


def test_a_source_not_for_the_public_has_no_tags(store: SqlRecords) -> None:
    bring(store, msgspec.structs.replace(POLICE, public=False), [account(1)])
    assert store.tags(0, 0, NOON) == []


def test_tags_follow_the_grading(store: SqlRecords) -> None:
    peer = msgspec.structs.replace(POLICE, code="peer", authority=False, reliability=70)
    court = msgspec.structs.replace(POLICE, code="court", public=False, replaces=False)
    bring(store, peer, [account(1), account(2), account(3), account(4), account(5, confidence=20)])
    bring(store, court, [account(1, list=ListKind.WHITE), account(2, list=ListKind.BLACK)])
    bring(store, msgspec.structs.replace(court, code="bank", authority=False), [account(3)])
    left = sorted(OBLIVIOUS.tag_of(account(number).identifier) for number in (2, 3, 4))
    assert store.tags(0, 0, NOON) == left
    store.register(msgspec.structs.replace(peer, reliability=10), LI, NOON)
    assert store.tags(0, 0, NOON) == []


def test_what_a_refused_row_is_about_stays_as_it_was(store: SqlRecords) -> None:
    subjects = [
        account(number, ref=f"{SubjectKind.ACCOUNT.code}:{RING.key_of(account(number).identifier).hex()}")
        for number in (4, 5)
    ]
    bring(store, POLICE, [account(1), account(2), account(3), *subjects])
    importing = store.begin(store.register(POLICE, LI, NOON), LI, later(hours=1))
    importing.stage([account(1, level=70), account(6)])
    importing.leave([Unread("R1"), Unread("R2"), Unread("", account(4).identifier), Unread(), Unread("R9")])
    merged = importing.merge(SetClock(later(hours=1)))
    assert merged == Merged(created=1, changed=1, unchanged=2, withdrawn=2)
    after = later(hours=2)
    assert [found(store, number, after) for number in range(1, 7)] == [[70], [90], [], [90], [], [90]]
    assert bring(store, POLICE, [account(6)], after).withdrawn == 3


def test_what_a_person_took_out_does_not_come_back_by_a_refused_row(store: SqlRecords) -> None:
    bring(store, POLICE, [account(1), account(2)])
    (record, *_) = store.under([RING.key_of(account(1).identifier)])
    store.move(record.id, Move.RELEASE, WANG, later(minutes=1))
    importing = store.begin(store.register(POLICE, LI, NOON), LI, later(hours=1))
    importing.stage([account(2)])
    importing.leave([Unread("R1")])
    importing.merge(SetClock(later(hours=1)))
    assert found(store, 1, later(hours=2)) == []


@pytest.mark.parametrize("replaces", [True, False])
def test_a_source_may_say_that_a_record_is_no_more(store: SqlRecords, replaces: bool) -> None:
    source = msgspec.structs.replace(POLICE, replaces=replaces)
    subject = account(4, ref=f"{SubjectKind.ACCOUNT.code}:{RING.key_of(account(4).identifier).hex()}")
    bring(store, source, [account(1), account(2), account(3), subject])
    again = [
        account(1, withdrawn=True),
        account(2),
        account(3),
        account(3, withdrawn=True),
        replace(subject, source_ref="", withdrawn=True),
    ]
    merged = bring(store, source, [*again, account(5, withdrawn=True), account(2)], later(hours=1))
    assert (merged.created, merged.unchanged, merged.withdrawn) == (0, 1, 3)
    after = later(hours=2)
    assert [found(store, number, after) for number in range(1, 6)] == [[], [90], [], [], []]
    assert found(store, 1, later(minutes=30)) == [90]
    assert bring(store, source, [*again, account(2)], after).withdrawn == 0
    back = bring(store, source, [account(1), account(2)], later(hours=3))
    assert found(store, 1, later(hours=4)) == [90]
    assert back.changed == 1


def test_a_source_keeps_its_number_when_its_description_changes(store: SqlRecords) -> None:
    first, second = (store.register(each, LI, NOON) for each in (POLICE, BRANCH))
    changed = store.register(msgspec.structs.replace(POLICE, reliability=50), LI, NOON)
    assert (first.number, second.number, changed.number) == (1, 2, 1)
    assert [source.reliability for source in store.list_sources()] == [50, 95]
    assert store.notes()[1].reliability == 50


STEPS = st.lists(
    st.one_of(
        st.lists(
            st.tuples(st.integers(0, 4), st.sampled_from([40, 90])), max_size=5, unique_by=lambda one: one[0]
        ),
        st.tuples(st.sampled_from(Move), st.integers(0, 4)),
    ),
    max_size=8,
)


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_what_was_true_at_an_instant_stays_true_of_it(
    make_migrated: Callable[[], Path], steps: list[list[tuple[int, int]] | tuple[Move, int]]
) -> None:
    """Whatever is done later, a question as of an earlier instant has the answer that it had."""
    store = SqlRecords(open_engine(f"sqlite:///{make_migrated()}"), RING, OBLIVIOUS)
    told: dict[int, list[list[int]]] = {}
    for hour, step in enumerate(steps):
        if isinstance(step, list):
            bring(store, POLICE, [account(number, level=level) for number, level in step], later(hours=hour))
        else:
            versions = store.under([RING.key_of(account(step[1]).identifier)])
            with suppress(RecordConflict, RecordNotFound, FourEyes):
                store.move(versions[0].id if versions else 1, step[0], WANG, later(hours=hour))
        told[hour] = [sorted(found(store, number, later(hours=hour))) for number in range(5)]
        for past, answers in told.items():
            assert [sorted(found(store, number, later(hours=past))) for number in range(5)] == answers
    store.close()


@pytest.mark.parametrize("url", ["", "mysql://x/y", "no url", "sqlite+wrong:///x", "oracle://x"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting, match="ZHAMEN_RECORDS_URL"):
        open_engine(url)


def test_a_database_that_does_not_answer_says_so() -> None:
    with pytest.raises(StoreUnavailable):
        open_engine("sqlite:////nowhere/at/all/records.db")
    with pytest.raises(StoreUnavailable):
        open_engine("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")


def test_entries_of_many_batches_are_all_given(store: SqlRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhamen.adapters.sql.records._BATCH", 7)
    bring(store, POLICE, [account(number) for number in range(20)])
    batches = list(store.entries())
    assert [len(keys) for keys, _ in batches] == [7, 7, 6]
    assert len(np.unique(np.concatenate([entries["record_id"] for _, entries in batches]))) == 20
