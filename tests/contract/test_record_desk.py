"""Records as people at their desk find, correct and publish them, on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from zhamen.adapters.sql import SqlRecords
from zhamen.adapters.sql.record_desk import SqlRecordDesk
from zhamen.adapters.sql.schema import METADATA
from zhamen.core.errors import InputError, RecordConflict, RecordNotFound
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.record_desk import Note, Sought
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.records.correction import Correction
from zhamen.records.record import Move, Status
from zhamen.records.source import Source
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.index.live import LiveScreen
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.services.keep_records import RecordKeeper
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HEAD, NORTH, SOUTH = Scope("HQ"), Scope("HQ/R1"), Scope("HQ/R2")
LI, WANG = Actor("li", "HQ/R1/B01", "reported"), Actor("wang", "HQ/R1", "checked with the branch")
RING, OBLIVIOUS = KeyRing({1: b"1" * 32}), ObliviousKey(b"2" * 32)
BRANCH = Source(
    code="branch",
    zh="分行",
    en="branch",
    reliability=80,
    purpose="anti_fraud",
    legal_basis="反电信网络诈骗法第十八条",
    retention_days=365,
)
POLICE = msgspec.structs.replace(BRANCH, code="police", zh="公安", en="police", authority=True, trusted=True)


def account(number: int, level: int = 90) -> Claim:
    who = identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}")
    return Claim(who, ListKind.BLACK, category("mule.case_account"), level, 95, source_ref=f"R{number}")


def later(**width: int) -> datetime:
    return NOON + timedelta(**width)


@pytest.fixture
def store(engine: Engine) -> SqlRecords:
    return SqlRecords(engine, RING, OBLIVIOUS)


@pytest.fixture
def desk(engine: Engine) -> SqlRecordDesk:
    return SqlRecordDesk(engine)


def bring(
    store: SqlRecords, claims: Sequence[Claim], at: datetime = NOON, by: Actor = LI, source: Source = BRANCH
) -> None:
    importing = store.begin(store.register(source, by, at), by, at)
    importing.stage(claims)
    importing.merge(SetClock(at))


def better(**changes: object) -> Correction:
    said = {
        "list": ListKind.GREY,
        "category": category("mule.suspected_mule"),
        "level": 50,
        "confidence": 60,
        "case_number": "A-1",
        "expires_at": None,
        "reason": "the report names another account",
    }
    return Correction(**said | changes)  # type: ignore[arg-type]


def levels(store: SqlRecords, number: int, at: datetime) -> list[int]:
    screen = LiveScreen(RING)
    screen.put(store.changes(0, 10_000), store.notes())
    return [hit.entry.level for hit in screen.find(account(number).identifier, to_micros(at))]


def test_a_record_is_seen_by_the_unit_that_brought_it_and_those_above(
    store: SqlRecords, desk: SqlRecordDesk
) -> None:
    bring(store, [account(1)])
    bring(store, [account(2)], by=Actor("public", "public"))
    assert desk.find(1, NORTH).unit == desk.find(1, HEAD).unit == "HQ/R1/B01"
    for record, scope in ((1, SOUTH), (1, Scope("HQ/R1/B02")), (2, NORTH), (9, HEAD)):
        with pytest.raises(RecordNotFound):
            desk.find(record, scope)
    assert [[one.record.id for one in desk.search(Sought(), scope).records] for scope in (HEAD, NORTH)] == [
        [1, 2],
        [1],
    ]
    assert [run.number for run in desk.runs(HEAD)] == [2, 1]
    assert [(run.source, run.by, run.waiting) for run in desk.runs(NORTH)] == [("branch", "li", 1)]
    assert desk.runs(SOUTH) == []


def test_records_are_found_by_what_they_are(store: SqlRecords, desk: SqlRecordDesk) -> None:
    bring(store, [account(number) for number in range(1, 5)])
    bring(store, [account(9)], source=POLICE)
    store.move(2, Move.PUBLISH, WANG, later(hours=1))

    def sought(**fields: object) -> list[int]:
        found = desk.search(Sought(**fields), HEAD)  # type: ignore[arg-type]
        return [one.record.id for one in found.records]

    assert sought(status=Status.CANDIDATE) == [1, 3, 4]
    assert sought(status=Status.ACTIVE) == [2, 5]
    assert sought(source="police") == sought(run=2) == [5]
    assert sought(list=ListKind.WHITE) == sought(kind=SubjectKind.PHONE) == sought(keys=()) == []
    assert sought(keys=(RING.key_of(account(3).identifier),)) == [3]
    first = desk.search(Sought(), HEAD, limit=2)
    assert ([one.record.id for one in first.records], first.more) == ([1, 2], True)
    rest = desk.search(Sought(), HEAD, after=2, limit=3)
    assert ([one.record.id for one in rest.records], rest.more) == ([3, 4, 5], False)


def test_a_run_is_published_by_another_than_who_brought_it(store: SqlRecords, desk: SqlRecordDesk) -> None:
    bring(store, [account(number) for number in range(1, 8)])
    assert desk.publish_run(1, LI, later(hours=1), most=100) == 0
    assert desk.publish_run(1, WANG, later(hours=1), most=5) == 5
    assert desk.publish_run(1, WANG, later(hours=2), most=5) == 2
    assert desk.publish_run(1, WANG, later(hours=3), most=5) == 0
    assert levels(store, 7, later(hours=2)) == [90]
    assert levels(store, 7, later(hours=1)) == []
    record = store.get(7)
    assert (record.maker, record.checker, record.status) == ("li", "wang", Status.ACTIVE)
    assert [(act.move, act.by, act.reason) for act in store.list_acts(7)] == [
        (Move.PUBLISH, "wang", WANG.reason)
    ]
    assert desk.runs(HEAD) == []


def test_what_is_over_already_is_not_published_with_its_run(store: SqlRecords, desk: SqlRecordDesk) -> None:
    bring(store, [ending(1, later(hours=1)), account(2)])
    assert desk.publish_run(1, WANG, later(hours=2), most=9) == 1
    assert store.get(1).status is Status.CANDIDATE


def ending(number: int, until: datetime) -> Claim:
    one = account(number)
    return Claim(one.identifier, one.list, one.category, 90, 95, source_ref=one.source_ref, expires_at=until)


def test_what_was_in_force_ends_when_its_next_version_is_published_with_its_run(
    store: SqlRecords, desk: SqlRecordDesk
) -> None:
    bring(store, [account(1), account(2)])
    desk.publish_run(1, WANG, later(hours=1), most=9)
    bring(store, [account(1, 40), account(2)], later(hours=2))
    assert levels(store, 1, later(hours=2)) == [90]
    assert desk.publish_run(2, WANG, later(hours=3), most=9) == 1
    assert (levels(store, 1, later(hours=2)), levels(store, 1, later(hours=3))) == ([90], [40])
    assert levels(store, 2, later(hours=3)) == [90]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=12), st.integers(1, 5))
def test_a_run_published_at_once_is_what_it_is_published_one_by_one(
    make_engine: object, kinds: list[int], most: int
) -> None:
    """The oracle: `move`, record by record, at the same instant."""
    tapes = []
    for bulk in (True, False):
        engine = make_engine()  # type: ignore[operator]
        with engine.begin() as connection:
            for table in ("acts", "record_notes", "records", "runs"):
                connection.execute(delete(METADATA.tables[table]))
        store, desk = SqlRecords(engine, RING, OBLIVIOUS), SqlRecordDesk(engine)
        bring(store, [account(number) for number, kind in enumerate(kinds) if kind > 1])
        waiting = [one.record.id for one in desk.search(Sought(status=Status.CANDIDATE), HEAD).records]
        for record in waiting:
            store.move(record, Move.PUBLISH, WANG, later(hours=1))
        bring(store, [account(number, 40) for number, kind in enumerate(kinds) if kind != 2], later(hours=2))
        waiting = [one.record.id for one in desk.search(Sought(status=Status.CANDIDATE), HEAD).records]
        if bulk:
            for run in desk.runs(HEAD):
                while desk.publish_run(run.number, WANG, later(hours=3), most=most):
                    pass
        else:
            for record in waiting:
                store.move(record, Move.PUBLISH, WANG, later(hours=3))
        tapes.append([(levels(store, n, later(hours=h))) for n in range(len(kinds)) for h in (1, 2, 3)])
        engine.dispose()
    assert tapes[0] == tapes[1]


def test_a_correction_waits_for_another_and_what_is_in_force_stays_so_until_then(
    store: SqlRecords, desk: SqlRecordDesk
) -> None:
    bring(store, [account(1)])
    store.move(1, Move.PUBLISH, WANG, later(hours=1))
    made = desk.correct(1, better(), WANG, later(hours=2))
    record = store.get(made)
    assert (record.version, record.status, record.maker, record.level) == (2, Status.CANDIDATE, "wang", 50)
    assert levels(store, 1, later(hours=3)) == [90]
    with pytest.raises(RecordConflict, match="newer version"):
        desk.correct(1, better(), WANG, later(hours=3))
    with pytest.raises(Exception, match="another person"):
        store.move(made, Move.PUBLISH, WANG, later(hours=3))
    store.move(made, Move.PUBLISH, LI, later(hours=4))
    assert levels(store, 1, later(hours=4)) == [50]
    assert [note.text for note in desk.notes(record)] == ["the report names another account"]


def test_the_source_saying_the_same_again_leaves_a_correction(store: SqlRecords, desk: SqlRecordDesk) -> None:
    bring(store, [account(1)])
    made = desk.correct(1, better(), WANG, later(hours=1))
    bring(store, [account(1)], later(hours=2))
    assert [one.id for one in store.history(made)] == [made, 1]
    assert store.get(1).status is Status.RELEASED


def test_what_a_source_says_by_its_own_word_is_not_corrected(store: SqlRecords, desk: SqlRecordDesk) -> None:
    bring(store, [account(1)], source=POLICE)
    with pytest.raises(RecordConflict, match="suspend or release"):
        desk.correct(1, better(), WANG, later(hours=1))
    with pytest.raises(RecordNotFound):
        desk.correct(9, better(), WANG, later(hours=1))


@pytest.mark.parametrize(
    "changes", [{"level": 101}, {"confidence": -1}, {"case_number": "x" * 201}, {"reason": " "}]
)
def test_a_correction_that_is_none_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        better(**changes)


def test_what_nobody_checked_is_deleted_in_its_time_with_its_notes(
    store: SqlRecords, desk: SqlRecordDesk
) -> None:
    bring(store, [account(1), account(2), account(3)])
    store.move(2, Move.PUBLISH, WANG, later(hours=1))
    desk.note("branch", "R1", Note(at=NOON, by="public", text="they called and asked for a code"))
    keeper = RecordKeeper(store, SetClock(later(days=20)), unchecked=timedelta(days=20))
    assert keeper.tidy("clock").deleted == 0
    assert [note.text for note in desk.notes(store.get(1))] == ["they called and asked for a code"]
    changed = desk.correct(2, better(), LI, later(days=1))
    keeper = RecordKeeper(store, SetClock(later(days=22)), unchecked=timedelta(days=20))
    forgotten = store.get(1)
    assert keeper.tidy("clock").deleted == 2
    assert [one.record.id for one in desk.search(Sought(), HEAD).records] == [2, changed]
    assert desk.notes(forgotten) == []


def test_what_else_is_known_of_a_subject_stands_beside_a_record(
    store: SqlRecords, desk: SqlRecordDesk
) -> None:
    bring(store, [account(1)])
    bring(store, [account(1)], source=POLICE)
    (mine, unseen), (theirs, seen) = desk.beside(1)
    assert (mine.source, unseen, theirs.source) == ("branch", None, "police")
    assert seen is not None
    assert (seen.record_id, seen.list) == (2, ListKind.BLACK)
