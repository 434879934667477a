"""An exported audit trail is verified from its lines alone, and no change to them goes unseen."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.adapters.files.audit_lines import AuditLines, write_audit_lines
from zhamen.bootstrap.audit import check_file
from zhamen.core.audit import AuditEntry, Chain, Deed, Head, link
from zhamen.core.errors import UnreadableFile
from zhamen.services.check_trail import Break
from zhamen.testing.audit import MemoryTrail

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SIZE = 5


def chain(name: Chain, size: int = SIZE) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    head = Head(name)
    for number in range(size):
        at = NOON + timedelta(microseconds=number)
        detail = {"zh": "放行", "cases": [number, None, True]}
        entries.append(link(head, Deed(at=at, actor="li", unit="HQ/R1", act="sign-in", detail=detail)))
        head = Head(name, entries[-1].number, entries[-1].digest)
    return entries


def exported(folder: Path, *trails: MemoryTrail) -> Path:
    path = folder / "trail.jsonl"
    path.unlink(missing_ok=True)
    write_audit_lines([(trail, chain) for trail in trails for chain in trail.chains], path, lambda _: None)
    return path


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return exported(tmp_path, MemoryTrail(chain("work")), MemoryTrail(chain("keys", 2)))


def heads_of(path: Path, written: Iterable[Head] = ()) -> list[tuple[Head, Break | None]]:
    return [(one.head, one.broken) for one in check_file(path, written, lambda _: None)]


def test_an_exported_trail_is_read_as_it_was(whole: Path) -> None:
    lines = AuditLines(whole)
    assert list(lines.read("work")) == chain("work")
    assert list(lines.read("work", after=3)) == chain("work")[3:]
    work, keys = (entries[-1] for entries in (chain("work"), chain("keys", 2)))
    heads = [Head("work", SIZE, work.digest), Head("keys", 2, keys.digest)]
    assert lines.heads() == heads
    assert heads_of(whole, heads) == [(head, None) for head in heads]


def test_what_is_added_while_it_is_exported_is_left_out(tmp_path: Path) -> None:
    entries = chain("work")
    path = exported(tmp_path, MemoryTrail(entries, noted=Head("work", 3, entries[2].digest)))
    assert heads_of(path) == [(Head("work", 3, entries[2].digest), None)]


def test_a_trail_whose_start_was_deleted_in_time_begins_there(tmp_path: Path) -> None:
    entries = chain("queries")
    start = Head("queries", 2, entries[1].digest)
    path = exported(tmp_path, MemoryTrail(entries[2:], start=start))
    (report,) = check_file(path, (), lambda _: None)
    assert (report.start, report.entries, report.broken) == (3, 3, None)
    forged = Head("queries", 2, entries[0].digest)
    assert heads_of(path, [forged]) == [(start, Break(2, "rewritten"))]


def test_a_file_is_never_written_over(whole: Path) -> None:
    with pytest.raises(UnreadableFile, match="name a new file"):
        write_audit_lines([], whole, lambda _: None)


@pytest.mark.parametrize("content", ["", "\n", "{}", '{"entry": {}}\n', "x"])
def test_what_is_no_trail_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(UnreadableFile):
        check_file(path, (), lambda _: None)


def test_a_chain_taken_out_of_the_file_is_found_by_its_head(whole: Path) -> None:
    written = [Head("keys", 2, chain("keys", 2)[-1].digest)]
    left = [line for line in whole.read_text().splitlines() if '"chain":"keys"' not in line]
    whole.write_text("\n".join(left))
    assert heads_of(whole, written)[1][1] == Break(1, "cut")


EDITS = st.one_of(
    st.tuples(st.just("delete"), st.integers(0, SIZE + 1), st.just(0)),
    st.tuples(st.sampled_from(["swap", "copy"]), st.integers(0, SIZE + 1), st.integers(0, SIZE + 1)),
    st.tuples(st.just("flip"), st.integers(0, SIZE + 1), st.integers(0, 400)),
    st.tuples(st.just("keep"), st.integers(0, SIZE + 1), st.just(0)),
)


@given(edits=st.lists(EDITS, min_size=1, max_size=3))
def test_no_edit_of_its_lines_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int, int]]
) -> None:
    entries = chain("work")
    path = exported(tmp_path_factory.mktemp("trail"), MemoryTrail(entries))
    lines = path.read_bytes().splitlines()
    for edit in edits:
        lines = _edited(lines, *edit)
    path.write_bytes(b"\n".join(lines))
    head = Head("work", SIZE, entries[-1].digest)
    try:
        (report,) = check_file(path, [head], lambda _: None)
    except UnreadableFile:
        return
    if report.broken is None:
        assert list(AuditLines(path).read("work")) == entries


def _edited(lines: list[bytes], how: str, at: int, other: int) -> list[bytes]:
    if at >= len(lines):
        return lines
    if how == "delete":
        return lines[:at] + lines[at + 1 :]
    if how == "swap" and other < len(lines):
        changed = lines.copy()
        changed[at], changed[other] = lines[other], lines[at]
        return changed
    if how == "copy":
        return [*lines[:other], lines[at], *lines[other:]]
    if how == "flip" and other < len(lines[at]):
        line = bytearray(lines[at])
        line[other] ^= 1
        return [*lines[:at], bytes(line), *lines[at + 1 :]]
    return lines
