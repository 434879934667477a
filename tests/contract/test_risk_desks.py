"""Appeals, feedback, subscriptions and the log of questions, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.feedback import SqlFeedback
from zhamen.adapters.sql.queries import SqlQueryLog
from zhamen.adapters.sql.schema import appeal_acts, appealed, queries
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.core.errors import FourEyes, InputError, QuotaExceeded, RecordConflict, RecordNotFound
from zhamen.organisation.scope import Scope
from zhamen.ports.feedback import GROUPINGS
from zhamen.ports.queries import Query
from zhamen.ports.records import Actor
from zhamen.ports.subscriptions import Subscription
from zhamen.records.appeal import AppealStatus, Cause, Step
from zhamen.records.claim import Claim
from zhamen.records.feedback import Feedback, FeedbackOutcome, effect_of
from zhamen.records.record import Status
from zhamen.records.source import Source
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.services.hear_appeals import AppealDesk
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RING = KeyRing({1: b"1" * 32})
LI = Actor("li", "head", "read the contract")
PHONE = identify(SubjectKind.PHONE, "13800138000")
KEY = RING.key_of(PHONE)
BRANCH = Source(
    code="branch",
    zh="分行",
    en="branch",
    reliability=80,
    purpose="anti_fraud",
    legal_basis="x",
    retention_days=365,
    trusted=True,
)


@pytest.fixture
def store(engine: Engine) -> SqlRecords:
    return SqlRecords(engine, RING, ObliviousKey(b"2" * 32))


@pytest.fixture
def desk(engine: Engine) -> AppealDesk:
    return AppealDesk(SqlAppeals(engine), SetClock(NOON))


def listed(store: SqlRecords, source: Source = BRANCH, level: int = 60) -> None:
    importing = store.begin(store.register(source, LI, NOON), Actor("wang"), NOON)
    importing.stage([Claim(PHONE, ListKind.GREY, category("phone.scam_caller"), level, 80)])
    importing.merge(SetClock(NOON))


def test_an_appeal_that_is_upheld_releases_the_records_with_it(
    store: SqlRecords, desk: AppealDesk, engine: Engine
) -> None:
    listed(store)
    received = desk.receive(PHONE, [KEY], claim="it is mine", contact="a@b.example").appeal
    assert (received.status, received.due_at) == (AppealStatus.RECEIVED, NOON + timedelta(days=15))
    taken, _ = desk.step(received.id, Step.TAKE, LI)
    assert (taken.status, taken.handler, taken.cause) == (AppealStatus.IN_REVIEW, "li", None)
    upheld, released = desk.step(received.id, Step.UPHOLD, LI, Cause.MISTAKEN)
    assert (upheld.status, upheld.cause, upheld.decided_at) == (AppealStatus.UPHELD, Cause.MISTAKEN, NOON)
    assert [store.get(number).status for number in released] == [Status.RELEASED]
    assert store.list_acts(next(iter(released)))[0].reason == "read the contract"
    assert SqlAppeals(engine).list_appeals(undecided=True) == []
    assert SqlAppeals(engine).list_appeals(undecided=False) == [upheld]


def test_an_appeal_finds_records_under_every_secret(engine: Engine) -> None:
    desk = AppealDesk(SqlAppeals(engine), SetClock(NOON))
    older = SqlRecords(engine, RING, ObliviousKey(b"2" * 32))
    both = KeyRing({1: b"1" * 32, 2: b"2" * 32})
    newer = SqlRecords(engine, both, ObliviousKey(b"2" * 32))
    other = msgspec.structs.replace(BRANCH, code="another")
    before = desk.receive(PHONE, RING.keys_to_ask(PHONE), claim="x", contact="y").appeal.id
    watched = SqlSubscriptions(engine).add("k1", subscription(), RING.keys_to_ask(PHONE), most=10).id
    listed(older)
    listed(older, other)
    listed(newer)
    after = desk.receive(PHONE, both.keys_to_ask(PHONE), claim="x", contact="y").appeal.id
    assert sorted({record.key_version for record in newer.list_records(Status.ACTIVE).records}) == [1, 2]
    told = SqlSubscriptions(engine).notices("k1", after=0, limit=10)
    assert {notice.subscription for notice in told} == {watched}
    assert len(told) == 2
    for number in (before, after):
        desk.step(number, Step.TAKE, LI)
    assert len(desk.step(before, Step.UPHOLD, LI, Cause.MISTAKEN)[1]) == 2
    listed(newer, level=61)
    assert len(desk.step(after, Step.UPHOLD, LI, Cause.MISTAKEN)[1]) == 1


def test_what_an_authority_ordered_is_referred_and_not_released(store: SqlRecords, desk: AppealDesk) -> None:
    listed(store, msgspec.structs.replace(BRANCH, code="police", authority=True))
    number = desk.receive(PHONE, [KEY], claim="x", contact="y").appeal.id
    desk.step(number, Step.TAKE, LI)
    with pytest.raises(RecordConflict, match="refer the appeal"):
        desk.step(number, Step.UPHOLD, LI, Cause.MISTAKEN)
    assert store.list_records(Status.ACTIVE).records
    assert desk.step(number, Step.REFER, LI)[0].status is AppealStatus.REFERRED


def test_steps_follow_their_table_and_causes_fit_them(desk: AppealDesk) -> None:
    number = desk.receive(PHONE, [KEY], claim="x", contact="y").appeal.id
    with pytest.raises(RecordConflict, match="in_review"):
        desk.step(number, Step.REJECT, LI, Cause.NOT_PROVEN)
    desk.step(number, Step.TAKE, LI)
    with pytest.raises(InputError, match="no cause to reject"):
        desk.step(number, Step.REJECT, LI, Cause.MISTAKEN)
    with pytest.raises(InputError, match="needs a reason"):
        desk.step(number, Step.REJECT, Actor("li"), Cause.NOT_PROVEN)
    desk.step(number, Step.REJECT, LI, Cause.NOT_PROVEN)
    with pytest.raises(RecordConflict):
        desk.step(number, Step.TAKE, LI)
    with pytest.raises(RecordNotFound):
        desk.step(99, Step.TAKE, LI)


@pytest.mark.parametrize("taken", [False, True])
def test_a_customer_may_take_an_appeal_back_until_it_is_decided(desk: AppealDesk, taken: bool) -> None:
    number = desk.receive(PHONE, [KEY], claim="x", contact="y").appeal.id
    if taken:
        desk.step(number, Step.TAKE, LI)
    back, released = desk.step(number, Step.WITHDRAW, LI)
    assert (back.status, back.cause, back.decided_at) == (AppealStatus.WITHDRAWN, Cause.TAKEN_BACK, NOON)
    assert released == []
    with pytest.raises(
        RecordConflict, match="is withdrawn; withdraw needs one that is in_review or received"
    ):
        desk.step(number, Step.WITHDRAW, LI)


def test_who_made_a_record_does_not_reject_the_appeal_against_it(store: SqlRecords, desk: AppealDesk) -> None:
    listed(store)
    wang = Actor("wang", "head", "it is right")
    number = desk.receive(PHONE, [KEY], claim="x", contact="y").appeal.id
    desk.step(number, Step.TAKE, wang)
    with pytest.raises(FourEyes, match="another decides"):
        desk.step(number, Step.REJECT, wang, Cause.EVIDENCE_STANDS)
    assert desk.step(number, Step.REJECT, LI, Cause.EVIDENCE_STANDS)[0].status is AppealStatus.REJECTED


def test_a_receipt_finds_its_appeal_and_nothing_else_does(desk: AppealDesk, engine: Engine) -> None:
    one, other = (desk.receive(PHONE, [KEY], claim="x", contact="y") for _ in range(2))
    assert desk.find(one.code) == one.appeal
    assert desk.find(f" {other.code.lower().replace('-', ' ').replace('0', 'o')} ") == other.appeal
    for code in ("", "0000-0000-0000-0000", str(one.appeal.id), one.code[:-1], "\U0001f600", "x" * 1_000):
        assert desk.find(code) is None
    desk.step(one.appeal.id, Step.WITHDRAW, LI)
    SqlAppeals(engine).retain(NOON + timedelta(days=9_999), at=NOON, by="clock")
    assert desk.find(one.code) is None


def test_the_file_of_an_appeal_has_what_was_done_and_what_it_is_against(
    store: SqlRecords, desk: AppealDesk
) -> None:
    listed(store)
    number = desk.receive(PHONE, [KEY], claim="it is mine", contact="a@b.example").appeal.id
    assert [one.id for one in desk.queue()] == [number]
    assert desk.open_file(number).acts == []
    desk.step(number, Step.TAKE, LI)
    (record,) = desk.open_file(number).against
    assert store.get(record).masked == PHONE.masked
    desk.step(number, Step.UPHOLD, LI, Cause.MISTAKEN)
    file = desk.open_file(number)
    assert [(act.step, act.by, act.reason) for act in file.acts] == [
        (Step.TAKE, "li", "read the contract"),
        (Step.UPHOLD, "li", "read the contract"),
    ]
    assert (file.appeal.status, file.against, desk.queue()) == (AppealStatus.UPHELD, [], [])
    with pytest.raises(RecordNotFound):
        desk.open_file(99)


def test_appeals_are_deleted_long_after_their_answer_and_never_before_one(
    desk: AppealDesk, engine: Engine
) -> None:
    store = SqlAppeals(engine)
    waiting, decided = (desk.receive(PHONE, [KEY], claim="x", contact="y").appeal.id for _ in range(2))
    desk.step(decided, Step.WITHDRAW, LI)
    assert store.retain(NOON, at=NOON, by="li") == 0
    assert store.retain(NOON + timedelta(days=9_999), at=NOON, by="li") == 1
    assert store.get(waiting).id == waiting
    with pytest.raises(RecordNotFound):
        store.get(decided)
    with engine.connect() as connection:
        left = [
            connection.scalar(select(func.count()).select_from(table)) for table in (appealed, appeal_acts)
        ]
    assert left == [1, 0]


def test_a_cause_is_given_where_there_are_several(desk: AppealDesk) -> None:
    number = desk.receive(PHONE, [KEY], claim="x", contact="y").appeal.id
    desk.step(number, Step.TAKE, LI)
    with pytest.raises(InputError, match="no cause is given to uphold; choose from mistaken"):
        desk.step(number, Step.UPHOLD, LI)


@pytest.mark.parametrize(
    ("claim", "contact"), [("", "y"), (" ", "y"), ("x", ""), ("x" * 2_001, "y"), ("x", "y" * 201)]
)
def test_an_appeal_says_something_and_how_to_answer(desk: AppealDesk, claim: str, contact: str) -> None:
    with pytest.raises(InputError):
        desk.receive(PHONE, [KEY], claim=claim, contact=contact)


def test_an_appeal_is_overdue_after_fifteen_days(desk: AppealDesk) -> None:
    received = desk.receive(PHONE, [KEY], claim="x", contact="y").appeal
    assert not received.overdue(NOON + timedelta(days=15))
    assert received.overdue(NOON + timedelta(days=15, microseconds=1))


FEEDBACK = st.lists(
    st.builds(
        Feedback,
        id=st.sampled_from([f"E{number}" for number in range(12)]),
        at=st.sampled_from([NOON - timedelta(days=1), NOON, NOON + timedelta(days=1)]),
        by=st.just("li"),
        outcome=st.sampled_from(FeedbackOutcome),
        amount_minor=st.integers(0, 10**12),
        unit=st.sampled_from(["head", "head/nm", "head/nm/outlet-1", "head/nmg"]),
        channel=st.sampled_from(["", "mobile"]),
        source=st.sampled_from(["police", "model"]),
        category=st.just("mule.case_account"),
        fraud=st.sampled_from([None, True, False]),
        lost_minor=st.integers(0, 10**12),
    ),
    max_size=20,
)


@given(FEEDBACK)
@settings(max_examples=30, deadline=None)
def test_the_database_reckons_as_one_by_one(make_migrated: Callable[[], Path], told: list[Feedback]) -> None:
    _reckons_alike(open_engine(f"sqlite:///{make_migrated()}"), told)


def test_both_databases_reckon_as_one_by_one(engine: Engine) -> None:
    outcomes = [(outcome, fraud) for outcome in FeedbackOutcome for fraud in (None, True, False)]
    told = [
        Feedback(
            id=f"E{at}", at=NOON, by="li", outcome=outcome, amount_minor=100 + at, lost_minor=at, fraud=fraud
        )
        for at, (outcome, fraud) in enumerate(outcomes)
    ]
    _reckons_alike(engine, told)


def _reckons_alike(engine: Engine, told: list[Feedback]) -> None:
    store = SqlFeedback(engine)
    kept: dict[str, Feedback] = {}
    for one in told:
        assert store.give(one) == (one.id not in kept)
        kept[one.id] = one
    inside = [one for one in kept.values() if NOON <= one.at < NOON + timedelta(days=1)]
    for by, unit in product(GROUPINGS, ("", "head", "head/nm")):
        mine = [one for one in inside if f"{one.unit}/".startswith(f"{unit}/") or not unit]
        groups = sorted({getattr(one, by) for one in mine})
        expected = [effect_of(group, [one for one in mine if getattr(one, by) == group]) for group in groups]
        scope = Scope(unit) if unit else None
        assert store.effects(by, NOON, NOON + timedelta(days=1), scope=scope) == expected
    engine.dispose()


def query(number: int, who: str = "k1") -> Query:
    return Query(
        at=NOON + timedelta(seconds=number),
        who=who,
        unit="head",
        channel="api",
        purpose="payment",
        kind="phone",
        masked="****",
        key=KEY,
        list="",
        level=0,
        took_us=number,
    )


def test_questions_are_kept_in_order_and_for_as_long_as_asked(engine: Engine) -> None:
    log = SqlQueryLog(engine)
    log.append([])
    log.append([query(number) for number in range(5)])
    log.append([query(5, who="k2")])
    assert [one.took_us for one in log.list_queries(limit=3)] == [5, 4, 3]
    assert log.list_queries(who="k2") == [query(5, who="k2")]
    assert len(log.list_queries(key=KEY)) == 6
    assert log.list_queries(key=b"0" * 16) == []
    assert log.retain(NOON + timedelta(seconds=3), at=NOON, by="li") == 3
    assert len(log.list_queries()) == 3
    log.close()


def test_many_questions_are_one_chain_that_another_process_may_go_on_with(engine: Engine) -> None:
    log, other = SqlQueryLog(engine, checkpoints=True), SqlQueryLog(engine)
    many = [query(number) for number in range(3_000)]
    log.append(many)
    other.append(many[:1])
    log.append(many[:2_000])
    assert log.list_queries(limit=9_000) == [*many[:2_000][::-1], many[0], *many[::-1]]
    with reading(engine) as connection:
        numbers = connection.scalars(select(queries.c.number).order_by(queries.c.id)).all()
    assert numbers == list(range(1, 5_002))
    log.close()


def test_what_the_public_asked_is_seen_by_the_head_office(engine: Engine) -> None:
    log = SqlQueryLog(engine)
    asked = [query(0), msgspec.structs.replace(query(1), unit="public", who="public")]
    log.append([msgspec.structs.replace(asked[0], unit="HQ/R1"), asked[1]])

    def seen(scope: Scope) -> list[str]:
        return [one.unit for one in log.list_queries(scope=scope)]

    assert seen(Scope("HQ")) == ["public", "HQ/R1"]
    assert seen(Scope("HQ/R1")) == ["HQ/R1"]


def test_feedback_of_one_calling_system_leaves_that_of_another(engine: Engine) -> None:
    store = SqlFeedback(engine)

    def told(by: str, outcome: FeedbackOutcome) -> Feedback:
        return Feedback(id="E1", at=NOON, by=by, outcome=outcome, amount_minor=100)

    assert store.give(told("k1", FeedbackOutcome.STOPPED), ("k1",))
    assert store.give(told("k2", FeedbackOutcome.FALSE_ALARM), ("k2",))
    assert not store.give(told("k2", FeedbackOutcome.CONTINUED), ("k2",))
    assert not store.give(told("k3", FeedbackOutcome.CONTINUED), ("k2", "k3"))
    kept = store.list_feedback(Scope("head"))
    assert {(one.by, one.outcome) for one in kept} == {
        ("k1", FeedbackOutcome.STOPPED),
        ("k3", FeedbackOutcome.CONTINUED),
    }
    assert not store.give(told("k4", FeedbackOutcome.CONTINUED), ("k1", "k4"))
    assert not store.give(told("cases", FeedbackOutcome.STOPPED))
    assert [one.by for one in store.list_feedback(Scope("head")) if one.id == "E1"] == ["cases"]


def test_subscriptions_are_handed_on_and_deleted_with_their_owner(store: SqlRecords, engine: Engine) -> None:
    watching, keys = SqlSubscriptions(engine), RING.keys_to_ask(PHONE)
    watching.add("k1", subscription(), keys, most=10)
    listed(store)
    before = watching.notices("k1", after=0, limit=10)
    assert watching.hand_on("k1", "k2", NOON) == 1
    assert watching.hand_on("k1", "k2", NOON) == 0
    after = watching.notices("k2", after=0, limit=10)
    assert [one.number for one in after] == [one.number for one in before] != []
    assert watching.retain(["k1", "k9"], at=NOON, by="clock") == 1
    assert watching.list_subscriptions("k1") == []
    assert watching.notices("k2", after=0, limit=10) == after
    assert watching.retain([], at=NOON, by="clock") == 0


def subscription() -> Subscription:
    return Subscription(id=0, kind="phone", masked="****", purpose="peer", made_at=NOON)


def test_a_subscriber_is_told_of_what_changes_afterwards(engine: Engine, store: SqlRecords) -> None:
    listed(store)
    watching = SqlSubscriptions(engine)
    made = watching.add("k1", subscription(), [KEY], most=10)
    assert watching.notices("k1", after=0, limit=10) == []
    listed(store, level=90)
    ended, began = watching.notices("k1", after=0, limit=10)
    assert (ended.level, ended.in_force_until) == (60, NOON)
    assert (began.level, began.in_force_until, began.subscription) == (90, None, made.id)
    assert watching.notices("k1", after=ended.number, limit=10) == [began]
    assert watching.notices("k2", after=0, limit=10) == []


def test_who_watches_again_after_a_new_secret_watches_under_it_too(engine: Engine) -> None:
    watching = SqlSubscriptions(engine)
    both = KeyRing({1: b"1" * 32, 2: b"2" * 32})
    made = watching.add("k1", subscription(), [KEY], most=1)
    assert watching.add("k1", subscription(), both.keys_to_ask(PHONE), most=1) == made
    listed(SqlRecords(engine, both, ObliviousKey(b"2" * 32)))
    assert [notice.subscription for notice in watching.notices("k1", after=0, limit=9)] == [made.id]


def test_subscriptions_are_their_owners_and_not_without_end(engine: Engine) -> None:
    watching = SqlSubscriptions(engine)
    made = watching.add("k1", subscription(), [KEY], most=1)
    assert watching.add("k1", subscription(), [KEY], most=1) == made
    with pytest.raises(QuotaExceeded):
        watching.add("k1", subscription(), [b"0" * 16], most=1)
    other = watching.add("k2", subscription(), [KEY], most=1)
    watching.remove("k1", other.id, NOON)
    assert watching.list_subscriptions("k2") == [other]
    watching.remove("k1", made.id, NOON)
    assert (watching.list_subscriptions("k1"), watching.list_subscriptions("k2")) == ([], [other])
