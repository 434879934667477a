"""What is done to records, sources, appeals and subscriptions stands in the chain of records."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from zhamen.adapters.sql import SqlRecords
from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.adapters.sql.feedback import SqlFeedback
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.core.audit import AuditEntry, sealed
from zhamen.core.errors import FourEyes, RecordConflict
from zhamen.ports.records import Actor
from zhamen.ports.subscriptions import Subscription
from zhamen.records.appeal import Cause, Step
from zhamen.records.claim import Claim
from zhamen.records.feedback import Feedback, FeedbackOutcome
from zhamen.records.record import Move
from zhamen.records.source import Source
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.services.check_trail import check_chain
from zhamen.services.hear_appeals import AppealDesk
from zhamen.services.import_records import import_records
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RING = KeyRing({1: b"1" * 32})
PHONE = identify(SubjectKind.PHONE, "13800138000")
LI, WANG = Actor("li", "HQ/R1", "seen in the contract of Zhang San"), Actor("wang", "HQ", "checked")
SOURCE = Source(
    code="branch",
    zh="分行",
    en="branch",
    reliability=80,
    purpose="anti_fraud",
    legal_basis="x",
    retention_days=365,
    trusted=False,
)


@pytest.fixture
def store(engine: Engine) -> SqlRecords:
    return SqlRecords(engine, RING, ObliviousKey(b"2" * 32))


def imported(store: SqlRecords, source: Source = SOURCE, level: int = 60) -> None:
    claim = Claim(PHONE, ListKind.GREY, category("phone.scam_caller"), level, 80)
    import_records(store, source, [[claim]], actor=LI, clock=SetClock(NOON))


def chain(engine: Engine) -> list[AuditEntry]:
    trail = SqlAuditTrail(engine)
    assert check_chain(trail, "records").broken is None
    return list(trail.read("records"))


def deeds(engine: Engine) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.act, entry.subject) for entry in chain(engine)]


def test_an_import_leaves_its_beginning_and_what_it_came_to(store: SqlRecords, engine: Engine) -> None:
    imported(store)
    imported(store)
    imported(store, msgspec.structs.replace(SOURCE, reliability=10))
    assert deeds(engine) == [
        ("li", "describe-source", "source/branch"),
        ("li", "begin-import", "source/branch"),
        ("li", "import-records", "source/branch"),
        ("li", "begin-import", "source/branch"),
        ("li", "import-records", "source/branch"),
        ("li", "describe-source", "source/branch"),
        ("li", "begin-import", "source/branch"),
        ("li", "import-records", "source/branch"),
    ]
    done = chain(engine)[2]
    assert done.detail == {"run": 1, "created": 1, "changed": 0, "unchanged": 0, "withdrawn": 0}
    assert done.unit == "HQ/R1"


def test_what_people_do_to_a_record_stands_there_without_the_words_of_their_reason(
    store: SqlRecords, engine: Engine
) -> None:
    imported(store)
    with pytest.raises(FourEyes):
        store.move(1, Move.PUBLISH, LI, NOON)
    store.move(1, Move.PUBLISH, WANG, NOON)
    store.move(1, Move.SUSPEND, LI, NOON)
    with pytest.raises(RecordConflict):
        store.move(1, Move.PUBLISH, WANG, NOON)
    assert deeds(engine)[3:] == [("wang", "publish-record", "record/1"), ("li", "suspend-record", "record/1")]
    assert chain(engine)[-1].detail == {"reason": sealed(LI.reason)}
    assert store.list_acts(1)[-1].reason == LI.reason


def test_time_ends_records_in_the_name_of_who_lets_it(store: SqlRecords, engine: Engine) -> None:
    imported(store)
    store.move(1, Move.PUBLISH, WANG, NOON)
    store.move(1, Move.RELEASE, WANG, NOON)
    before = len(chain(engine))
    assert store.retain(NOON, "root") == 0
    assert len(chain(engine)) == before
    assert store.retain(NOON + timedelta(days=366), "root") == 1
    assert deeds(engine)[before:] == [("root", "delete-records", "")]
    assert chain(engine)[-1].detail == {"branch": 1}


def test_an_appeal_stands_there_with_the_records_that_it_released(store: SqlRecords, engine: Engine) -> None:
    imported(store)
    store.move(1, Move.PUBLISH, WANG, NOON)
    before = len(chain(engine))
    desk = AppealDesk(SqlAppeals(engine), SetClock(NOON))
    number = desk.receive(PHONE, [RING.key_of(PHONE)], claim="it is mine", contact="a@b.example").appeal.id
    desk.step(number, Step.TAKE, LI)
    desk.step(number, Step.UPHOLD, LI, Cause.MISTAKEN)
    SqlAppeals(engine).retain(NOON + timedelta(days=9), at=NOON, by="root")
    assert deeds(engine)[before:] == [
        ("public", "receive-appeal", "appeal/1"),
        ("li", "take-appeal", "appeal/1"),
        ("li", "release-record", "record/1"),
        ("li", "uphold-appeal", "appeal/1"),
        ("root", "delete-appeals", ""),
    ]
    upheld = chain(engine)[before + 3]
    assert upheld.detail == {"cause": "mistaken", "released": [1], "reason": sealed(LI.reason)}


def test_feedback_and_subscriptions_stand_there(engine: Engine) -> None:
    given = Feedback(id="E-13800138000", at=NOON, by="li", outcome=FeedbackOutcome.STOPPED, amount_minor=1)
    SqlFeedback(engine).give(given)
    watching = SqlSubscriptions(engine)
    wanted = Subscription(id=0, kind="phone", masked="****", purpose="peer", made_at=NOON)
    made = watching.add("k1", wanted, [b"1" * 16], most=1)
    watching.add("k1", wanted, [b"1" * 16], most=1)
    watching.remove("k2", made.id, NOON)
    watching.remove("k1", made.id, NOON)
    assert deeds(engine) == [
        ("li", "give-feedback", f"feedback/{sealed(given.id)}"),
        ("k1", "watch-subject", f"subscription/{made.id}"),
        ("k1", "unwatch-subject", f"subscription/{made.id}"),
    ]


def test_nothing_of_a_person_stands_in_the_chain(store: SqlRecords, engine: Engine) -> None:
    imported(store)
    store.move(1, Move.PUBLISH, WANG, NOON)
    store.move(1, Move.SUSPEND, LI, NOON)
    told = repr(chain(engine))
    assert PHONE.canonical not in told
    assert "Zhang San" not in told
