"""Files that are not what they should be say which file, why, and what to do."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.adapters.files.arrow import Strings
from zhamen.adapters.files.csv_table import MAX_LINE_BYTES, CsvTable
from zhamen.adapters.files.lines import JsonLines
from zhamen.adapters.files.mapping import Csv
from zhamen.adapters.files.open import open_events
from zhamen.adapters.files.parquet_table import ParquetTable
from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.files.table import Table
from zhamen.core.errors import InputError, TooLarge, UnreadableFile
from zhamen.ports.sources import Layout


def texts(table: Table, *columns: str) -> list[tuple[str | None, ...]]:
    rows: list[tuple[str | None, ...]] = []
    for chunk in table.chunks(columns, RejectFile(None)):
        rows += [tuple(column[at] for column in chunk) for at in range(len(chunk[0]))]
    return rows


def written(folder: Path, content: bytes | str, name: str = "payments.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(folder: Path, query: str) -> Path:
    path = folder / "payments.parquet"
    duckdb.execute(f"COPY ({query}) TO '{path}'")
    return path


def test_quotes_line_ends_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbfid,who\r\n1,"a ""b"", c"\r\n2,\r\n3,"two\nlines"\r\n')
    assert texts(CsvTable(path, Csv()), "who", "id") == [
        ('a "b", c', "1"),
        (None, "2"),
        ("two\nlines", "3"),
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "big5"])
def test_other_encodings_are_read_when_the_mapping_names_them(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "編號,姓名\n1,王小明\n".encode(encoding))
    assert texts(CsvTable(path, Csv(encoding=encoding)), "姓名") == [("王小明",)]


def test_columns_can_be_named_where_there_is_no_header(tmp_path: Path) -> None:
    path = written(tmp_path, "1|a\n2|b\n")
    table = CsvTable(path, Csv(delimiter="|", columns=("id", "who")))
    assert texts(table, "who") == [("a",), ("b",)]


def test_lines_that_cannot_be_split_are_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    long = "x" * (MAX_LINE_BYTES + 10)
    path = written(tmp_path, b"id,who\n1,a\n2,b,c\n3\n" + long.encode() + b",z\n4,\xff\n5,e\n")
    rejects = RejectFile(None)
    rows = [
        chunk[0][at]
        for chunk in CsvTable(path, Csv()).chunks(["id", "who"], rejects)
        for at in range(len(chunk[0]))
    ]
    assert rows == ["1", "5"]
    assert [(reject.row, reject.code) for reject in rejects.first] == [
        (3, "malformed"),
        (4, "malformed"),
        (5, "too_large"),
        (6, "malformed"),
    ]
    assert "more columns than the header" in rejects.first[0].message
    assert "set csv.encoding" in rejects.first[3].message


def test_a_cell_is_cut_far_beyond_what_any_field_takes(tmp_path: Path) -> None:
    path = written(tmp_path, "id\n" + "x" * 5_000 + "\n")
    assert len(texts(CsvTable(path, Csv()), "id")[0][0] or "") == 1_000


BAD_CSV = [
    (b"", Csv(), "is empty"),
    (b"id,who\n", Csv(), "a header and no rows"),
    (b"id;who\n1;a\n", Csv(), "set csv.delimiter"),
    (b"id,hwo\n1,a\n", Csv(), "did you mean 'hwo'"),
    (b"id,who,who\n1,a,b\n", Csv(), "2 times; rename one"),
    (bytes(range(256)) * 4, Csv(encoding="latin-1"), "is binary"),
    (b"\x1f\x8b\x08\x00junk", Csv(), "packed with gzip; unpack"),
    (b"PK\x03\x04junk", Csv(), "packed with zip; unpack"),
    ("id,who\n1,王\n".encode("gb18030"), Csv(), "it could be gb18030: set csv.encoding"),
    (b"id,who\n1,\xff\xff\xff\n", Csv(encoding="gb18030"), "export it as UTF-8"),
    (b"id,who\n1,a\n", Csv(encoding="klingon"), "is no encoding"),
    (b"id,who\n1,a\n", Csv(encoding="zip"), "is no encoding"),
    (b"id,who\r\n1,a\n2,b\r\n", Csv(), "one kind of line end"),
]


@pytest.mark.parametrize(("content", "dialect", "message"), BAD_CSV)
def test_a_bad_csv_file_says_what_is_wrong(
    tmp_path: Path, content: bytes, dialect: Csv, message: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(UnreadableFile, match=message) as refused:
        texts(CsvTable(path, dialect), "id", "who")
    assert str(path) in str(refused.value) or "csv.encoding" in str(refused.value)


def test_wrong_bytes_far_down_in_another_encoding_are_found(tmp_path: Path) -> None:
    path = written(tmp_path, b"id\n" + b"1\n" * 1_000_000 + b"\xff\xff\n")
    with pytest.raises(UnreadableFile, match="not gb18030 throughout"):
        texts(CsvTable(path, Csv(encoding="gb18030")), "id")


def test_a_first_line_without_end_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="is this a CSV file"):
        CsvTable(written(tmp_path, b"x" * (MAX_LINE_BYTES + 1)), Csv())


def test_a_column_name_is_never_part_of_the_query(tmp_path: Path) -> None:
    name = 'who"; DROP TABLE x; --'
    path = written(tmp_path, '"who""; DROP TABLE x; --",id\na,1\n')
    assert texts(CsvTable(path, Csv()), name) == [("a",)]
    quoted = name.replace('"', '""')
    assert texts(ParquetTable(parquet(tmp_path, f"SELECT 'a' AS \"{quoted}\"")), name) == [("a",)]


def test_parquet_types_come_as_plain_texts(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        "SELECT 7::BIGINT i, 12.50::DECIMAL(10,2) d, 57.16::DOUBLE f, true b, NULL::VARCHAR n,"
        " TIMESTAMP '2018-04-01 00:00:31' t, TIMESTAMPTZ '2018-04-01 08:00:00+08' z, 'é' s",
    )
    (row,) = texts(ParquetTable(path), *"idfbntzs")
    assert row == ("7", "12.50", "57.16", "true", None, "2018-04-01 00:00:31", "2018-04-01 00:00:00+00", "é")
    assert ParquetTable(path).total == 1


def test_a_bad_parquet_file_says_what_is_wrong(tmp_path: Path) -> None:
    whole = parquet(tmp_path, "SELECT range id, [1, 2] pair FROM range(10000)")
    content = whole.read_bytes()
    with pytest.raises(UnreadableFile, match="nested"):
        texts(ParquetTable(whole), "pair")
    with pytest.raises(UnreadableFile, match="no column 'idd'; did you mean 'id'"):
        texts(ParquetTable(whole), "idd")
    for broken in (content[: len(content) // 2], b"id,who\n", content[:4] + bytes(64) + content[68:]):
        path = written(tmp_path, broken, "broken.parquet")
        with pytest.raises(UnreadableFile, match=r"broken\.parquet is not a whole Parquet file"):
            texts(ParquetTable(path), "id")
    with pytest.raises(UnreadableFile, match="has no rows"):
        texts(ParquetTable(parquet(tmp_path, "SELECT 1 id WHERE false")), "id")
    with pytest.raises(UnreadableFile, match="is empty"):
        ParquetTable(written(tmp_path, b"", "empty.parquet"))
    with pytest.raises(UnreadableFile, match="No such file"):
        ParquetTable(tmp_path / "absent.parquet")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b"", "is empty"),
        ("a.jsonl", b'[{"type": "login"}]', "without the list"),
        ("a.jsonl", b"\x00\x01", "not JSON lines"),
        ("a.jsonl", b"type,event_id\n", "not JSON lines"),
        ("a.csv", b"a,b\n1,2\n", "--mapping"),
        ("a.docx", b"PK", "name it by what it is"),
        ("a", b"x", "ends in nothing"),
    ],
)
def test_a_file_without_fitting_reader_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        open_events(written(tmp_path, content, name), None)


def test_json_lines_take_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="leave the mapping out"):
        open_events(written(tmp_path, b"{}", "a.jsonl"), tmp_path / "m.yaml")


LOGIN = b'{"type":"login","event_id":"L%d","occurred_at":"2026-03-02T12:00:00Z","account":{"id":"A"}}'


def test_json_lines_give_events_and_reject_the_others_by_line(tmp_path: Path) -> None:
    lines = [LOGIN % 1, b"", b"{", LOGIN % 2 + b"x", b'{"a":"' + b"x" * 200_000 + b'"}', LOGIN % 3]
    path = written(tmp_path, b"\xef\xbb\xbf" + b"\r\n".join(lines), "a.jsonl")
    rejects = RejectFile(tmp_path / "rejects.jsonl")
    with rejects:
        events = list(JsonLines(path).events(rejects))
    assert [event.event_id for event in events] == ["L1", "L3"]
    assert [(reject.row, reject.code) for reject in rejects.first] == [
        (3, "invalid_event"),
        (4, "invalid_event"),
        (5, "too_large"),
    ]
    assert len((tmp_path / "rejects.jsonl").read_text().splitlines()) == 3


def test_json_lines_in_batches_hold_the_same_events(tmp_path: Path) -> None:
    path = written(tmp_path, b"\n".join(LOGIN % number for number in range(10_000)), "a.jsonl")
    batches = list(JsonLines(path).batches(Layout(("event_id", "account_id")), RejectFile(None)))
    assert sum(batch.size for batch in batches) == 10_000
    assert batches[1].texts("event_id").values[0] == f"L{batches[0].size}"


def test_no_reject_file_is_made_without_rejects(tmp_path: Path) -> None:
    with RejectFile(tmp_path / "rejects.jsonl"):
        pass
    assert not (tmp_path / "rejects.jsonl").exists()


def test_a_line_of_a_gigabyte_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"id,who\n1,a\n")
        file.truncate(1_000_000_000)
    with pytest.raises(TooLarge, match="a line of over 1048576 bytes"):
        texts(CsvTable(path, Csv()), "id")


def test_a_reject_file_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    path = written(tmp_path, b"{\n", "a.jsonl")
    with pytest.raises(InputError, match="cannot be written"):
        list(JsonLines(path).events(RejectFile(tmp_path / "absent" / "rejects.jsonl")))


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=20))
def test_texts_of_a_column_are_those_given_one_by_one(given_texts: list[str | None]) -> None:
    strings = Strings.of(given_texts)
    assert strings.texts() == given_texts == [strings[row] for row in range(len(given_texts))]
