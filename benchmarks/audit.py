"""What the audit trail costs: an entry in the transaction of its deed, a question's digest, verification."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import Engine

from benchmarks.result import Result
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.audit import SqlDeeds, append
from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.queries import chained
from zhamen.core.audit import Deed, Head
from zhamen.core.instants import from_micros
from zhamen.ports.audit import Wanted
from zhamen.ports.queries import Query
from zhamen.services.check_trail import check_chain

__all__ = ["run"]

_ENTRIES: Final = 100_000
_ALONE: Final = 200
_GROUP: Final = 1_000
_NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
_QUERY: Final = Query(
    at=_NOON,
    who="k1a2b3c4d5e6",
    unit="HQ/R1/B01",
    channel="api",
    purpose="payment",
    kind="phone",
    masked="138****8000",
    key=bytes(16),
    list="grey",
    level=60,
    took_us=41,
)


def run() -> list[Result]:
    """Measure in an SQLite file of the present folder."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        engine = open_engine(f"sqlite:///{name}/work.db")
        within, alone = _append(engine), _note(engine)
        verified, page = _verify(engine), _page(engine)
        engine.dispose()
    return [
        Result("AUDIT-01", "an entry within a transaction of 1,000 deeds", within * 1e6, "µs"),
        Result("AUDIT-02", "an entry as a transaction of its own, on disk", alone * 1e6, "µs"),
        Result("AUDIT-03", "a question's row, number and digest", _question() * 1e6, "µs"),
        Result("AUDIT-04", "verification of a chain", verified, "entries/s"),
        Result("AUDIT-05", "the newest 100 deeds of one person among 100,000", page * 1e3, "ms"),
    ]


def _append(engine: Engine) -> float:
    best = float("inf")
    for first in range(0, _ENTRIES, _GROUP):
        with writing(engine.execution_options(immediate=True)) as connection:
            start = perf_counter()
            for number in range(first, first + _GROUP):
                append(connection, _deed(number))
            best = min(best, perf_counter() - start)
    return best / _GROUP


def _note(engine: Engine) -> float:
    deeds, start = SqlDeeds(engine), perf_counter()
    for number in range(_ALONE):
        deeds.note(_deed(number))
    return (perf_counter() - start) / _ALONE


def _question() -> float:
    asked, head, best = [_QUERY] * _GROUP, Head("queries"), float("inf")
    for _ in range(50):
        start = perf_counter()
        chained(asked, head)
        best = min(best, perf_counter() - start)
    return best / _GROUP


def _verify(engine: Engine) -> float:
    start = perf_counter()
    report = check_chain(SqlAuditTrail(engine), "work")
    report.require_sound()
    return report.entries / (perf_counter() - start)


def _page(engine: Engine) -> float:
    trail, best = SqlAuditTrail(engine), float("inf")
    for _ in range(20):
        start = perf_counter()
        assert len(trail.list_entries(None, Wanted(actor="li7")).entries) == 100
        best = min(best, perf_counter() - start)
    return best


def _deed(number: int) -> Deed:
    return Deed(
        at=from_micros(number * 1_000_000),
        actor=f"li{number % 100}",
        unit=f"HQ/R{number % 7}",
        act="release-payment",
        subject=f"payment/{number}",
        detail={"reason": "0" * 32, "amount_minor": number},
    )
