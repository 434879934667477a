"""The nightly round over a data folder with old rows in every store."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from zhamen.adapters.feeds import read_feed
from zhamen.adapters.keys import SqliteKeys
from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.bootstrap.desk import open_query_log
from zhamen.bootstrap.housekeeping import make_housekeeper, run_nightly
from zhamen.bootstrap.records import Records, open_records
from zhamen.ports.queries import Query
from zhamen.ports.records import Actor
from zhamen.ports.subscriptions import Subscription
from zhamen.records.appeal import Step
from zhamen.records.claim import Claim
from zhamen.records.record import Move
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services import housekeeping
from zhamen.services.hear_appeals import AppealDesk
from zhamen.services.housekeeping import Housekeeper, Tidied
from zhamen.services.import_records import import_records
from zhamen.services.keys import create_key
from zhamen.settings import Settings, read_settings
from zhamen.testing import SetClock

LONG_AGO = datetime(2015, 3, 2, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))


def fill(settings: Settings, records: Records) -> None:
    """Write into every store what is over-age, and beside it the same of today."""
    for at, first in ((LONG_AGO, 0), (NOW, 10)):
        clock = SetClock(at)
        claims = [
            Claim(
                identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}"),
                ListKind.GREY,
                category("mule.seller"),
                60,
                70,
                source_ref=f"R{number}",
            )
            for number in range(first, first + 3)
        ]
        source = read_feed("branch-reports").source
        import_records(records.store, source, iter([claims]), actor=Actor("li"), clock=clock)
        ids = [one.id for one in records.store.list_records("candidate", after=0).records][-3:]  # type: ignore[arg-type]
        records.store.move(ids[0], Move.RELEASE, Actor("wang", reason="wrong"), at)
        desk = AppealDesk(SqlAppeals(records.engine), clock)
        one = desk.receive(claims[1].identifier, [b"k" * 16], claim="x", contact="y").appeal
        desk.step(one.id, Step.WITHDRAW, Actor("li", reason="by phone"))
        desk.receive(claims[2].identifier, [b"l" * 16], claim="x", contact="y")
        question = Query(
            at=at,
            who="li",
            unit="head",
            channel="console",
            purpose="counter",
            kind="phone",
            masked="****",
            key=b"k" * 16,
            list="",
            level=0,
            took_us=1,
        )
        with open_query_log(settings) as log:
            log.append([question, question])
    with closing(SqliteKeys(settings.data_dir / "keys.db")) as keys:
        for name, revoked in (("old", True), ("new", False)):
            made = create_key(keys, name=name, scopes=["risk:watch"], at=LONG_AGO, by="root").key
            watched = Subscription(id=0, kind="phone", masked="**", purpose="peer", made_at=LONG_AGO)
            SqlSubscriptions(records.engine).add(made.id, watched, [b"k" * 16], most=9)
            if revoked:
                keys.revoke(made.id, at=NOW - timedelta(days=40), by="root")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def keeper(tmp_path: Path, clock: SetClock) -> Iterator[Housekeeper]:
    settings = read_settings({}, {"data_dir": tmp_path})
    with open_records(settings) as records, open_query_log(settings) as log:
        fill(settings, records)
        yield make_housekeeper(settings, (records.engine, records.store, log), clock)


def test_a_night_deletes_what_is_over_age_and_leaves_the_rest(keeper: Housekeeper, clock: SetClock) -> None:
    nights = keeper.nights(CHINA)
    assert nights.round()
    assert keeper.last == Tidied(at=NOW, expired=0, deleted=3, questions=2, appeals=1, subscriptions=1)
    clock.now = NOW + timedelta(hours=6)
    assert not nights.round()
    clock.now = datetime(2026, 11, 2, 19, tzinfo=UTC)
    assert nights.round()
    assert keeper.last == Tidied(at=clock.now, expired=0, deleted=0, questions=0, appeals=0, subscriptions=0)


def test_a_server_tidies_without_being_told_to(keeper: Housekeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "_EVERY", 0.01)
    with run_nightly(keeper, CHINA) as running:
        until = time.monotonic() + 10
        while keeper.last is None and time.monotonic() < until:
            time.sleep(0.01)
        assert running.rounds.problem == ""
    assert keeper.last is not None
    assert keeper.last.deleted == 3
