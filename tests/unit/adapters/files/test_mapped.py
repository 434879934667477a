"""Tables with a mapping: columns and rows agree, rejects say why, reports come when they would have."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.adapters.files.arrow import Strings
from zhamen.adapters.files.mapped import MappedTable
from zhamen.adapters.files.mapping import Mapping, load_mapping
from zhamen.adapters.files.open import open_events
from zhamen.adapters.files.rejects import RejectFile
from zhamen.core.errors import UnreadableFile
from zhamen.events.columns import cell
from zhamen.events.fields import FIELDS
from zhamen.events.flat import flat_reader
from zhamen.ports.sources import Layout

BASE: dict[str, Any] = {
    "zhamen_mapping": 1,
    "event_type": {"column": "kind", "values": {"T": "transfer", "L": "login", "C": "cash_withdrawal"}},
    "time_zone": "+08:00",
    "missing": ["-"],
    "fields": {
        "event_id": {"column": "id", "prefix": "e"},
        "occurred_at": "time",
        "account_id": "from",
        "debtor_account_id": "from",
        "creditor_account_id": "to",
        "debtor_agent_name": "bank",
        "amount_minor": {"column": "amount", "unit": "major"},
        "currency": "currency",
        "channel": "channel",
    },
    "label": {"column": "fraud", "fraud": ["1"], "delay": "1h"},
}
COLUMNS = ("kind", "id", "time", "from", "to", "bank", "amount", "currency", "channel", "fraud")
GOOD = ("T", "1", "2026-03-02 20:00:00", "A", "B", None, "12.30", "CNY", "mobile", "0")


class Table:
    """Rows in memory, in chunks of a few."""

    def __init__(self, rows: list[tuple[str | None, ...]], chunk: int = 3) -> None:
        self._rows = rows
        self._chunk = chunk

    @property
    def total(self) -> int | None:
        return len(self._rows)

    def chunks(self, columns: Any, rejects: Any) -> Any:  # noqa: ARG002
        for start in range(0, len(self._rows), self._chunk):
            part = self._rows[start : start + self._chunk]
            yield [Strings.of([row[COLUMNS.index(name)] for row in part]) for name in columns]


def mapping(**changes: Any) -> Mapping:
    return msgspec.convert(BASE | changes, Mapping)


def row(**changes: str | None) -> tuple[str | None, ...]:
    return tuple(changes.get(name, value) for name, value in zip(COLUMNS, GOOD, strict=True))


NAMES = tuple(name for name in FIELDS if name != "received_at")


def by_columns(table: MappedTable, rejects: RejectFile, offset: int = 0) -> list[dict[str, object]]:
    events = []
    for batch in table.batches(Layout(NAMES, offset), rejects):
        events += [
            {name: cell(column, at) for name, column in batch.columns.items()} for at in range(batch.size)
        ]
    return [{name: event.get(name) for name in NAMES} for event in events]


def by_rows(table: MappedTable, rejects: RejectFile, offset: int = 0) -> list[dict[str, object]]:
    read = flat_reader(NAMES, offset)
    return [dict(zip(NAMES, read(event), strict=True)) for event in table.events(rejects)]


CELLS = {
    "kind": st.sampled_from(["T", "T", "T", "L", "C", "?", None]),
    "id": st.sampled_from(["1", "2", "x y", "x" * 130, "", "-", None, "é"]),
    "time": st.sampled_from(
        [
            "2026-03-02 20:00:00",
            "2026-03-02T13:30:00Z",
            "2026-03-02",
            "2026-03-02 22:30",
            "0001-01-01T00:00",
            "no",
        ]
    ),
    "from": st.sampled_from(["A", "A", "A", "B", None]),
    "to": st.sampled_from(["B", "C", None]),
    "bank": st.sampled_from([None, None, "工商银行"]),
    "amount": st.sampled_from(["12.30", "5", "0", "-1", "1e2", "12.345", "9" * 17, None]),
    "currency": st.sampled_from(["CNY", "CNY", "JPY", "yuan", None]),
    "channel": st.sampled_from(["mobile", "carrier pigeon", None]),
    "fraud": st.sampled_from(["0", "1", "-", None]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS).map(lambda cells: row(**cells)), max_size=10)


@given(ROWS, st.integers(1, 4))
@settings(deadline=None, max_examples=200)
def test_columns_and_rows_give_the_same_events_in_the_same_order(
    rows: list[tuple[str | None, ...]], chunk: int
) -> None:
    table = MappedTable(Table(rows, chunk), mapping())
    one, other = RejectFile(None, shown=99), RejectFile(None, shown=99)
    assert by_columns(table, one) == by_rows(table, other)
    assert sorted((r.row, r.code, r.message) for r in one.first) == sorted(
        (r.row, r.code, r.message) for r in other.first
    )


@given(ROWS, st.integers(1, 4))
@settings(deadline=None)
def test_a_field_that_is_not_asked_for_is_checked_all_the_same(
    rows: list[tuple[str | None, ...]], chunk: int
) -> None:
    table = MappedTable(Table(rows, chunk), mapping(label=None))
    whole, narrow = RejectFile(None, shown=99), RejectFile(None, shown=99)
    kept = sum(batch.size for batch in table.batches(Layout(NAMES), whole))
    assert sum(batch.size for batch in table.batches(Layout(("amount_minor",)), narrow)) == kept
    assert narrow.first == whole.first


def test_a_row_that_is_refused_says_why_and_keeps_its_text() -> None:
    bad = [
        row(),
        row(id="2", amount="abc"),
        row(id="3", amount="0"),
        row(id="4", kind="?"),
        row(id="5", to=None),
        row(id="6", bank="ICBC"),
        row(id="7", time="2026-02-30 00:00"),
        row(id="8"),
    ]
    rejects = RejectFile(None, shown=99)
    events = by_columns(MappedTable(Table(bad), mapping()), rejects)
    assert [event["event_id"] for event in events] == ["e1", "e8"]
    assert [(r.row, r.code) for r in rejects.first] == [
        (2, "invalid_value"),
        (3, "invalid_event"),
        (4, "invalid_value"),
        (5, "invalid_event"),
        (6, "invalid_event"),
        (7, "invalid_value"),
    ]
    assert "amount_minor from column 'amount'" in rejects.first[0].message
    assert msgspec.json.decode(rejects.first[0].raw)["amount"] == "abc"


def test_amounts_of_another_currency_are_refused_when_one_is_asked_for() -> None:
    rejects = RejectFile(None)
    table = MappedTable(Table([row(), row(id="2", currency="USD"), row(id="3", kind="L")]), mapping())
    kept = sum(batch.size for batch in table.batches(Layout(("event_id",), 0, "CNY"), rejects))
    assert kept == 2
    assert [(r.row, r.code) for r in rejects.first] == [(2, "currency")]


def test_a_report_of_fraud_comes_after_its_delay_and_before_later_payments() -> None:
    rows = [
        row(id="1", fraud="1"),
        row(id="2", time="2026-03-02 21:00:00"),
        row(id="3", time="2026-03-02 21:00:01"),
        row(id="4", time="2026-03-02 21:00:02", fraud="1"),
    ]
    events = by_columns(MappedTable(Table(rows, 2), mapping()), RejectFile(None))
    assert [event["event_id"] for event in events] == [
        "e1",
        "e2",
        "report-of-e1",
        "e3",
        "e4",
        "report-of-e4",
    ]
    report = events[2]
    assert (report["type"], report["transfer_event_id"], report["label"]) == (
        "fraud_reported",
        "e1",
        "confirmed_fraud",
    )
    assert (report["creditor_account_id"], report["amount_minor"]) == ("B", 1230)


def test_row_numbers_can_be_event_ids() -> None:
    fields = BASE["fields"] | {"event_id": {"row_number": True, "prefix": "file-"}}
    events = by_columns(MappedTable(Table([row()] * 4), mapping(fields=fields)), RejectFile(None))
    assert [event["event_id"] for event in events] == ["file-1", "file-2", "file-3", "file-4"]


def test_the_clock_of_the_layout_makes_local_hours() -> None:
    table = MappedTable(Table([row()]), mapping())
    assert by_columns(table, RejectFile(None), 480)[0]["local_hour"] == 20
    assert by_columns(table, RejectFile(None), 0)[0]["local_hour"] == 12


def test_a_constant_that_its_field_cannot_have_is_refused_at_once() -> None:
    fields = BASE["fields"] | {"amount_minor": {"constant": "many"}}
    with pytest.raises(UnreadableFile, match=r"constant of fields\.amount_minor"):
        MappedTable(Table([]), mapping(fields=fields))


GOOD_FILE = """
zhamen_mapping: 1
event_type: transfer
fields:
  event_id: id
  occurred_at: {column: time, format: epoch_ms}
  amount_minor: {column: amount, unit: major, drop: ","}
