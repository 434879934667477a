"""All views of a journal in one store, and how far they have come."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update

from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema_views import projections
from zhamen.adapters.sql.views.accounts import Accounts, Decoded
from zhamen.adapters.sql.views.decisions import DecisionView
from zhamen.adapters.sql.views.figures import FigureView
from zhamen.adapters.sql.views.units import Units
from zhamen.adapters.sql.views.view import View
from zhamen.events.model import AnyEvent
from zhamen.gate.decision import Decision
from zhamen.organisation.history import History
from zhamen.ports.journal import Entry
from zhamen.ports.projections import Standing

__all__ = ["SqlProjections"]

_VERSION: Final = 1
"""Raised whenever the same entries come to make other rows, so that a new program makes them anew."""
_NAME: Final = "views"
_EVENT: Final = msgspec.json.Decoder(AnyEvent)
_DECISION: Final = msgspec.json.Decoder(Decision)


class SqlProjections:
    """The views in SQLite or PostgreSQL; see the port `Projections`.

    Parameters
    ----------
    history
        Gives the organisation as it was and is.
    utc_offset_minutes
        Whose days the figures are summed by.
    more
        Views of other rooms, in the same transactions.
    """

    def __init__(
        self,
        engine: Engine,
        history: Callable[[], History],
        *,
        utc_offset_minutes: int,
        more: Sequence[View] = (),
    ) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)
        self._accounts = Accounts(history)
        self._units = Units()
        self._views: tuple[View, ...] = (
            DecisionView(self._units),
            FigureView(self._units, utc_offset_minutes),
            *more,
        )

    @property
    def version(self) -> int:
        """The form in which these views make rows."""
        return _VERSION

    def standing(self) -> Standing:
        """Say how far the views have come."""
        with reading(self._engine) as connection:
            row = connection.execute(select(projections)).one_or_none()
        if row is None:
            return Standing(version=_VERSION)
        return Standing(seq=row.seq, chain=bytes(row.chain), version=row.version)

    def apply(self, entries: Sequence[Entry]) -> bool:
        """Take in the next entries, all or none; False when they do not follow the standing."""
        decoded: list[Decoded] = [
            (entry.seq, _EVENT.decode(entry.event), _DECISION.decode(entry.decision)) for entry in entries
        ]
        try:
            with writing(self._write) as connection:
                standing = select(projections.c.seq).with_for_update()
                if (connection.scalar(standing) or 0) + 1 != entries[0].seq:
                    self._forget()
                    return False
                batch = self._accounts.resolve(connection, decoded)
                for view in self._views:
                    view.apply(connection, batch)
                _stand_at(connection, entries[-1])
        except BaseException:
            self._forget()
            raise
        return True

    def clear(self) -> None:
        """Delete all rows; the standing is before the first entry."""
        with writing(self._write) as connection:
            connection.execute(delete(projections))
            self._accounts.clear(connection)
            self._units.clear(connection)
            for view in self._views:
                view.clear(connection)
        self._forget()

    def _forget(self) -> None:
        self._accounts.forget()
        self._units.forget()


def _stand_at(connection: Connection, entry: Entry) -> None:
    values = {"seq": entry.seq, "chain": entry.chain, "version": _VERSION}
    if not connection.execute(update(projections).values(values)).rowcount:
        connection.execute(insert(projections).values(name=_NAME, **values))
