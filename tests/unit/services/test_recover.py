"""Recovery gives the state that was, to the bit, or says why it cannot."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.core.errors import FeaturesDiffer, JournalDamaged
from zhamen.gate.decision import Decision
from zhamen.ports.journal import GENESIS, Entry, link
from zhamen.services.live import Live
from zhamen.services.recover import recover
from zhamen.testing import MemoryJournal, TallyGate, TallyPack, TallyPlan, TallyState, make_entries


def bits(live: Live) -> object:
    return live.about(), [(name, part.tobytes()) for name, part in live.parts()]


def journal_of(entries: Sequence[Entry]) -> MemoryJournal:
    journal = MemoryJournal()
    journal.append(entries)
    return journal


def after(entries: Sequence[Entry], gate: TallyGate | None = None) -> Live:
    return recover(gate or TallyGate(), journal_of(entries)).live


def write(folder: SnapshotFolder, live: Live) -> None:
    folder.begin(live.about(), live.parts())
    assert folder.finish() is True


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder:
    return SnapshotFolder(tmp_path)


ENTRIES = make_entries(60)


def test_an_empty_journal_gives_the_empty_state() -> None:
    recovered = recover(TallyGate(), MemoryJournal())
    assert bits(recovered.live) == bits(Live(TallyGate()))
    assert (recovered.snapshot, recovered.replayed) == ("", 0)


@pytest.mark.parametrize("cut", [1, 30, 59, 60])
def test_snapshot_and_tail_give_the_same_bits_as_the_whole_journal(folder: SnapshotFolder, cut: int) -> None:
    write(folder, after(ENTRIES[:cut]))
    recovered = recover(TallyGate(), journal_of(ENTRIES), folder)
    assert recovered.replayed == 60 - cut
    assert recovered.snapshot.endswith(f"{cut:015d}")
    assert bits(recovered.live) == bits(after(ENTRIES))


def test_the_recovered_state_decides_what_the_lost_one_would_have(folder: SnapshotFolder) -> None:
    write(folder, after(ENTRIES[:20]))
    live = recover(TallyGate(), journal_of(ENTRIES[:40]), folder).live
    assert all(live.replay(entry) for entry in ENTRIES[40:])
    assert bits(live) == bits(after(ENTRIES))


def test_the_gate_that_was_given_stays_as_it_is() -> None:
    gate = TallyGate()
    recover(gate, journal_of(ENTRIES))
    assert gate.state.counts.sum() == 0


@pytest.mark.parametrize("harm", ["state cut", "state flipped", "header flipped", "header gone"])
def test_a_damaged_snapshot_is_named_and_the_one_before_is_taken(
    folder: SnapshotFolder, tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, after(ENTRIES[:20]))
    write(folder, after(ENTRIES[:40]))
    what, how = harm.split()
    path = tmp_path / f"{40:015d}" / {"state": "state.bin", "header": "header.json"}[what]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if how == "cut" else content)
    with caplog.at_level(logging.WARNING):
        recovered = recover(TallyGate(), journal_of(ENTRIES), folder)
    assert f"{40:015d} is skipped" in caplog.text
    assert recovered.snapshot.endswith(f"{20:015d}")
    assert bits(recovered.live) == bits(after(ENTRIES))


def test_with_every_snapshot_damaged_the_whole_journal_is_replayed(
    folder: SnapshotFolder, tmp_path: Path
) -> None:
    write(folder, after(ENTRIES[:40]))
    (tmp_path / f"{40:015d}" / "state.bin").write_bytes(b"")
    recovered = recover(TallyGate(), journal_of(ENTRIES), folder)
    assert (recovered.snapshot, recovered.replayed) == ("", 60)
    assert bits(recovered.live) == bits(after(ENTRIES))


def test_a_snapshot_ahead_of_the_journal_is_skipped(
    folder: SnapshotFolder, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, after(ENTRIES))
    recovered = recover(TallyGate(), journal_of(ENTRIES[:50]), folder)
    assert recovered.replayed == 50
    assert "ends before its entry 60" in caplog.text


def test_a_snapshot_with_an_entry_that_was_never_written_is_skipped(
    folder: SnapshotFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """A group that failed is followed by another under the same numbers."""
    write(folder, after(ENTRIES[:50]))
    other = rewritten(ENTRIES, 45, trace_id="of another try")
    recovered = recover(TallyGate(), journal_of(other), folder)
    assert recovered.replayed == 60
    assert "its entry 50 is not the journal's" in caplog.text


def test_a_snapshot_of_other_features_is_skipped_and_all_events_are_replayed(
    folder: SnapshotFolder, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, after(ENTRIES))
    gate = TallyGate(TallyPack(hash="1" * 64), TallyState(TallyPlan("other")))
    recovered = recover(gate, journal_of(ENTRIES), folder)
    assert recovered.replayed == 60
    assert "made with other features" in caplog.text
    assert recovered.live.about().fingerprint == "other"


def rewritten(entries: Sequence[Entry], at: int, **changes: Any) -> list[Entry]:
    """Change the decision of entry `at` and chain all behind it anew, as one who knows how would."""
    chain, result = GENESIS, []
    for entry in entries:
        decision = entry.decision
        if entry.seq == at:
            recorded = msgspec.json.decode(decision, type=Decision)
            decision = msgspec.json.encode(msgspec.structs.replace(recorded, **changes))
        chain = link(chain, entry.event, decision)
        result.append(msgspec.structs.replace(entry, chain=chain, decision=decision))
    return result


def test_a_decision_that_comes_out_otherwise_is_reported_with_its_number() -> None:
    with pytest.raises(FeaturesDiffer, match=r"entry 33 \(event T33\).*recovery\.md"):
        recover(TallyGate(), journal_of(rewritten(ENTRIES, 33, score=100)))


def test_with_another_pack_decisions_are_not_compared_but_state_is_the_same() -> None:
    changed = TallyGate(TallyPack(hash="1" * 64))
    live = after(rewritten(ENTRIES, 33, score=100), changed)
    assert [part for _, part in live.parts()] == [part for _, part in after(ENTRIES).parts()]


@pytest.mark.parametrize("what", ["event", "decision"])
def test_a_changed_entry_is_damage(what: str) -> None:
    entries = list(ENTRIES)
    changed = getattr(entries[20], what).replace(b"debtor-0", b"debtor-5").replace(b'"sum":', b'"sun":')
    entries[20] = msgspec.structs.replace(entries[20], **{what: changed})
    with pytest.raises(JournalDamaged, match="entry 21 was changed"):
        recover(TallyGate(), journal_of(entries))


class GappyJournal(MemoryJournal):
    """Has lost an entry."""

    def read(self, after: int = 0) -> Any:
        return (entry for entry in super().read(after) if entry.seq != 30)


class ShortJournal(MemoryJournal):
    """Has lost its last entries but not their number."""

    def read(self, after: int = 0) -> Any:
        return (entry for entry in super().read(after) if entry.seq <= 30)


@pytest.mark.parametrize(
    ("kind", "says"), [(GappyJournal, "entry 31 follows 29"), (ShortJournal, "ends at entry 30, not at 60")]
)
def test_a_missing_entry_is_damage(kind: type[MemoryJournal], says: str) -> None:
    journal = kind()
    journal.append(ENTRIES)
    with pytest.raises(JournalDamaged, match=says):
        recover(TallyGate(), journal)


def test_progress_is_told_to_the_end(folder: SnapshotFolder) -> None:
    entries = make_entries(2600)
    write(folder, after(entries[:500]))
    told: list[tuple[int, int]] = []
    recover(TallyGate(), journal_of(entries), folder, lambda done, of: told.append((done, of)))
    assert told == [(500, 2100), (1500, 2100), (2100, 2100)]


def test_a_pack_of_another_hash_with_the_same_features_goes_on_from_the_snapshot(
    folder: SnapshotFolder,
) -> None:
    write(folder, after(ENTRIES[:50]))
    gate = TallyGate(replace(TallyPack(), hash="1" * 64, version="2"))
    assert recover(gate, journal_of(ENTRIES), folder).replayed == 10
