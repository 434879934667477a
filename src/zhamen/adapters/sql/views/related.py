"""Entries that name the same things, by their mentions."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, select

from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.schema_views import decisions, mentions
from zhamen.adapters.sql.views.terms import block_of, term
from zhamen.ports.related import Related

__all__ = ["SqlRelatedEntries"]


class SqlRelatedEntries:
    """Mentions in SQLite or PostgreSQL; see the port `RelatedEntries`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def related(self, named: Iterable[tuple[str, str]], until: int, limit: int) -> Sequence[Related]:
        """Give the newest `limit` entries up to `until` that name any of some things, in order."""
        mentioning = select(mentions.c.seq).where(
            mentions.c.block.in_(range(block_of(until) + 1)),
            mentions.c.term.in_([term(kind, value) for kind, value in named]),
            mentions.c.seq <= until,
        )
        found = select(decisions.c.seq, decisions.c.newest_at).where(decisions.c.seq.in_(mentioning))
        with reading(self._engine) as connection:
            rows = connection.execute(found.order_by(decisions.c.seq.desc()).limit(limit)).all()
        return [Related(row.seq, row.newest_at) for row in reversed(rows)]