"""


def test_a_mapping_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD_FILE)
    found = load_mapping(path)
    assert found.columns == ("id", "time", "amount")
    assert found.sources["type"].constant == "transfer"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("event_type: transfer", "event_type: tranfer", "'tranfer' is none of transfer"),
        ("  event_id: id", "  event_ids: id", "did you mean 'event_id'"),
        ("  event_id: id", "  received_at: id", "is not mapped"),
        ("unit: major", "unti: major", "unti"),
        ("format: epoch_ms", "format: epoch", "strptime pattern"),
        ("format: epoch_ms", "unit: major", "unit and round are for amounts"),
        ("column: time, ", "", "one of column, constant or row_number"),
        ("column: time, ", "column: time, constant: x, ", "one of column, constant or row_number"),
        ('drop: ","', 'drop: "，"', "ASCII signs only"),
        ("zhamen_mapping: 1", "zhamen_mapping: 2", "zhamen_mapping"),
        ("fields:", "time_zone: Beijing\nfields:", "is not a zone"),
        ("fields:", "label: {column: f, fraud: ['1'], delay: soon}\nfields:", "is not a window width"),
        ("event_type: transfer", "event_type: [", "replay-your-own-data"),
        ("  event_id: id", "  event_id: {column: id, row_number: true}", "one of column"),
    ],
)
def test_a_wrong_mapping_file_says_what_to_write(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD_FILE.replace(old, new))
    with pytest.raises(UnreadableFile, match=message):
        load_mapping(path)


def test_a_label_needs_an_event_id(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD_FILE.replace("  event_id: id\n", "") + "label: {column: f, fraud: ['1']}\n")
    with pytest.raises(UnreadableFile, match="map event_id"):
        load_mapping(path)


def test_the_mappings_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    page = Path(__file__).parents[4] / "docs/how-to/replay-your-own-data.md"
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        (tmp_path / "m.yaml").write_text(block)
        MappedTable(Table([]), load_mapping(tmp_path / "m.yaml"))


@pytest.mark.shared
def test_the_handbook_transactions_are_read_whole(shared: Path) -> None:
    source = open_events(
        shared / "data/handbook/transactions.parquet",
        Path(__file__).parents[4] / "src/zhamen/packs/mappings/handbook.yaml",
    )
    rejects = RejectFile(None)
    kinds: dict[str, int] = {}
    for batch in source.batches(Layout(("type",), 0, "USD"), rejects):
        texts = batch.texts("type")
        for code, value in enumerate(texts.values):
            kinds[value] = kinds.get(value, 0) + int((texts.codes == code).sum())
    assert kinds == {"transfer": 1_754_113, "fraud_reported": 14_681}
    assert rejects.count == 42, "payments of 0.00"
