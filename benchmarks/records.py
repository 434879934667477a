"""How fast a list comes into the store, from its file to records in force, beside a loop over an ORM."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from msgspec import structs
from sqlalchemy import BigInteger, LargeBinary, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.result import Result
from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.records.source import Source
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records

__all__ = ["run"]

_RECORDS: Final = int(os.environ.get("RECORDS", "200000"))
_PEER: Final = 20_000
_NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
_RING: Final = KeyRing({1: bytes(32)})
_FEED: Final = read_feed("branch-reports")


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(200), index=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    level: Mapped[int] = mapped_column(BigInteger)


def run() -> list[Result]:
    """Measure an import, the same again, a list for the public, and an ORM that looks each row up first."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        store = SqlRecords(open_engine(f"sqlite:///{folder}/records.db"), _RING, ObliviousKey(bytes(32)))
        path, source = _file(folder, _RECORDS), structs.replace(_FEED.source, trusted=True)
        first, again = _import(store, source, path, created=_RECORDS), _import(store, source, path)
        peer = _orm(folder, store)
        public = structs.replace(source, code="public", public=True)
        some = _file(folder, _PEER)
        tagged, tagged_again = _import(store, public, some, created=_PEER), _import(store, public, some)
        many, tags = _public(store, structs.replace(public, code="many"), path)
        store.close()
    unit = "records/min"
    return [
        Result(
            "RECORDS-01",
            f"imported into SQLite, {_RECORDS:,} records",
            first * 60,
            unit,
            {"SQLAlchemy ORM loop": first / peer},
        ),
        Result("RECORDS-02", "the same file again", again * 60, unit),
        Result("RECORDS-03", f"for the public, with a tag each, {_PEER:,} records", tagged * 60, unit),
        Result("RECORDS-04", "for the public, the same file again", tagged_again * 60, unit),
        Result("RECORDS-05", f"for the public, until in force, {_RECORDS:,} records", many * 60, unit),
        Result("RECORDS-06", "their tags, made when they are in force", tags * 60, "tags/min"),
    ]


def _file(folder: Path, size: int) -> Path:
    path = folder / f"list-{size}.csv"
    with path.open("w") as file:
        file.write("reference,kind,identifier,category,level\n")
        for at in range(size):
            file.write(f"R{at},account,{_account(at)},mule.seller,{at % 100}\n")
    return path


def _account(at: int) -> int:
    return 6222020000000000000 + at * 7


def _import(store: SqlRecords, source: Source, path: Path, created: int = 0) -> float:
    """Give the records a second; what was not created has to be unchanged."""
    started = perf_counter()
    claims = read_claims(path, _FEED, RejectFile(None))
    done = import_records(store, source, claims, actor=Actor("bench"), clock=lambda: _NOON)
    took = perf_counter() - started
    assert (done.created, done.changed, done.withdrawn) == (created, 0, 0)
    return (done.created + done.unchanged) / took


def _public(store: SqlRecords, source: Source, path: Path) -> tuple[float, float]:
    """Give the records a second until they are in force, and the tags a second after that."""
    started = perf_counter()
    actor = Actor("bench")
    importing = store.begin(store.register(source, actor, _NOON), actor, _NOON)
    for batch in read_claims(path, _FEED, RejectFile(None)):
        importing.stage([one for one in batch if isinstance(one, Claim)])
    merged = importing.merge(lambda: _NOON)
    in_force = perf_counter()
    importing.tag(lambda _: None)
    tagged = perf_counter()
    assert merged.created == _RECORDS
    assert not sum(count.untagged for count in store.count() if count.source == source.code)
    return _RECORDS / (in_force - started), _RECORDS / (tagged - in_force)


def _orm(folder: Path, store: SqlRecords) -> float:
    """Give the records a second of the loop, which has to write the keys that the store has."""
    engine = create_engine(f"sqlite:///{folder}/orm.db")
    _Base.metadata.create_all(engine)
    started = perf_counter()
    with Session(engine) as session:
        for at in range(_PEER):
            who = identify(SubjectKind.ACCOUNT, str(_account(at)))
            if session.scalar(select(_Row).where(_Row.reference == f"R{at}")) is None:
                session.add(_Row(reference=f"R{at}", key=_RING.key_of(who), level=at % 100))
        session.commit()
        took = perf_counter() - started
        some = session.scalars(select(_Row).order_by(_Row.id).limit(1_000)).all()
        kept = {record.source_ref: record.level for record in store.under([row.key for row in some])}
        assert kept == {row.reference: row.level for row in some}
    engine.dispose()
    return _PEER / took
