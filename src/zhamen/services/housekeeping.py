"""What time does to risk information: what expired is marked, what is over-age is deleted, every night."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final, NamedTuple

from msgspec import Struct

from zhamen.ports.appeals import AppealStore
from zhamen.ports.queries import QueryLog
from zhamen.ports.subscriptions import Subscriptions
from zhamen.services.keep_records import RecordKeeper
from zhamen.services.nights import Nights
from zhamen.services.rounds import Rounds

__all__ = ["Housekeeper", "Kept", "Shelves", "Tidied", "nightly_rounds"]

_EVERY: Final = 60.0


class Kept(Struct, frozen=True, kw_only=True):
    """How long what is kept."""

    questions: timedelta
    appeals: timedelta
    """After their answer."""
    subscriptions: timedelta
    """After the end of the key that they belong to."""


class Tidied(Struct, frozen=True, kw_only=True):
    """What a round did, and when."""

    at: datetime
    expired: int
    deleted: int
    questions: int
    appeals: int
    subscriptions: int


class Shelves(NamedTuple):
    """Where what is over-age is."""

    records: RecordKeeper
    questions: QueryLog
    appeals: AppealStore
    subscriptions: Subscriptions


class Housekeeper:
    """Tidies in somebody's name; twice does no harm.

    Parameters
    ----------
    ended
        Gives the owners of subscriptions whose key ended before an instant.
    """

    def __init__(
        self,
        shelves: Shelves,
        kept: Kept,
        ended: Callable[[datetime], Sequence[str]],
        clock: Callable[[], datetime],
    ) -> None:
        self._shelves = shelves
        self._kept = kept
        self._ended = ended
        self._clock = clock
        self.last: Tidied | None = None
        """The last round of this process."""

    def tidy(self, by: str) -> Tidied:
        """Mark what has expired, and delete what is no longer to be kept.

        Raises
        ------
        StoreUnavailable
            A database does not answer; what was done before stays done.
        """
        now, shelves, kept = self._clock(), self._shelves, self._kept
        records = shelves.records.tidy(by)
        owners = self._ended(now - kept.subscriptions)
        self.last = Tidied(
            at=now,
            expired=records.expired,
            deleted=records.deleted,
            questions=shelves.questions.retain(now - kept.questions, at=now, by=by),
            appeals=shelves.appeals.retain(now - kept.appeals, at=now, by=by),
            subscriptions=shelves.subscriptions.retain(owners, at=now, by=by),
        )
        return self.last

    def nights(self, zone: timezone) -> Nights:
        """Give what tidies once a night, and at first for the night before."""
        return Nights(lambda: self.tidy("system"), self._clock, zone, late=True)


def nightly_rounds(keeper: Housekeeper, zone: timezone) -> Rounds:
    """Give what tidies every night, and a minute after the start."""
    return Rounds("zhamen-tidy", keeper.nights(zone).round, _EVERY, trouble="what is over-age is not deleted")
