"""What every journal promises."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from zhamen.adapters.journal import SqliteJournal
from zhamen.core.errors import EventIdReused
from zhamen.ports.journal import Journal, PackSpan
from zhamen.testing import MemoryJournal, make_entries


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    opened: Journal = MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "journal.db")
    yield opened
    opened.close()


def test_an_empty_journal_ends_at_zero_and_knows_nothing(journal: Journal) -> None:
    assert journal.last_seq == 0
    assert journal.find("T1") is None
    assert journal.at(0) is None
    assert journal.at(1) is None
    assert list(journal.read()) == []
    assert list(journal.packs()) == []


def test_what_was_appended_is_read_in_order_and_to_the_byte(journal: Journal) -> None:
    entries = make_entries(7)
    journal.append(entries[:1])
    journal.append(entries[1:])
    assert journal.last_seq == 7
    assert list(journal.read()) == entries
    assert list(journal.read(after=5)) == entries[5:]
    assert list(journal.read(after=7)) == []


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 1024, 1025, 2500])
def test_groups_of_any_size_are_written_whole(journal: Journal, size: int) -> None:
    entries = make_entries(size)
    journal.append(entries)
    assert list(journal.read()) == entries


def test_appending_nothing_changes_nothing(journal: Journal) -> None:
    journal.append([])
    assert journal.last_seq == 0


def test_entries_are_found_by_event_id_and_by_number(journal: Journal) -> None:
    entries = make_entries(3)
    journal.append(entries)
    assert journal.find("T2") == entries[1]
    assert journal.at(2) == entries[1]
    assert journal.find("T4") is None
    assert journal.at(4) is None


@pytest.mark.parametrize("size", [2, 1500])
def test_an_event_id_that_is_there_refuses_the_whole_group(journal: Journal, size: int) -> None:
    entries = make_entries(1 + size)
    journal.append(entries[:1])
    group = [*entries[1:-1], msgspec.structs.replace(entries[-1], event_id="T1")]
    with pytest.raises(EventIdReused):
        journal.append(group)
    assert list(journal.read()) == entries[:1]
    journal.append(entries[1:])
    assert list(journal.read()) == entries


def test_an_event_id_twice_in_a_group_refuses_the_group(journal: Journal) -> None:
    first, second = make_entries(2)
    with pytest.raises(EventIdReused):
        journal.append([first, msgspec.structs.replace(second, event_id=first.event_id)])
    assert journal.last_seq == 0


@pytest.mark.parametrize("picked", [[1], [0, 2], [1, 0]])
def test_entries_that_do_not_follow_are_our_own_mistake(journal: Journal, picked: list[int]) -> None:
    entries = make_entries(3)
    with pytest.raises(ValueError, match="follow"):
        journal.append([entries[at] for at in picked])
    assert journal.last_seq == 0


def test_a_pack_is_noted_from_the_next_entry_on(journal: Journal) -> None:
    first, second = make_entries(2)
    journal.begin_pack("starter 1", "aa")
    journal.append([first])
    journal.begin_pack("starter 1", "aa")
    journal.begin_pack("starter 2", "bb")
    journal.begin_pack("starter 3", "cc")
    journal.append([second])
    assert list(journal.packs()) == [PackSpan(1, "starter 1", "aa"), PackSpan(2, "starter 3", "cc")]


def test_a_pack_that_was_taken_back_before_any_entry_leaves_no_trace(journal: Journal) -> None:
    journal.begin_pack("starter 1", "aa")
    journal.append(make_entries(1))
    journal.begin_pack("starter 2", "bb")
    journal.begin_pack("starter 1", "aa")
    assert list(journal.packs()) == [PackSpan(1, "starter 1", "aa")]


def test_a_probe_adds_no_entry(journal: Journal) -> None:
    journal.probe()
    assert journal.last_seq == 0


def test_a_reader_that_is_half_way_sees_what_was_appended_meanwhile(journal: Journal) -> None:
    entries = make_entries(1200)
    journal.append(entries[:600])
    reading = journal.read()
    seen = [next(reading) for _ in range(10)]
    journal.append(entries[600:])
    assert seen + list(reading) == entries
