"""The journal as one Parquet file, open to DuckDB, Spark and Trino."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import msgspec
import numpy as np
from msgspec import Struct

from zhamen.core.errors import InputError, JournalDamaged
from zhamen.core.instants import to_micros
from zhamen.ports.journal import Entry

__all__ = ["Archive", "open_archive"]

_COLUMNS: Final = {
    "seq": "BIGINT",
    "event_id": "VARCHAR",
    "type": "VARCHAR",
    "occurred_at": "TIMESTAMPTZ",
    "received_at": "TIMESTAMPTZ",
    "decided_at": "TIMESTAMPTZ",
    "amount_minor": "BIGINT",
    "currency": "VARCHAR",
    "outcome": "VARCHAR",
    "score": "SMALLINT",
    "reasons": "VARCHAR[]",
    "pack": "VARCHAR",
    "pack_hash": "VARCHAR",
    "trace_id": "VARCHAR",
    "event": "VARCHAR",
    "decision": "VARCHAR",
    "digest": "VARCHAR",
    "chain": "VARCHAR",
}
_BETWEEN: Final = " "


class _Event(Struct):
    type: str
    occurred_at: datetime
    received_at: datetime
    amount_minor: int | None = None
    currency: str | None = None


class _Reason(Struct):
    code: str


class _Decision(Struct):
    outcome: str
    score: int
    reasons: list[_Reason]
    pack: str
    pack_hash: str
    trace_id: str
    decided_at: datetime


_EVENT: Final = msgspec.json.Decoder(_Event)
_DECISION: Final = msgspec.json.Decoder(_Decision)


class Archive:
    """Takes entries in order; made by `open_archive`.

    Columns: ``seq``, ``event_id``, what is asked most of event and decision, both of them whole as
    JSON, and digest and chain as hexadecimal.
    """

    def __init__(self, folder: Path) -> None:
        self._connection: Final = duckdb.connect(
            folder / "entries.duckdb",
            config={"autoinstall_known_extensions": "false", "memory_limit": "512MB", "threads": "1"},
        )
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        self._run(f"CREATE TABLE entries ({columns})")

    def add(self, entries: Sequence[Entry]) -> None:
        """Take some entries.

        Raises
        ------
        JournalDamaged
            An event or decision is not what a journal holds.
        """
        rows = [_row(entry) for entry in entries]
        columns = {
            name: _column(_COLUMNS[name], [row[at] for row in rows]) for at, name in enumerate(_COLUMNS)
        }
        self._connection.register("chunk", columns)
        self._run(f"INSERT INTO entries SELECT {', '.join(map(_selected, _COLUMNS))} FROM chunk")  # noqa: S608
        self._connection.unregister("chunk")

    def write(self, path: Path) -> None:
        """Write all as Parquet to `path`."""
        text = str(path).replace("'", "''")
        self._run(f"COPY entries TO '{text}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)")

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def _run(self, statement: str) -> None:
        self._connection.execute(statement).fetchall()


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Archive to `path`; the file appears whole when this ends well, and not at all otherwise.

    Raises
    ------
    InputError
        The path cannot be written.

    Notes
    -----
    Entries gather compressed in a folder beside `path`; memory stays within 512 MB.
    """
    if not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent}; make it, or name another path")
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as name:
            archive = Archive(Path(name))
            try:
                yield archive
                whole = Path(name) / "whole.parquet"
                archive.write(whole)
            finally:
                archive.close()
            whole.replace(path)
    except (duckdb.Error, OSError) as error:
        cause = str(error).partition("\n")[0]
        raise InputError(
            f"the archive {path} cannot be written: {cause}; make room or name another path"
        ) from error


def _row(entry: Entry) -> tuple[object, ...]:
    try:
        event, decision = _EVENT.decode(entry.event), _DECISION.decode(entry.decision)
    except msgspec.MsgspecError as error:
        raise JournalDamaged(
            f"entry {entry.seq} cannot be read ({error}); run zhamen journal verify,"
            " see docs/runbooks/recovery.md"
        ) from None
    return (
        entry.seq,
        entry.event_id,
        event.type,
        to_micros(event.occurred_at),
        to_micros(event.received_at),
        to_micros(decision.decided_at),
        event.amount_minor,
        event.currency,
        decision.outcome,
        decision.score,
        _BETWEEN.join(reason.code for reason in decision.reasons),
        decision.pack,
        decision.pack_hash,
        decision.trace_id,
        entry.event.decode(),
        entry.decision.decode(),
        entry.digest.hex(),
        entry.chain.hex(),
    )


def _column(kind: str, values: Sequence[Any]) -> Any:
    if kind.startswith("VARCHAR"):
        return np.array(values, object)
    missing = [value is None for value in values]
    return np.ma.masked_array([0 if value is None else value for value in values], missing, np.int64)


def _selected(name: str) -> str:
    if _COLUMNS[name] == "TIMESTAMPTZ":
        return f"make_timestamptz({name})"
    if name == "reasons":
        return f"CASE reasons WHEN '' THEN [] ELSE string_split(reasons, '{_BETWEEN}') END"
    return f"CAST({name} AS {_COLUMNS[name]})"
