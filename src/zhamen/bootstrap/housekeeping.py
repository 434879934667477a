"""The nightly round joined: the stores of risk information and the keys of calling systems."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine

from zhamen.adapters.keys import SqliteKeys
from zhamen.adapters.sql import SqlRecords
from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.adapters.sql.queries import SqlQueryLog
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.services.housekeeping import Housekeeper, Kept, Shelves, nightly_rounds
from zhamen.services.keep_records import RecordKeeper
from zhamen.services.keys import ended_before
from zhamen.services.rounds import Rounds
from zhamen.settings import Settings

__all__ = ["Nightly", "make_housekeeper", "run_nightly"]


@dataclass
class Nightly:
    """The nightly round of this process: what it did last, and why it could not."""

    keeper: Housekeeper
    rounds: Rounds


def make_housekeeper(
    settings: Settings,
    stores: tuple[Engine, SqlRecords, SqlQueryLog],
    clock: Callable[[], datetime],
) -> Housekeeper:
    """Join what is tidied: the store of records with its engine, and the log of questions."""
    engine, records, log = stores
    keeper = RecordKeeper(records, clock, unchecked=timedelta(days=settings.unchecked_days))
    kept = Kept(
        questions=timedelta(days=settings.query_log_days),
        appeals=timedelta(days=settings.appeal_days),
        subscriptions=timedelta(days=settings.subscription_days),
    )

    def ended(before: datetime) -> list[str]:
        with closing(SqliteKeys(settings.data_dir / "keys.db")) as keys:
            return ended_before(keys, before)

    shelves = Shelves(keeper, log, SqlAppeals(engine), SqlSubscriptions(engine))
    return Housekeeper(shelves, kept, ended, clock)


@contextmanager
def run_nightly(keeper: Housekeeper, zone: timezone) -> Iterator[Nightly]:
    """Tidy every night of a zone, until the block ends."""
    rounds = nightly_rounds(keeper, zone)
    rounds.start()
    try:
        yield Nightly(keeper, rounds)
    finally:
        rounds.stop()
