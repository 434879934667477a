"""How fast files become checked events, beside DuckDB's reading of the same columns without a check.

The handbook's transactions are read as Parquet and as CSV, both written anew for the run so that
nothing but the reader differs; JSON lines and a payment message are made of made-up transfers.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb
import msgspec

from benchmarks.result import Result
from zhamen.adapters.files import RejectFile, open_events
from zhamen.adapters.iso20022 import CreditTransfer, MessageFile, to_xml
from zhamen.events.model import Transfer
from zhamen.events.parts import Account, Agent, Party
from zhamen.ports.sources import EventSource, Layout

__all__ = ["run"]

_ROWS: Final = 1_000_000
_LINES: Final = 100_000
_TRANSACTIONS: Final = 5_000
_ROUNDS: Final = 3
_FIELDS: Final = ("type", "occurred_at", "debtor_account_id", "creditor_account_id", "amount_minor")
_COLUMNS: Final = "id, time, payer, payee, amount"
_MAPPING: Final = """
zhamen_mapping: 1
event_type: transfer
time_zone: UTC
fields:
  event_id: id
  occurred_at: time
  debtor_account_id: payer
  creditor_account_id: payee
  amount_minor: {column: amount, unit: major}
  currency: {constant: CNY}
"""


def run() -> list[Result]:
    """Measure every reader."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mapping = folder / "mapping.yaml"
        mapping.write_text(_MAPPING)
        tables = [
            _table(folder, mapping, "READ-01", "Parquet", "parquet"),
            _table(folder, mapping, "READ-02", "CSV", "csv"),
        ]
        return [*tables, _json_lines(folder), _messages(folder)]


def _table(folder: Path, mapping: Path, scenario: str, title: str, ending: str) -> Result:
    path = folder / f"payments.{ending}"
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT 'T' || range AS id,
                TIMESTAMP '2026-03-01 00:00:00' + to_seconds(range) AS time,
                '62220202' || lpad((hash(range) % 100000)::VARCHAR, 11, '0') AS payer,
                '62170000' || lpad((hash(range + 1) % 100000)::VARCHAR, 11, '0') AS payee,
                ((1 + hash(range + 2) % 1000000) / 100)::DECIMAL(12, 2) AS amount
                FROM range({_ROWS})) TO '{path}'"""  # noqa: S608  # our own folder
        )
        reading = "read_parquet" if ending == "parquet" else "read_csv"
        options = "" if ending == "parquet" else ", all_varchar = true"
        sums = " + ".join(f"sum(length({column}::VARCHAR))" for column in _COLUMNS.split(", "))
        query = f"SELECT {sums} FROM {reading}('{path}'{options})"  # noqa: S608
        plain = _fastest(lambda: connection.execute(query).fetchall())
    ours = _fastest(lambda: _read(open_events(path, mapping), _ROWS))
    return Result(
        scenario,
        f"{title}, {_ROWS:,} rows, all mapped columns checked",
        _ROWS / ours,
        "rows/s",
        {"DuckDB, same columns as text, unchecked": plain / ours},
    )


def _json_lines(folder: Path) -> Result:
    path = folder / "events.jsonl"
    path.write_bytes(b"\n".join(msgspec.json.encode(_transfer(number)) for number in range(_LINES)))
    seconds = _fastest(lambda: _read(open_events(path, None), _LINES))
    decoder = msgspec.json.Decoder()
    plain = _fastest(lambda: [decoder.decode(line) for line in path.read_bytes().splitlines()])
    return Result(
        "READ-03",
        f"JSON lines, {_LINES:,} transfers, as columns",
        _LINES / seconds,
        "events/s",
        {"msgspec to dictionaries, unchecked": plain / seconds},
    )


def _messages(folder: Path) -> Result:
    path = folder / "message.xml"
    transfers = [
        CreditTransfer(message="pacs.008.001.08", message_id="M", transfer=_transfer(number))
        for number in range(_TRANSACTIONS)
    ]
    path.write_bytes(to_xml(transfers, "pacs.008"))
    seconds = _fastest(lambda: _read(MessageFile(path), _TRANSACTIONS))
    return Result(
        "READ-04",
        f"pacs.008, one message of {_TRANSACTIONS:,} transactions",
        _TRANSACTIONS / seconds,
        "transactions/s",
        note=f"{path.stat().st_size / seconds / 1e6:.1f} MB/s",
    )


def _transfer(number: int) -> Transfer:
    return Transfer(
        event_id=f"T{number}",
        occurred_at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number),
        debtor=Party(name="王小明"),
        debtor_account=Account(id=f"62220202{number % 997:011}"),
        debtor_agent=Agent(id="ICBKCNBJ"),
        creditor=Party(name="Li Wei"),
        creditor_account=Account(id=f"62170000{number % 991:011}"),
        creditor_agent=Agent(id="BKCHCNBJ"),
        amount_minor=100 + number,
        currency="CNY",
    )


def _read(source: EventSource, expected: int) -> None:
    rejects = RejectFile(None)
    rows = sum(batch.size for batch in source.batches(Layout(_FIELDS, 480, "CNY"), rejects))
    assert (rows, rejects.count) == (expected, 0)


def _fastest(work: Callable[[], object]) -> float:
    """Give the seconds of the fastest of a few rounds; the first also loads what is compiled."""
    seconds = []
    for _ in range(_ROUNDS):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return min(seconds)
