"""The live screen against a plain list of records, through changes, withdrawals and rebuilds."""

import threading
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.screening.entries import ENTRY, EVER, Entry, ListKind, SourceNote
from zhamen.screening.index.live import Built, LiveScreen
from zhamen.screening.index.overlay import Change, Overlay
from zhamen.screening.index.table import table_of
from zhamen.screening.keys import KeyRing
from zhamen.screening.screen import Form
from zhamen.screening.subjects import Identifier, SubjectKind

RING = KeyRing({1: b"1" * 32, 2: b"2" * 32})
NOTE = {1: SourceNote(1, "police", "公安", "police", 95, authority=True)}


def phone(number: int) -> Identifier:
    return Identifier(SubjectKind.PHONE, f"+86138000000{number:02}", "****")


def entry(record_id: int, level: int = 50, since: int = 0, until: int = EVER, span: int = 0) -> Entry:
    return Entry(record_id, ListKind.BLACK, level, 90, 101, 1, since, until, span)


def built(changes: list[Change]) -> Built:
    rows = np.zeros(len(changes), ENTRY)
    for at, change in enumerate(changes):
        one = change.entry
        rows[at] = (
            one.record_id,
            one.effective_from,
            one.expires_at,
            one.category,
            one.source,
            one.list.code,
            one.level,
            one.confidence,
            one.span,
        )
    keys = np.frombuffer(b"".join(change.key for change in changes), np.uint8).reshape(-1, 16)
    spans = frozenset(change.entry.span for change in changes if change.entry.span)
    return Built(table_of(keys, rows), max((change.number for change in changes), default=0), spans, NOTE)


@dataclass
class Oracle:
    newest: dict[int, tuple[Identifier, Entry]] = field(default_factory=dict)

    def find(self, asked: Identifier, as_of: int) -> set[Entry]:
        return {one for who, one in self.newest.values() if who == asked and one.in_force(as_of)}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 6), st.integers(0, 3), st.integers(0, 9), st.integers(1, 2)),
        st.sampled_from(["rebuild", "rebuild a while ago"]),
    ),
    max_size=25,
)


@given(STEPS)
@settings(deadline=None)
def test_answers_as_a_list_of_all_records_would(steps: list[tuple[int, int, int, int] | str]) -> None:
    screen, oracle = LiveScreen(RING), Oracle()
    number, changes, behind = 0, dict[int, Change](), dict[int, Change]()
    for step in steps:
        if not isinstance(step, str):
            record_id, who, since, version = step
            number += 1
            behind = dict(changes)
            one = entry(record_id, level=number % 100, since=since, until=since + 5)
            key = RING.keys_to_ask(phone(who))[2 - version]
            changes[record_id] = Change(number, key, one)
            oracle.newest[record_id] = (phone(who), one)
            screen.put([changes[record_id]])
        else:
            source = changes if step == "rebuild" else behind
            screen.swap(built(list(source.values())))
            screen.put(sorted(changes.values()))
        for who in range(4):
            for as_of in (0, 4, 5, 9, 14):
                found = screen.find(phone(who), as_of)
                assert len(found) == len(oracle.find(phone(who), as_of))
                assert {hit.entry for hit in found} == oracle.find(phone(who), as_of)
    assert screen.last == number


def test_a_withdrawn_record_stays_for_the_past() -> None:
    screen = LiveScreen(RING, built([Change(1, RING.key_of(phone(1)), entry(7, since=10))]))
    screen.put([Change(2, RING.key_of(phone(1)), entry(7, since=10, until=20))])
    assert [len(screen.find(phone(1), at)) for at in (9, 10, 19, 20)] == [0, 1, 1, 0]


def test_an_older_change_that_comes_late_changes_nothing() -> None:
    screen = LiveScreen(RING)
    key = RING.key_of(phone(1))
    screen.put([Change(5, key, entry(7, level=80)), Change(4, key, entry(7, level=10))])
    assert [hit.entry.level for hit in screen.find(phone(1), 0)] == [80]


