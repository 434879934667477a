"""Screening follows the store: in force at once, in every process, through rebuilds and failures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest

from zhamen.adapters.feeds import read_feed
from zhamen.adapters.screening.secrets import add_secret
from zhamen.bootstrap.records import Records, follow, open_records, secrets_path
from zhamen.core.errors import StoreUnavailable
from zhamen.core.instants import to_micros
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.follow_records import ScreenFollower
from zhamen.services.import_records import import_records
from zhamen.settings import read_settings

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
AS_OF = to_micros(NOON)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(read_settings({}, {"data_dir": tmp_path})) as opened:
        yield opened


@contextmanager
def following(records: Records) -> Iterator[ScreenFollower]:
    follower = ScreenFollower(records.store, records.indexes, records.secrets.ring)
    follower.start()
    try:
        yield follower
    finally:
        follower.stop()


def account(number: int) -> Claim:
    who = identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}")
    return Claim(who, ListKind.BLACK, category("mule.case_account"), 90, 95, source_ref=f"R{number}")


def bring(records: Records, *numbers: int) -> None:
    source = read_feed("police-accounts").source
    claims = [account(number) for number in numbers]
    import_records(records.store, source, iter([claims]), actor=Actor("li"), clock=lambda: NOON)


def found(follower: ScreenFollower, number: int) -> bool:
    return bool(follower.screen.find(account(number).identifier, AS_OF))


def until_found(follower: ScreenFollower, number: int) -> float:
    began = monotonic()
    while not found(follower, number) and monotonic() - began < 10:
        sleep(0.01)
    return monotonic() - began


def test_a_publication_is_in_force_within_a_second_in_every_process(records: Records, tmp_path: Path) -> None:
    with (
        open_records(read_settings({}, {"data_dir": tmp_path})) as elsewhere,
        following(elsewhere) as follower,
    ):
        bring(records, 1)
        assert until_found(follower, 1) < 1


def test_how_reliable_a_source_is_counts_at_once(records: Records, tmp_path: Path) -> None:
    with (
        open_records(read_settings({}, {"data_dir": tmp_path})) as elsewhere,
        following(elsewhere) as follower,
    ):
        bring(records, 1)
        until_found(follower, 1)
        source = msgspec.structs.replace(read_feed("police-accounts").source, reliability=10)
        records.store.register(source, Actor("li"), NOON)
        began = monotonic()
        while follower.screen.sources[1].reliability != 10 and monotonic() - began < 5:
            sleep(0.01)
        assert follower.screen.sources[1].reliability == 10
        before = records.store.last_change()
        records.store.register(source, Actor("li"), NOON)
        assert records.store.last_change() == before


def test_who_begins_later_knows_what_was_before(records: Records) -> None:
    bring(records, 1)
    with following(records) as follower:
        assert found(follower, 1)
        assert (follower.screen.records, follower.screen.changed) == (0, 1)


def test_a_rebuild_takes_what_changed_in_and_forgets_nothing(records: Records) -> None:
    bring(records, *range(50))
    with following(records) as follower:
        follower.rebuild()
        assert (follower.screen.records, follower.screen.changed) == (50, 0)
        bring(records, 99)
        follower.look()
        assert all(found(follower, number) for number in [*range(50), 99])
    with following(records) as again:
        assert (again.screen.records, again.screen.changed) == (50, 1)
        assert found(again, 99)


def test_many_changes_make_it_build_by_itself(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhamen.services.follow_records._REBUILD_AT", 10)
    bring(records, *range(20))
    with following(records) as follower:
        began = monotonic()
        while follower.screen.records < 20 and monotonic() - began < 10:
            sleep(0.01)
        assert (follower.screen.records, follower.screen.changed) == (20, 0)


def test_while_the_store_is_away_what_is_known_stays_in_force(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(records, 1)
    with following(records) as follower:

        def away() -> int:
            raise StoreUnavailable("the database is away")

        monkeypatch.setattr(records.store, "last_change", away)
        began = monotonic()
        while not follower.problem and monotonic() - began < 10:
            sleep(0.01)
        assert "away" in follower.problem
        assert found(follower, 1)
        monkeypatch.undo()
        bring(records, 2)
        assert until_found(follower, 2) < 5
        while follower.problem and monotonic() - began < 20:
            sleep(0.01)
        assert follower.problem == ""


def test_a_secret_that_was_added_is_noticed(records: Records, tmp_path: Path) -> None:
    settings = read_settings({}, {"data_dir": tmp_path})
    follower = follow(settings, records)
    follower.start()
    try:
        sleep(0.6)
        assert follower.problem == ""
        add_secret(secrets_path(settings))
        with open_records(settings) as after:
            bring(after, 1)
        began = monotonic()
        while not follower.problem and monotonic() - began < 10:
            sleep(0.01)
        assert not found(follower, 1)
        assert "restart it" in follower.problem
    finally:
        follower.stop()
    with open_records(settings) as after, following(after) as restarted:
        assert found(restarted, 1)
        assert restarted.problem == ""
