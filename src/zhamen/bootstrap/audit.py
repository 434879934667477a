"""The audit trail joined: the chains of all stores, or those of an exported file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from zhamen.adapters.files.audit_lines import AuditLines, write_audit_lines
from zhamen.adapters.key_trail import KeyTrail
from zhamen.adapters.keys import SqliteKeys
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.audit import SqlDeeds
from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.bootstrap.databases import store_url
from zhamen.bootstrap.work import open_work_store
from zhamen.core.audit import CHAINS, Chain, Head
from zhamen.core.errors import UnreadableFile
from zhamen.ports.audit import AuditSearch, AuditTrail, Deeds
from zhamen.services.check_trail import ChainReport, check_chain
from zhamen.services.search_audit import JoinedSearch
from zhamen.settings import Settings

__all__ = ["Trails", "check_file", "join_trails", "open_trails"]


@dataclass(frozen=True)
class Trails:
    """Where each chain is read, where all are searched, and where a look at them is written down."""

    by_chain: Mapping[Chain, AuditTrail]
    search: AuditSearch
    deeds: Deeds

    def heads(self) -> list[Head]:
        """Give the head of every chain that has entries."""
        return [
            head for chain, trail in self.by_chain.items() for head in trail.heads() if head.chain == chain
        ]

    def check(
        self,
        written: Iterable[Head] = (),
        progress: Callable[[int], None] = lambda _: None,
        *,
        newest: int | None = None,
    ) -> list[ChainReport]:
        """Follow every chain, past heads that were written down; see `check_chain`."""
        heads = tuple(written)
        return [
            check_chain(trail, chain, heads, progress, newest=newest)
            for chain, trail in self.by_chain.items()
        ]

    def export(self, chains: Iterable[Chain], to: Path, progress: Callable[[int], None]) -> int:
        """Write chains to a new file of JSON lines; give how many entries."""
        return write_audit_lines([(self.by_chain[chain], chain) for chain in chains], to, progress)


def join_trails(work: Engine, records: Engine, queries: Engine, keys: KeyTrail) -> Trails:
    """Join the chains of stores that are open; several may be one database."""
    by_url = {str(engine.url): SqlAuditTrail(engine) for engine in (work, records, queries)}
    of_work, of_records, of_queries = (by_url[str(engine.url)] for engine in (work, records, queries))
    return Trails(
        {
            "work": of_work,
            "records": of_records,
            "queries": of_queries,
            "keys": keys,
            "retention": of_queries,
        },
        JoinedSearch([*by_url.values(), keys]),
        SqlDeeds(work),
    )


@contextmanager
def open_trails(settings: Settings) -> Iterator[Trails]:
    """Open the chains of a data folder and of its database.

    Raises
    ------
    InvalidSetting, StoreUnavailable, UnavailableError
        A database, or the file of keys, cannot be used.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        work = open_work_store(settings)
        stack.callback(work.dispose)
        records = open_engine(store_url(settings, "records"))
        stack.callback(records.dispose)
        queries = open_engine(store_url(settings, "queries"))
        stack.callback(queries.dispose)
        keys = SqliteKeys(settings.data_dir / "keys.db")
        stack.callback(keys.close)
        yield join_trails(work, records, queries, keys.trail)


def check_file(path: Path, written: Iterable[Head], progress: Callable[[int], None]) -> list[ChainReport]:
    """Follow the chains of an exported file, without any database.

    Raises
    ------
    UnreadableFile
        It is no export, or holds no chain.
    """
    lines, heads = AuditLines(path), tuple(written)
    chains = {head.chain for head in (*lines.heads(), *heads)}
    if not chains:
        raise UnreadableFile(f"{path} holds no chain; `zhamen audit export` writes files that do")
    return [check_chain(lines, chain, heads, progress) for chain in CHAINS if chain in chains]
