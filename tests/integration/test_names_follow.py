"""The search for names follows the store: it finds what one that begins now would find."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.adapters.feeds import read_feed
from zhamen.bootstrap.records import Records, open_records
from zhamen.core.errors import ZhamenError
from zhamen.ports.records import Actor, Named
from zhamen.records.claim import Claim
from zhamen.records.record import Move
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records
from zhamen.services.keep_records import RecordKeeper
from zhamen.services.search_names import NameSearch
from zhamen.settings import read_settings
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SOURCE = msgspec.structs.replace(read_feed("un-consolidated").source, replaces=False)
NAMES = ("张伟", "Zhang Wei", "Chang Wei", "张卫", "Ahmed Hassan", "Ahmad Hassan", "Omar Petrov")


@contextmanager
def opened(folder: Path) -> Iterator[Records]:
    with open_records(read_settings({}, {"data_dir": folder})) as records:
        yield records


def person(number: int, *names: str, begins: int | None = None, ends: int | None = None) -> Claim:
    return Claim(
        identify(SubjectKind.PERSON, f"PASSPORT:E{number:08}"),
        ListKind.BLACK,
        category("sanctions.un"),
        100,
        100,
        effective_from=None if begins is None else NOON + timedelta(hours=begins),
        expires_at=None if ends is None else NOON + timedelta(hours=ends),
        names=names,
    )


def bring(records: Records, clock: SetClock, *claims: Claim) -> None:
    import_records(records.store, SOURCE, iter([list(claims)]), actor=Actor("li"), clock=clock)


CLAIMS = st.builds(
    person,
    st.integers(1, 6),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    begins=st.none() | st.integers(0, 12),
    ends=st.none() | st.integers(13, 30),
)
STEPS = st.one_of(
    st.lists(CLAIMS, min_size=1, max_size=4),
    st.tuples(st.sampled_from(list(Move)), st.integers(1, 12)),
    st.integers(1, 9),
    st.just("rebuild"),
    st.just("tidy"),
)


@given(st.lists(STEPS, min_size=1, max_size=12))
@settings(deadline=None, max_examples=25)
def test_after_every_change_it_finds_what_one_that_begins_now_finds(
    make_migrated: Callable[[], Path], steps: list[object]
) -> None:
    clock = SetClock(NOON)
    with opened(make_migrated().parent) as records:
        search = NameSearch(records.store, clock)
        keeper = RecordKeeper(records.store, clock)
        for step in steps:
            match step:
                case list():
                    bring(records, clock, *step)
                case (Move() as move, int(number)):
                    try:
                        keeper.act(number, move, Actor("wang", reason="looked into"))
                    except ZhamenError:
                        continue
                case int():
                    clock.now += timedelta(hours=step)
                case "rebuild":
                    search.rebuild()
                case _:
                    keeper.tidy(by="clock")
            clock.now += timedelta(seconds=1)
            begun_now = NameSearch(records.store, clock)
            for name in NAMES:
                assert search.search(name, threshold=60) == begun_now.search(name, threshold=60)


def found(search: NameSearch, name: str) -> list[int]:
    return [one.record_id for one in search.search(name)]


def test_a_name_comes_changes_ends_and_comes_again(tmp_path: Path) -> None:
    clock = SetClock(NOON)
    with opened(tmp_path) as records:
        search, keeper = NameSearch(records.store, clock), RecordKeeper(records.store, clock)
        assert found(search, "张伟") == []
        bring(records, clock, person(1, "张伟", begins=1, ends=5))
        assert found(search, "张伟") == []
        clock.now += timedelta(hours=1)
        assert found(search, "张伟") == [1]
        bring(records, clock, person(1, "Omar Petrov", ends=5))
        assert (found(search, "张伟"), found(search, "Omar Petrov")) == ([], [2])
        clock.now += timedelta(hours=4)
        assert found(search, "Omar Petrov") == []
        bring(records, clock, person(1, "Omar Petrov"))
        assert found(search, "Omar Petrov") == [3]
        keeper.act(3, Move.SUSPEND, Actor("wang", reason="looked into"))
        assert found(search, "Omar Petrov") == []
        keeper.act(3, Move.RESUME, Actor("wang", reason="it stands"))
        assert found(search, "Omar Petrov") == [4]


class SlowStore:
    """A store whose whole reading of names waits to be let go."""

    def __init__(self, records: Records) -> None:
        self._store = records.store
        self.held = threading.Event()
        self.reading, self.let_go = threading.Event(), threading.Event()

    def named(self, after: int) -> Iterator[list[Named]]:
        for batch in self._store.named(after):
            if after == 0 and self.held.is_set():
                self.reading.set()
                assert self.let_go.wait(30)
            yield batch

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_searches_and_changes_go_on_while_the_index_is_built_anew(tmp_path: Path) -> None:
    clock = SetClock(NOON)
    with opened(tmp_path) as records:
        store = SlowStore(records)
        search = NameSearch(store, clock)  # type: ignore[arg-type]  # the rest is the store's
        bring(records, clock, person(1, "张伟"))
        assert found(search, "张伟") == [1]
        store.held.set()
        building = threading.Thread(target=search.rebuild)
        building.start()
        assert store.reading.wait(30)
        bring(records, clock, person(2, "Omar Petrov"))
        bring(records, clock, person(1, "Ahmed Hassan"))
        assert (found(search, "张伟"), found(search, "Omar Petrov")) == ([], [2])
        store.let_go.set()
        building.join()
        assert (found(search, "张伟"), found(search, "Omar Petrov")) == ([], [2])
        assert found(search, "Ahmed Hassan") == [3]


@pytest.mark.parametrize("when", ["before it begins", "while it runs"])
def test_the_thread_takes_what_changes(tmp_path: Path, when: str) -> None:
    clock = SetClock(NOON)
    with opened(tmp_path) as records:
        search = NameSearch(records.store, clock)
        if when == "before it begins":
            bring(records, clock, person(1, "张伟"))
        search.start()
        if when == "while it runs":
            bring(records, clock, person(1, "张伟"))
        assert found(search, "张伟") == [1]
        search.stop()
        assert search.problem == ""
