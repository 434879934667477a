"""What people do to records: put in force, suspend, release; and what time does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.ports.records import Actor, RecordStore
from zhamen.records.record import Move, Record

__all__ = ["UNCHECKED", "Housekeeping", "RecordKeeper"]

UNCHECKED: Final = timedelta(days=180)
"""How long a record waits for its check, unless the settings say otherwise."""


class Housekeeping(Struct, frozen=True):
    """What a round of the clock did."""

    expired: int
    deleted: int


class RecordKeeper:
    """Acts on records in the name of a person, who has to say why.

    Parameters
    ----------
    unchecked
        How long a record waits for its check before it is deleted.
    """

    def __init__(
        self, store: RecordStore, clock: Callable[[], datetime], *, unchecked: timedelta = UNCHECKED
    ) -> None:
        self._store = store
        self._clock = clock
        self._unchecked = unchecked

    def act(self, record_id: int, move: Move, actor: Actor) -> Record:
        """Do something to a record.

        Raises
        ------
        InputError
            No reason was given.
        RecordNotFound, RecordConflict, FourEyes
            As `zhamen.records.record.check_move`.
        """
        if not actor.reason.strip():
            raise InputError(f"to {move} a record needs a reason; it is kept with the record")
        return self._store.move(record_id, move, actor, self._clock())

    def tidy(self, by: str) -> Housekeeping:
        """Mark what has expired, and delete what is no longer to be kept; run it every day.

        Parameters
        ----------
        by
            Who has it done.
        """
        now = self._clock()
        return Housekeeping(
            self._store.expire(now, by), self._store.retain(now, by, unchecked_before=now - self._unchecked)
        )
