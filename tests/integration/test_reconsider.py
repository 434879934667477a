"""A decision made again from the few entries that bear on it is the decision that was made."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from zhamen.adapters.packs import find_kept_pack, keep_pack, read_pack
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.views.related import SqlRelatedEntries
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.core.errors import DecisionNotFound, TooLarge, UnavailableError
from zhamen.gate.decision import Decision, Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.pack import Pack, load_pack
from zhamen.ports.journal import GENESIS, Entry, link
from zhamen.services.reconsider import Reconsidering
from zhamen.testing import SMALL_BANK, MemoryJournal, make_events

EVENTS = 1_200


@cache
def starter() -> Pack:
    return load_pack(read_pack("starter"), "starter")


@cache
def decided() -> tuple[Entry, ...]:
    """Entries that the starter pack decided one after another, one in twenty of them late by days."""
    gate, chain, entries = Gate(starter()), GENESIS, []
    for seq, event in enumerate(make_events(EVENTS, seed=4), 1):
        decision = gate.decide(event, trace_id=f"trace-{seq}", decided_at=event.occurred_at)
        content, answer = msgspec.json.encode(event), msgspec.json.encode(decision)
        chain = link(chain, content, answer)
        entries.append(
            Entry(seq=seq, event_id=event.event_id, digest=b"", chain=chain, event=content, decision=answer)
        )
    return tuple(entries)


@pytest.fixture
def related(database: Path) -> SqlRelatedEntries:
    engine = open_engine(f"sqlite:///{database}")
    SqlProjections(engine, lambda: SMALL_BANK, utc_offset_minutes=480).apply(decided())
    return SqlRelatedEntries(engine)


@pytest.fixture
def journal() -> MemoryJournal:
    journal = MemoryJournal()
    journal.append(decided())
    return journal


def reconsidering(
    journal: MemoryJournal, related: SqlRelatedEntries, today: Pack, *kept: Pack
) -> Reconsidering:
    gates = {pack.hash: Gate(pack) for pack in kept}
    return Reconsidering(journal, related, lambda: Gate(today), gates.get)


def test_the_pack_of_then_gives_the_decision_of_then_to_the_letter(
    journal: MemoryJournal, related: SqlRelatedEntries
) -> None:
    again = reconsidering(journal, related, starter(), starter())
    outcomes = set()
    for seq in (*range(1, 20, 2), *range(1_000, EVENTS + 1, 20)):
        found = again.reconsider(seq)
        assert found.reproduced, seq
        assert found.today.outcome == found.recorded.outcome
        outcomes.add(found.recorded.outcome)
    assert len(outcomes) > 1


def test_far_fewer_entries_are_read_than_there_are(
    journal: MemoryJournal, related: SqlRelatedEntries
) -> None:
    found = reconsidering(journal, related, starter(), starter()).reconsider(EVENTS)
    assert 0 < found.related < EVENTS / 2


def test_the_features_are_those_of_a_gate_that_saw_everything(
    journal: MemoryJournal, related: SqlRelatedEntries
) -> None:
    gate = Gate(starter())
    seen: list[Decision] = [
        gate.decide(event, trace_id="", decided_at=event.occurred_at, with_features=True)
        for event in make_events(EVENTS, seed=4)
    ]
    again = reconsidering(journal, related, starter(), starter())
    for seq in range(EVENTS - 12, EVENTS + 1):
        found = again.reconsider(seq).again
        assert found is not None
        assert found.features == seen[seq - 1].features


def test_another_pack_of_today_may_do_otherwise_and_a_pack_not_kept_is_said_to_be(
    journal: MemoryJournal, related: SqlRelatedEntries
) -> None:
    mild = replace(starter(), rules=(), hash="1" * 64)
    stopped = next(
        entry.seq
        for entry in decided()
        if msgspec.json.decode(entry.decision, type=Decision).outcome is not Outcome.ALLOW
    )
    found = reconsidering(journal, related, mild).reconsider(stopped)
    assert found.recorded.outcome is not Outcome.ALLOW
    assert found.today.outcome is Outcome.ALLOW
    assert (found.again, found.reproduced) == (None, None)


def test_features_stand_beside_what_is_usual_for_the_account(
    journal: MemoryJournal, related: SqlRelatedEntries
) -> None:
    found = reconsidering(journal, related, starter(), starter()).reconsider(_newest_payment())
    name = "debtor_account_sent_sum_30d"
    assert found.today.features is not None
    assert found.usual[name].payments > 5
    assert 0 < found.usual[name].low <= found.usual[name].middle <= found.usual[name].high


def test_what_is_not_there_or_not_yet_or_too_much_is_refused(
    journal: MemoryJournal, related: SqlRelatedEntries, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = reconsidering(journal, related, starter(), starter())
    with pytest.raises(DecisionNotFound):
        again.reconsider(EVENTS + 1)
    later = make_events(EVENTS + 1, seed=4)[-1]
    journal.append(
        [
            Entry(
                seq=EVENTS + 1,
                event_id=later.event_id,
                digest=b"",
                chain=b"",
                event=msgspec.json.encode(later),
                decision=decided()[-1].decision,
            )
        ]
    )
    with pytest.raises(UnavailableError, match="not taken in"):
        again.reconsider(EVENTS + 1)
    monkeypatch.setattr("zhamen.services.reconsider.MOST_RELATED", 3)
    with pytest.raises(TooLarge):
        again.reconsider(EVENTS)


def test_a_pack_is_kept_by_its_hash_and_found_again(tmp_path: Path) -> None:
    text = read_pack("starter")
    assert find_kept_pack(tmp_path / "packs", starter().hash) is None
    for _ in range(2):
        keep_pack(tmp_path / "packs", starter().hash, text)
    assert find_kept_pack(tmp_path / "packs", starter().hash) == text
    assert find_kept_pack(tmp_path / "packs", "../" + starter().hash) is None


def _newest_payment() -> int:
    def paying(event: Any) -> bool:
        return bool(event["type"] == "transfer")

    return next(entry.seq for entry in reversed(decided()) if paying(msgspec.json.decode(entry.event)))


def test_time_goes_by_for_a_late_event_as_it_did_then(
    journal: MemoryJournal, related: SqlRelatedEntries
) -> None:
    events = make_events(EVENTS, seed=4)
    late = [
        seq
        for seq, event in enumerate(events, 1)
        if seq > 20
        and max(other.occurred_at for other in events[:seq]) - event.occurred_at > timedelta(hours=40)
    ]
    again = reconsidering(journal, related, starter(), starter())
    assert len(late) > 5
    assert all(again.reconsider(seq).reproduced for seq in late)
