"""An audit finds every way in which an entry can differ from what was written."""

from typing import Any

import msgspec
import pytest

from zhamen.core.errors import JournalDamaged
from zhamen.gate.decision import Decision
from zhamen.ports.journal import Entry, link
from zhamen.services.audit import Audit, audit_journal
from zhamen.testing import NOON, MemoryJournal, make_entries


class ChangedJournal(MemoryJournal):
    """Gives other entries than were appended."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__()
        self._entries = entries


def audit(entries: list[Entry]) -> Audit:
    return audit_journal(ChangedJournal(entries), lambda _: None)


def changed(entry: Entry, **changes: Any) -> Entry:
    return msgspec.structs.replace(entry, **changes)


def decided(entry: Entry, **changes: Any) -> bytes:
    decision = msgspec.json.decode(entry.decision, type=Decision)
    return msgspec.json.encode(msgspec.structs.replace(decision, **changes))


def test_a_sound_journal_has_no_problems() -> None:
    told: list[int] = []
    found = audit_journal(ChangedJournal(make_entries(2300)), told.append)
    found.require_sound()
    assert (found.entries, found.problems, sum(told)) == (2300, [], 2300)


def test_an_empty_journal_is_sound() -> None:
    assert audit([]) == Audit()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _: {"seq": 9}, "follows entry 1"),
        (lambda _: {"chain": bytes(16)}, "its chain"),
        (lambda _: {"digest": bytes(16)}, "its digest"),
        (lambda _: {"event_id": "T9"}, "its event has the id T2"),
        (lambda e: {"event": e.event.replace(b'"CNY"', b'"USD"')}, "its chain"),
        (lambda _: {"event": b"{}"}, "its event cannot be read"),
        (lambda _: {"decision": b"{"}, "its decision cannot be read"),
        (lambda e: {"decision": decided(e, event_id="T9")}, "its decision is on event T9"),
        (lambda e: {"decision": decided(e, decided_at=NOON.replace(year=2020))}, "decided before"),
    ],
)
def test_every_change_is_found(change: Any, says: str) -> None:
    entries = make_entries(3)
    entries[1] = changed(entries[1], **change(entries[1]))
    found = audit(entries)
    assert any(says in problem for problem in found.problems)
    with pytest.raises(JournalDamaged, match=r"entry .*recovery\.md"):
        found.require_sound()


def test_a_chain_made_anew_does_not_hide_a_changed_event() -> None:
    first, second = make_entries(2)
    event = second.event.replace(b'"amount_minor":102', b'"amount_minor":999')
    assert event != second.event
    forged = changed(second, event=event, chain=link(first.chain, event, second.decision))
    assert audit([first, forged]).problems == ["entry 2: its digest is not its event's"]


def test_a_decision_of_another_pack_than_noted_is_found() -> None:
    journal = MemoryJournal()
    journal.begin_pack("tally 1", "0" * 64)
    journal.append(make_entries(1))
    journal.begin_pack("tally 2", "1" * 64)
    journal.append(make_entries(1, after=journal.at(1)))
    found = audit_journal(journal, lambda _: None)
    assert found.problems == [
        "entry 2: its pack 000000000000 is not the one noted from there on, 111111111111"
    ]


def test_no_more_than_twenty_problems_are_kept() -> None:
    entries = [changed(entry, digest=bytes(16)) for entry in make_entries(50)]
    found = audit(entries)
    assert (found.entries, len(found.problems)) == (50, 20)
