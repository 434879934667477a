"""The record store beside the plainest thing that should do the same, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from zhamen.adapters.sql import SqlRecords
from zhamen.core.errors import RecordConflict, RecordNotFound
from zhamen.core.instants import to_micros
from zhamen.ports.records import Actor, Merged
from zhamen.records.claim import Claim
from zhamen.records.record import MOVES, Move, Status
from zhamen.records.source import Source
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.index.live import LiveScreen
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.testing import SetClock

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RING = KeyRing({1: b"1" * 32})
_OPEN = (Status.CANDIDATE, Status.ACTIVE, Status.SUSPENDED)
_SUBJECTS = 3
_CODES = count(1)


@dataclass
class Version:
    level: int
    status: Status
    held: bool = False
    by: str = ""
    since: int | None = None
    until: int | None = None

    def end(self, status: Status, hour: int, by: str) -> None:
        self.status, self.by = status, by
        if self.since is not None:
            self.until = hour if self.until is None else min(self.until, hour)


@dataclass
class Model:
    """Every version of every record in lists, and loops over them; instants are hours."""

    trusted: bool
    replaces: bool
    records: dict[int, list[Version]] = field(default_factory=dict)

    def bring(self, listed: dict[int, int], hour: int) -> Merged:
        created = changed = unchanged = withdrawn = 0
        for number, level in listed.items():
            versions = self.records.setdefault(number, [])
            before = versions[-1] if versions else None
            if before and before.level == level and before.by != "source":
                unchanged += 1
                continue
            created, changed = (created, changed + 1) if before else (created + 1, changed)
            held = before is not None and before.held
            waits = held or not self.trusted
            for one in versions:
                if one.status in _OPEN and not (waits and one.status is Status.ACTIVE):
                    one.end(Status.RELEASED, hour, "version")
            status, since = (Status.CANDIDATE, None) if waits else (Status.ACTIVE, hour)
            versions.append(Version(level, status, held, since=since))
        for versions in [each for number, each in self.records.items() if number not in listed]:
            if self.replaces:
                withdrawn += any(one.status in _OPEN for one in versions)
                for one in versions:
                    if one.status in _OPEN:
                        one.end(Status.RELEASED, hour, "source")
                if versions[-1].by == "person":
                    versions[-1].by = "source"
        return Merged(created, changed, unchanged, withdrawn)

    def move(self, number: int, move: Move, hour: int) -> bool:
        versions = self.records.get(number)
        allowed, status = MOVES[move]
        if not versions or versions[-1].status not in allowed:
            return False
        latest = versions[-1]
        if move is Move.RESUME:
            latest.status = Status.RELEASED
            versions.append(Version(latest.level, Status.ACTIVE, since=hour))
            return True
        for one in versions[:-1]:
            if one.status is Status.ACTIVE:
                one.end(Status.RELEASED, hour, "version")
        if move is Move.PUBLISH:
            latest.status, latest.held, latest.since = status, False, hour
        else:
            latest.end(status, hour, "time" if move is Move.EXPIRE else "person")
            latest.held |= move is not Move.EXPIRE
        return True

    def found(self, number: int, hour: int) -> list[int]:
        return sorted(
            one.level
            for one in self.records.get(number, [])
            if one.since is not None and one.since <= hour and (one.until is None or hour < one.until)
        )


def at(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


def claim(number: int, level: int) -> Claim:
    who = identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}")
    return Claim(who, ListKind.BLACK, category("mule.case_account"), level, 95, source_ref=f"R{number}")


def move(store: SqlRecords, source: Source, number: int, what: Move, hour: int) -> bool:
    """Do something to the latest version of a record; say whether that was allowed."""
    versions = store.under([RING.key_of(claim(number, 0).identifier)])
    mine = [one.id for one in versions if one.source == source.code and one.latest]
    try:
        store.move(mine[0] if mine else 0, what, Actor("wang", reason="seen"), at(hour))
    except (RecordConflict, RecordNotFound):
        return False
    return True


def source(*, trusted: bool, replaces: bool) -> Source:
    return Source(
        code=f"s{next(_CODES)}",
        zh="来源",
        en="source",
        reliability=90,
        purpose="anti_fraud",
        legal_basis="x",
        retention_days=365,
        trusted=trusted,
        replaces=replaces,
    )


LISTS = st.dictionaries(st.integers(0, _SUBJECTS - 1), st.sampled_from([40, 60, 90]))
STEPS = st.lists(
    st.one_of(LISTS, st.tuples(st.sampled_from(Move), st.integers(0, _SUBJECTS - 1))), max_size=12
)


@given(STEPS, st.tuples(st.booleans(), st.booleans()), st.integers(1, 3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_store_does_what_loops_over_lists_do(
    make_engine: Callable[[], Engine],
    monkeypatch: pytest.MonkeyPatch,
    steps: list[dict[int, int] | tuple[Move, int]],
    kind: tuple[bool, bool],
    size: int,
) -> None:
    monkeypatch.setattr("zhamen.adapters.sql.importing._SLICE", size)
    monkeypatch.setattr("zhamen.adapters.sql.importing._PAUSE", 0)
    trusted, replaces = kind
    store, model = SqlRecords(make_engine(), RING, ObliviousKey(b"2" * 32)), Model(trusted, replaces)
    listing = store.register(source(trusted=trusted, replaces=replaces), Actor("li"), at(0))
    before = store.last_change()
    for hour, step in enumerate(steps):
        if isinstance(step, dict):
            importing = store.begin(listing, Actor("li"), at(hour))
            importing.stage([claim(number, level) for number, level in step.items()])
            assert importing.merge(SetClock(at(hour))) == model.bring(step, hour)
        else:
            what, number = step
            assert move(store, listing, number, what, hour) == model.move(number, what, hour)
        screen = LiveScreen(RING)
        screen.put(store.changes(before, 1_000))
        for number, past in product(range(_SUBJECTS), range(hour + 1)):
            hits = screen.find(claim(number, 0).identifier, to_micros(at(past)))
            assert sorted(hit.entry.level for hit in hits) == model.found(number, past)
