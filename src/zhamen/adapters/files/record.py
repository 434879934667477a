"""A replayed run as one Parquet file: what each event was, what its features were, what was decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import numpy as np

from zhamen.adapters.files.table import connect
from zhamen.core.errors import InputError
from zhamen.events.batch import Batch, Texts
from zhamen.events.fields import FIELDS, Kind
from zhamen.gate.decision import Outcome
from zhamen.gate.gate import DecisionTable

__all__ = ["ParquetRecorder", "open_recorder"]

_LADDER: Final = np.array([outcome.value for outcome in Outcome], object)
_TYPES: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.FLAG: "BOOLEAN",
    Kind.WHOLE: "BIGINT",
    Kind.INSTANT: "BIGINT",
    Kind.NUMBER: "DOUBLE",
}


class ParquetRecorder:
    """Writes a part for each batch; made by `open_recorder`.

    Columns: ``seq``, every flat field of the batches by its name (text as VARCHAR, numbers as
    BIGINT, flags as BOOLEAN, instants as BIGINT microseconds), one DOUBLE for each feature (NULL is
    missing), ``outcome`` and ``score``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        self._connection: Final = connect()
        self._parts = 0

    def add(self, first_seq: int, batch: Batch, decisions: DecisionTable) -> None:
        """Write the events of a batch."""
        columns: dict[str, Any] = {"seq": np.arange(first_seq, first_seq + batch.size)}
        columns |= {name: _laid_out(batch, name) for name in batch.columns}
        values = decisions.features.values
        for at, name in enumerate(decisions.features.names):
            columns[name] = np.ma.masked_invalid(values[:, at])
        columns["outcome"] = _LADDER[decisions.outcomes]
        columns["score"] = decisions.scores
        self._connection.register("batch", columns)
        self._parts += 1
        self._copy(_selected(batch, tuple(columns)), self._folder / f"{self._parts:06}.parquet")
        self._connection.unregister("batch")

    def join(self, path: Path) -> None:
        """Put the parts together as one file at `path`, which appears whole or not at all."""
        if not self._parts:
            return
        whole = path.with_name(f".{path.name}.part")
        pattern = _text(self._folder / "*.parquet")
        self._copy(f"SELECT * FROM read_parquet({pattern}, union_by_name = true) ORDER BY seq", whole)  # noqa: S608
        whole.replace(path)

    def _copy(self, query: str, path: Path) -> None:
        try:
            self._connection.execute(f"COPY ({query}) TO {_text(path)} (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.Error as error:
            cause = str(error).partition("\n")[0]
            raise InputError(
                f"the run cannot be recorded at {path.parent}: {cause}; name another path"
            ) from None


@contextmanager
def open_recorder(path: Path) -> Iterator[ParquetRecorder]:
    """Record a run at `path`; the file is there once the run has ended well.

    Raises
    ------
    InputError
        The path cannot be written.
    """
    if not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent}; make it, or name another path")
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        recorder = ParquetRecorder(Path(folder))
        yield recorder
        recorder.join(path)


def _laid_out(batch: Batch, name: str) -> Any:
    column = batch.columns[name]
    if isinstance(column, Texts):
        return np.array([*column.values, None], object)[column.codes]
    return np.ma.masked_array(column.values, mask=~column.known)


def _selected(batch: Batch, names: tuple[str, ...]) -> str:
    types = {name: _TYPES[FIELDS[name].kind] for name in batch.columns}
    casts = ", ".join(
        f"CAST({_name(name)} AS {types[name]}) AS {_name(name)}" if name in types else _name(name)
        for name in names
    )
    return f"SELECT {casts} FROM batch"  # noqa: S608  # names of fields and features of a checked pack


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
