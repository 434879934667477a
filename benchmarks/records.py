"""How fast a list comes into the store, from its file to records in force, beside a loop over an ORM."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import BigInteger, LargeBinary, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.result import Result
from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.ports.records import Actor
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records

__all__ = ["run"]

_RECORDS: Final = int(os.environ.get("RECORDS", "200000"))
_PEER: Final = 20_000
_NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(200), index=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    level: Mapped[int] = mapped_column(BigInteger)


def run() -> list[Result]:
    """Measure an import, the same again, and an ORM that looks each row up and adds it."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        path = _file(folder)
        store = SqlRecords(
            open_engine(f"sqlite:///{folder}/records.db"), KeyRing({1: bytes(32)}), ObliviousKey(bytes(32))
        )
        first, again = _import(store, path), _import(store, path)
        peer = _orm(folder)
        store.close()
    return [
        Result(
            "RECORDS-01",
            f"imported into SQLite, {_RECORDS:,} records",
            first * 60,
            "records/min",
            {"SQLAlchemy ORM loop": first / peer},
        ),
        Result("RECORDS-02", "the same file again", again * 60, "records/min"),
    ]


def _file(folder: Path) -> Path:
    path = folder / "list.csv"
    with path.open("w") as file:
        file.write("reference,kind,identifier,category,level\n")
        for at in range(_RECORDS):
            file.write(f"R{at},account,{6222020000000000000 + at * 7},mule.seller,{at % 100}\n")
    return path


def _import(store: SqlRecords, path: Path) -> float:
    feed = read_feed("branch-reports")
    started = perf_counter()
    claims = read_claims(path, feed, RejectFile(None))
    import_records(store, feed.source, claims, actor=Actor("bench"), clock=lambda: _NOON)
    return _RECORDS / (perf_counter() - started)


def _orm(folder: Path) -> float:
    engine = create_engine(f"sqlite:///{folder}/orm.db")
    _Base.metadata.create_all(engine)
    ring = KeyRing({1: bytes(32)})
    started = perf_counter()
    with Session(engine) as session:
        for at in range(_PEER):
            who = identify(SubjectKind.ACCOUNT, str(6222020000000000000 + at * 7))
            if session.scalar(select(_Row).where(_Row.reference == f"R{at}")) is None:
                session.add(_Row(reference=f"R{at}", key=ring.key_of(who), level=at % 100))
        session.commit()
    rate = _PEER / (perf_counter() - started)
    engine.dispose()
    return rate
