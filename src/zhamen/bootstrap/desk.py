"""The desk of risk information: records kept, followed, asked about, watched."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.queries import SqlQueryLog
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.bootstrap.records import Records, open_records
from zhamen.services.ask import Asking
from zhamen.services.follow_records import ScreenFollower
from zhamen.settings import Settings

__all__ = ["Desk", "open_desk"]


@dataclass
class Desk:
    """Everything that questions about subjects need."""

    records: Records
    follower: ScreenFollower
    log: SqlQueryLog
    asking: Asking
    subscriptions: SqlSubscriptions
    clock: Callable[[], datetime]


@contextmanager
def open_desk(
    settings: Settings, deliver: Callable[[Callable[[], None]], None], clock: Callable[[], datetime]
) -> Iterator[Desk]:
    """Open the desk; on the way out all questions are in the log.

    The log of an SQLite store is a file of its own, so that a long import does not hold questions up.

    Raises
    ------
    InvalidSetting, StoreUnavailable
        As `open_records`.
    """
    with ExitStack() as stack:
        records = stack.enter_context(open_records(settings))
        follower = ScreenFollower(records.store, records.indexes, records.secrets.ring)
        follower.start()
        stack.callback(follower.stop)
        url = settings.records_url.reveal() or f"sqlite:///{settings.data_dir.resolve()}/queries.db"
        log = SqlQueryLog(open_engine(url))
        stack.callback(log.close)
        asking = Asking(follower.screen, records.secrets.ring, log, clock=clock, deliver=deliver)
        asking.start()
        stack.callback(asking.stop)
        yield Desk(records, follower, log, asking, SqlSubscriptions(records.engine), clock)
