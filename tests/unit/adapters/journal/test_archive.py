"""The archive holds every entry, in order, and appears whole or not at all."""

from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from zhamen.adapters.journal.archive import open_archive
from zhamen.core.errors import InputError, JournalDamaged
from zhamen.core.instants import to_micros
from zhamen.events.door import admit, content_digest
from zhamen.gate.decision import Decision
from zhamen.ports.journal import Entry
from zhamen.services.live import Live
from zhamen.testing import NOON, TallyGate, make_entries, make_events


def entries_of_all_kinds(count: int) -> list[Entry]:
    live, entries = Live(TallyGate()), []
    for event in make_events(count):
        at = max(NOON, event.occurred_at)
        admitted = admit(event, received_at=at, currency="CNY")
        decision = live.gate.decide(admitted, trace_id="t", decided_at=at)
        entries.append(live.record(admitted, content_digest(event), decision))
    return entries


def rows(path: Path, query: str) -> list[Any]:
    with duckdb.connect() as connection:
        return connection.execute(query.replace("ARCHIVE", f"'{path}'")).fetchall()


def test_every_entry_is_in_it_in_order_and_whole(tmp_path: Path) -> None:
    path, entries = tmp_path / "it's.parquet", entries_of_all_kinds(1500)
    with open_archive(path) as archive:
        archive.add(entries[:1000])
        archive.add(entries[1000:])
    query = "SELECT seq, event_id, event, decision, digest, chain FROM read_parquet(?)"
    with duckdb.connect() as connection:
        found = connection.execute(query, [str(path)]).fetchall()
    assert found == [
        (e.seq, e.event_id, e.event.decode(), e.decision.decode(), e.digest.hex(), e.chain.hex())
        for e in entries
    ]


def test_what_is_asked_most_has_columns(tmp_path: Path) -> None:
    path, entries = tmp_path / "archive.parquet", entries_of_all_kinds(200)
    with open_archive(path) as archive:
        archive.add(entries)
    query = (
        "SELECT type, epoch_us(occurred_at), epoch_us(received_at), epoch_us(decided_at), amount_minor,"
        " currency, outcome, score, reasons, pack, pack_hash, trace_id FROM ARCHIVE ORDER BY seq"
    )
    for row, entry in zip(rows(path, query), entries, strict=True):
        event = msgspec.json.decode(entry.event)
        decision = msgspec.json.decode(entry.decision, type=Decision)
        times = [msgspec.convert(event[name], type=type(NOON)) for name in ("occurred_at", "received_at")]
        assert row == (
            event["type"],
            *(to_micros(time) for time in (*times, decision.decided_at)),
            event.get("amount_minor"),
            event.get("currency"),
            decision.outcome.value,
            decision.score,
            [reason.code for reason in decision.reasons],
            decision.pack,
            decision.pack_hash,
            "t",
        )


def test_times_are_instants_and_reasons_a_list(tmp_path: Path) -> None:
    path = tmp_path / "archive.parquet"
    with open_archive(path) as archive:
        archive.add(entries_of_all_kinds(3))
    types = rows(
        path, "SELECT typeof(occurred_at), typeof(reasons), typeof(amount_minor) FROM ARCHIVE LIMIT 1"
    )
    assert types == [("TIMESTAMP WITH TIME ZONE", "VARCHAR[]", "BIGINT")]


def test_an_empty_journal_gives_an_archive_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "archive.parquet"
    with open_archive(path):
        pass
    assert rows(path, "SELECT count(*) FROM ARCHIVE") == [(0,)]


def test_a_run_that_fails_leaves_the_older_archive_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "archive.parquet"
    path.write_bytes(b"older")
    damaged = [msgspec.structs.replace(entry, decision=b"{}") for entry in make_entries(1)]
    with pytest.raises(JournalDamaged, match="entry 1 cannot be read"), open_archive(path) as archive:
        archive.add(damaged)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"), open_archive(tmp_path / "none" / "a.parquet"):
        pass


def test_a_path_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").mkdir()
    (tmp_path / "a.parquet" / "in the way").touch()
    with pytest.raises(InputError, match="cannot be written"), open_archive(tmp_path / "a.parquet"):
        pass
