"""The real gate with a shipped pack: state from snapshot and tail is the live state, to the bit."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from zhamen.adapters.journal import SqliteJournal
from zhamen.adapters.packs import read_pack
from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.core.errors import FeaturesDiffer
from zhamen.events.model import AnyEvent
from zhamen.gate.gate import Gate
from zhamen.gate.pack import Pack, load_pack
from zhamen.services.decide import DecisionService
from zhamen.services.live import Live
from zhamen.services.recover import recover
from zhamen.services.snapshot import Snapshotting
from zhamen.testing import NOON, MemoryJournal, SetClock, make_events

EVENTS = make_events(2500)


@cache
def pack(name: str = "starter") -> Pack:
    return load_pack(read_pack(name), name)


def run(
    journal: SqliteJournal | MemoryJournal,
    snapshotting: Snapshotting | None = None,
    events: Sequence[AnyEvent] = EVENTS,
) -> DecisionService:
    """Decide events; leave the service as it was when the last was on disk."""
    clock = SetClock()
    service = DecisionService(
        Gate(pack()),
        journal,
        clock=clock,
        deliver=lambda answers: answers(),
        max_waiting=10_000,
        snapshotting=snapshotting,
    )
    service.start()
    newest = NOON
    for at, event in enumerate(events):
        newest = max(newest, event.occurred_at)
        clock.now = newest + timedelta(seconds=1)
        features = at % 50 == 0
        service.submit(event, trace_id="t", with_features=features, reply=lambda _: None)
    service.drain()
    return service


def bits(live: Live) -> object:
    return live.about(), {name: part.tobytes() for name, part in live.parts()}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(tmp_path / "journal.db")
    yield opened
    opened.close()


def test_snapshot_and_tail_are_the_live_state(journal: SqliteJournal, tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path / "snapshots", keep=100)
    for part in (EVENTS[:900], EVENTS[900:1_700]):
        run(journal, Snapshotting(folder), part)
    service = run(journal, Snapshotting(folder, every_entries=400), EVENTS[1_700:])
    snapshots = [snapshot.about.seq for snapshot in folder.newest()]
    assert snapshots[0] == 2500, "the last is written when the service stops"
    assert len(snapshots) > 2
    expected = bits(service._live)
    assert bits(recover(Gate(pack()), journal, folder).live) == expected
    for seq in snapshots[:-1]:
        (tmp_path / "snapshots" / f"{seq:015d}" / "header.json").unlink()
    recovered = recover(Gate(pack()), journal, folder)
    assert recovered.replayed == 2500 - snapshots[-1] > 0
    assert bits(recovered.live) == expected


def test_the_whole_journal_is_the_live_state(journal: SqliteJournal) -> None:
    service = run(journal)
    recovered = recover(Gate(pack()), journal)
    assert recovered.replayed == 2500
    assert bits(recovered.live) == bits(service._live)


def test_a_pack_with_other_features_gives_the_state_it_would_have_had(
    journal: SqliteJournal, tmp_path: Path
) -> None:
    folder = SnapshotFolder(tmp_path / "snapshots")
    run(journal, Snapshotting(folder, every_entries=400))
    other = Gate(pack("handbook"))
    recovered = recover(other, journal, folder)
    assert (recovered.snapshot, recovered.replayed) == ("", 2500)
    fresh = Gate(pack("handbook"))
    for event in EVENTS:
        fresh.decide(event, trace_id="t", decided_at=NOON)
    assert [(name, part.tobytes()) for name, part in recovered.live.gate.state.parts()] == [
        (name, part.tobytes()) for name, part in fresh.state.parts()
    ]


def test_a_program_that_decides_otherwise_does_not_start(journal: SqliteJournal) -> None:
    run(journal)
    changed = load_pack(read_pack("starter").replace("weight: 30", "weight: 31"), "starter")
    with pytest.raises(FeaturesDiffer, match="entry"):
        recover(Gate(replace(changed, hash=pack().hash)), journal)
