"""Files of junk give rows, rejects or a refusal, and nothing else."""

from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.adapters.files import RejectFile, open_events
from zhamen.core.errors import TooLarge, UnreadableFile
from zhamen.ports.sources import Layout

MAPPING = """
zhamen_mapping: 1
event_type: transfer
csv: {encoding: ENCODING}
fields:
  {event_id: id, occurred_at: time, debtor_account_id: payer, creditor_account_id: payee, amount_minor: cents}
"""
HEADER = b"id,time,payer,payee,cents\n"
ROW = b'1,2026-03-02T12:00:00Z,A,"B",5\n'
PIECES = st.sampled_from(
    [ROW, b'"', b",", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b'""', b"x" * 70_000]
)
CSV = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=8).map(b"".join),
    st.lists(PIECES, max_size=8).map(lambda pieces: HEADER + b"".join(pieces)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("junk")
    for encoding in ("utf-8", "gb18030", "utf-16"):
        (path / f"{encoding}.yaml").write_text(MAPPING.replace("ENCODING", encoding))
    return path


def survive(path: Path, mapping: Path | None) -> None:
    """Read a file; any error but a refusal passes through."""
    rejects = RejectFile(None)
    with suppress(UnreadableFile, TooLarge):
        for batch in open_events(path, mapping).batches(Layout(("amount_minor",)), rejects):
            assert batch.size


@given(content=CSV, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(max_examples=80, deadline=None)
def test_csv(folder: Path, content: bytes, encoding: str) -> None:
    path = folder / "junk.csv"
    path.write_bytes(content)
    survive(path, folder / f"{encoding}.yaml")


@given(
    content=st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda junk: b'{"type":' + junk))
)
@settings(max_examples=60, deadline=None)
def test_json_lines(folder: Path, content: bytes) -> None:
    path = folder / "junk.jsonl"
    path.write_bytes(content)
    survive(path, None)


@given(start=st.integers(0, 3_000), junk=st.binary(max_size=40), cut=st.integers(0, 3_000))
@settings(max_examples=60, deadline=None)
def test_parquet(folder: Path, start: int, junk: bytes, cut: int) -> None:
    whole = folder / "whole.parquet"
    if not whole.exists():
        rows = "SELECT range::VARCHAR id, 'A' payer, 'B' payee, '' AS time, range cents FROM range(500)"
        with duckdb.connect() as connection:
            relation = connection.query(rows)
            assert relation is not None
            relation.to_parquet(str(whole))
    content = bytearray(whole.read_bytes())
    start %= len(content)
    content[start : start + len(junk)] = junk
    path = folder / "junk.parquet"
    path.write_bytes(content[: len(content) - cut % len(content)] if cut % 3 == 0 else content)
    survive(path, folder / "utf-8.yaml")


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@settings(max_examples=60, deadline=None)
def test_mapping_files(folder: Path, content: bytes) -> None:
    table, path = folder / "good.csv", folder / "junk.yaml"
    table.write_bytes(HEADER + ROW)
    path.write_bytes(content)
    survive(table, path)
