"""An index in files is the index in memory, or it is refused."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhamen.adapters.screening import IndexBuilder, IndexFolder
from zhamen.adapters.screening.layout import HEADER, PARTS, read_built
from zhamen.core.errors import UnreadableFile
from zhamen.screening.entries import ENTRY, SourceNote
from zhamen.screening.index.table import Keys, table_of

POLICE = SourceNote(1, "police", "公安", "police", 95, authority=True)
Batch = tuple[Keys, np.ndarray]


def records(size: int, seed: int = 1, alike: int = 256) -> Batch:
    random = np.random.default_rng(seed)
    entries = np.zeros(size, ENTRY)
    entries["record_id"] = random.permutation(size)
    entries["span"] = random.choice([0, 16, 24], size)
    return random.integers(0, alike, (size, 16), dtype=np.uint8), entries


def folder_with(path: Path, *batches: Batch) -> IndexFolder:
    folder = IndexFolder(path)
    folder.build(iter(batches), [POLICE], lambda: 42)
    return folder


@given(st.lists(st.integers(0, 40), max_size=5), st.sampled_from([2, 256]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_is_what_memory_would_hold(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], alike: int
) -> None:
    batches = [records(size, seed, alike) for seed, size in enumerate(sizes)]
    built = folder_with(tmp_path_factory.mktemp("index"), *batches).newest()
    assert built is not None
    keys = np.concatenate([np.empty((0, 16), np.uint8), *[keys for keys, _ in batches]])
    entries = np.concatenate([np.zeros(0, ENTRY), *[entries for _, entries in batches]])
    table = table_of(keys, entries)
    for name in PARTS:
        found, expected = getattr(built.table, name), getattr(table, name)
        assert found.tobytes() == expected.tobytes()
    assert built.spans == frozenset(entries["span"].tolist()) - {0}
    assert (built.last, built.sources, built.table.bits) == (42, {1: POLICE}, table.bits)


def test_big_ones_are_dealt_into_piles_and_come_out_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhamen.adapters.screening.build._AT_ONCE", 1_000)
    keys, entries = records(50_000)
    parts = [(keys[at : at + 700], entries[at : at + 700]) for at in range(0, 50_000, 700)]
    built = folder_with(tmp_path, *parts).newest()
    assert built is not None
    table = table_of(keys, entries)
    assert built.table.entries.tobytes() == table.entries.tobytes()
    assert built.table.lows.tobytes() == table.lows.tobytes()


def test_leaves_nothing_behind_but_the_index(tmp_path: Path) -> None:
    folder_with(tmp_path, records(10))
    assert {path.name for path in (tmp_path / "1").iterdir()} == {HEADER, *PARTS}


@pytest.mark.parametrize("part", [HEADER, *PARTS])
@pytest.mark.parametrize("harm", ["cut", "change", "remove", "lengthen"])
def test_a_damaged_index_is_refused(tmp_path: Path, part: str, harm: str) -> None:
    folder_with(tmp_path, records(1_000))
    path = tmp_path / "1" / part
    content = bytearray(path.read_bytes())
    if harm == "remove":
        path.unlink()
    else:
        if harm == "change":
            content[len(content) // 2] ^= 1
        path.write_bytes({"cut": content[:-1], "change": content, "lengthen": content + b"\0"}[harm])
    if (part, harm) == (HEADER, "lengthen"):
        path.write_bytes(content + b"}")
    with pytest.raises(UnreadableFile):
        read_built(tmp_path / "1")


def test_when_the_newest_is_damaged_the_one_before_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_with(tmp_path, records(10))
    folder.build([records(20)], [POLICE], lambda: 43)
    (tmp_path / "2" / "heads").write_bytes(b"")
    built = folder.newest()
    assert built is not None
    assert built.table.size == 10
    assert "index 2 is skipped" in caplog.text


def test_two_are_kept_and_an_open_one_stays_readable(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, records(10))
    first = folder.newest()
    for size in (20, 30, 40):
        folder.build([records(size)], [POLICE], lambda: 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "4"]
    assert first is not None
    assert first.table.entries["record_id"].sum() == sum(range(10))


def test_a_build_that_fails_changes_nothing(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, records(10))

    def failing() -> object:
        yield records(5)
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError):
        folder.build(failing(), [POLICE], lambda: 1)  # type: ignore[arg-type]
    built = folder.newest()
    assert built is not None
    assert built.table.size == 10
    folder.build([records(7)], [POLICE], lambda: 1)
    again = folder.newest()
    assert again is not None
    assert again.table.size == 7


def test_an_empty_folder_has_no_index(tmp_path: Path) -> None:
    assert IndexFolder(tmp_path / "new").newest() is None


def test_building_needs_the_memory_of_a_batch_and_a_pile_not_of_all(tmp_path: Path) -> None:
    random, batch = np.random.default_rng(7), 1 << 18
    tracemalloc.start()
    with IndexBuilder(tmp_path / "1") as builder:
        for at in range(0, 8 * batch, batch):
            entries = np.zeros(batch, ENTRY)
            entries["record_id"] = np.arange(at, at + batch)
            builder.add(random.integers(0, 256, (batch, 16), dtype=np.uint8), entries)
        tracemalloc.reset_peak()
        builder.finish(last=1, sources=())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20
    assert read_built(tmp_path / "1").table.size == 8 * batch