def test_what_changed_after_a_build_stays_in_force_when_it_comes() -> None:
    screen = LiveScreen(RING)
    screen.put([Change(1, RING.key_of(phone(1)), entry(1)), Change(2, RING.key_of(phone(2)), entry(2))])
    screen.swap(built([Change(1, RING.key_of(phone(1)), entry(1))]))
    assert (screen.changed, screen.records, screen.last) == (1, 1, 2)
    assert [len(screen.find(phone(who), 0)) for who in (1, 2)] == [1, 1]


def test_an_address_is_found_by_its_networks_nearest_first() -> None:
    def network(text: str, record_id: int, span: int) -> Change:
        who = Identifier(SubjectKind.IP, text, text)
        return Change(record_id, RING.key_of(who), entry(record_id, span=span))

    inside = built([network("192.0.0.0/16", 1, 16), network("2001:db8::/32", 2, 132)])
    screen = LiveScreen(RING, inside)
    screen.put([network("192.0.2.0/24", 3, 24)])
    hits = screen.find(Identifier(SubjectKind.IP, "192.0.2.7", "192.0.2.*"), 0)
    assert [(hit.form, hit.entry.record_id, hit.masked) for hit in hits] == [
        (Form.NETWORK, 3, "192.0.2.0/24"),
        (Form.NETWORK, 1, "192.0.0.0/16"),
    ]
    six = screen.find(Identifier(SubjectKind.IP, "2001:db8::7", "*"), 0)
    assert [hit.entry.record_id for hit in six] == [2]
    assert not screen.find(Identifier(SubjectKind.IP, "198.51.100.7", "*"), 0)


def test_a_page_is_found_by_its_host_and_the_domains_above() -> None:
    def site(text: str, record_id: int) -> Change:
        return Change(record_id, RING.key_of(Identifier(SubjectKind.URL, text, text)), entry(record_id))

    screen = LiveScreen(RING, built([site("bad.example", 1), site("pay.bad.example", 2), site("example", 3)]))
    hits = screen.find(Identifier(SubjectKind.URL, "pay.bad.example/login", ""), 0)
    assert [(hit.form, hit.entry.record_id) for hit in hits] == [(Form.HOST, 2), (Form.PARENT_DOMAIN, 1)]
    assert not screen.find(Identifier(SubjectKind.URL, "notbad.example", ""), 0)


def test_readers_never_miss_a_record_that_is_being_changed() -> None:
    key = RING.key_of(phone(1))
    screen = LiveScreen(RING, built([Change(1, key, entry(7))]))
    missed, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            found = screen.find(phone(1), 0)
            if len(found) != 1:
                missed.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 1_500):
        screen.put([Change(number, key, entry(7, level=number % 100))])
        if number % 100 == 0:
            screen.swap(built([Change(number, key, entry(7, level=number % 100))]))
    stop.set()
    for reader in readers:
        reader.join()
    assert not missed


def test_a_record_that_moved_between_the_two_look_ups_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    newer_key, older_key = RING.keys_to_ask(phone(1))
    screen = LiveScreen(RING, built([Change(1, older_key, entry(7))]))
    asked: list[bytes] = []
    under = Overlay.under

    def move_after_the_first(overlay: Overlay, key: bytes) -> tuple[Entry, ...]:
        found = under(overlay, key)
        asked.append(key)
        if len(asked) == 1:
            screen.put([Change(2, newer_key, entry(7, level=60))])
        return found

    monkeypatch.setattr(Overlay, "under", move_after_the_first)
    assert [hit.entry.level for hit in screen.find(phone(1), 0)] == [60]
    assert asked == [older_key, newer_key]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=20), st.integers(0, 20))
def test_an_overlay_since_a_change_holds_what_came_after(puts: list[tuple[int, int]], since: int) -> None:
    overlay = Overlay()
    newest: dict[int, Change] = {}
    for number, (record_id, who) in enumerate(puts, start=1):
        newest[record_id] = Change(number, bytes([who]) * 16, entry(record_id))
        overlay.put(newest[record_id])
    later = overlay.since(since)
    assert set(later) == {change for change in newest.values() if change.number > since}
    for who in range(4):
        key = bytes([who]) * 16
        assert {one.record_id for one in overlay.under(key)} == {
            record_id for record_id, change in newest.items() if change.key == key
        }
