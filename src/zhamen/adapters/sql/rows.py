"""Rows of the records table as records, as entries, and as changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement

from zhamen.adapters.sql.bases import Basis
from zhamen.adapters.sql.schema import records
from zhamen.core.instants import from_micros
from zhamen.ports.records import Named
from zhamen.records.record import Record, Status
from zhamen.screening.categories import category_at
from zhamen.screening.entries import ENTRY, EVER, Entry, ListKind
from zhamen.screening.index.overlay import Change
from zhamen.screening.index.table import Keys
from zhamen.screening.subjects import SubjectKind

__all__ = ["ENTRY_COLUMNS", "NAMED_COLUMNS", "change_of", "entries_of", "named_of", "record_of"]

_KINDS: Final = tuple(SubjectKind)
_LISTS: Final = tuple(ListKind)
_c: Final = records.c
ENTRY_COLUMNS: Final[tuple[ColumnElement[Any], ...]] = (
    _c.id,
    _c.in_force_from,
    _c.in_force_until,
    _c.category,
    _c.source,
    _c.list,
    _c.level,
    _c.confidence,
    _c.span,
    _c.key,
    _c.change_no,
)
"""What `change_of` and `entries_of` read, in the order of ENTRY."""


NAMED_COLUMNS: Final[tuple[ColumnElement[Any], ...]] = (
    _c.id,
    _c.kind,
    _c.names,
    _c.in_force_from,
    _c.in_force_until,
)
"""What `named_of` reads."""


def change_of(row: Any) -> Change:
    """Give a row of ENTRY_COLUMNS as a change."""
    record_id, since, until, category, source, kind, level, confidence, span, key, number = row
    until = EVER if until is None else until
    entry = Entry(record_id, _LISTS[kind], level, confidence, category, source, since, until, span)
    return Change(number, bytes(key), entry)


def named_of(row: Any) -> Named:
    """Give a row of NAMED_COLUMNS as names."""
    record_id, kind, names, since, until = row
    return Named(record_id, _KINDS[kind], _names(names), since, EVER if until is None else until)


def entries_of(rows: Sequence[Any]) -> tuple[Keys, npt.NDArray[np.void]]:
    """Give rows of ENTRY_COLUMNS as keys and entries."""
    entries = np.array([(*row[:2], EVER if row[2] is None else row[2], *row[3:9]) for row in rows], ENTRY)
    keys = np.frombuffer(b"".join([row[9] for row in rows]), np.uint8).reshape(-1, 16)
    return keys, entries


def record_of(row: Any, source: str, basis: Basis) -> Record:
    """Give a row of all columns as a record."""
    return Record(
        id=row.id,
        source=source,
        source_ref=row.source_ref,
        version=row.version,
        latest=row.latest,
        kind=_KINDS[row.kind],
        masked=row.masked,
        key_version=row.key_version,
        list=_LISTS[row.list],
        category=category_at(row.category).code,
        level=row.level,
        confidence=row.confidence,
        case_number=row.case_number,
        evidence_hash=bytes(row.evidence_hash).hex(),
        names=_names(row.names),
        status=Status(row.status),
        in_force_from=_instant(row.in_force_from),
        in_force_until=_instant(row.in_force_until),
        claimed_from=_instant(row.claimed_from),
        claimed_until=_instant(row.claimed_until),
        made_at=from_micros(row.made_at),
        maker=row.maker,
        checker=row.checker,
        legal_basis=basis.legal_basis,
        purpose=basis.purpose,
    )


def _names(written: str) -> tuple[str, ...]:
    return msgspec.json.decode(written, type=tuple[str, ...]) if written else ()


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
