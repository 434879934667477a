"""The desk of risk information: records kept, followed, asked about, watched."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from time import monotonic
from typing import Final

from zhamen.adapters.bins import read_bins
from zhamen.adapters.feeds import read_feed
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.adapters.sql.feedback import SqlFeedback
from zhamen.adapters.sql.queries import SqlQueryLog
from zhamen.adapters.sql.record_desk import SqlRecordDesk
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.bootstrap.databases import store_url
from zhamen.bootstrap.records import Records, follow, open_records
from zhamen.records.source import Source
from zhamen.services.ask import Asking
from zhamen.services.ask_public import PublicDesk
from zhamen.services.follow_records import ScreenFollower
from zhamen.services.hear_appeals import AppealDesk
from zhamen.services.proofs import Proofs
from zhamen.services.record_desk import RecordDesk
from zhamen.services.search_names import NameSearch
from zhamen.settings import Settings

__all__ = ["Desk", "open_desk", "open_query_log"]

_PROOF_BITS: Final = 18


@dataclass
class Desk:
    """Everything that questions about subjects need."""

    records: Records
    follower: ScreenFollower
    log: SqlQueryLog
    asking: Asking
    subscriptions: SqlSubscriptions
    appeals: AppealDesk
    feedback: SqlFeedback
    public: PublicDesk
    names: NameSearch
    reports: Source
    """What the public reports is kept under this source."""
    records_desk: RecordDesk
    clock: Callable[[], datetime]


@contextmanager
def open_query_log(settings: Settings) -> Iterator[SqlQueryLog]:
    """Open the log of questions: a file of its own beside an SQLite store, for an import may hold that up."""
    log = SqlQueryLog(open_engine(store_url(settings, "queries")), checkpoints=True)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def open_desk(
    settings: Settings, deliver: Callable[[Callable[[], None]], None], clock: Callable[[], datetime]
) -> Iterator[Desk]:
    """Open the desk; on the way out all questions are in the log.

    Raises
    ------
    InvalidSetting, StoreUnavailable
        As `open_records`.
    """
    with ExitStack() as stack:
        records = stack.enter_context(open_records(settings))
        follower = follow(settings, records)
        follower.start()
        stack.callback(follower.stop)
        log = stack.enter_context(open_query_log(settings))
        bins = read_bins(settings.card_bins)
        ring = records.secrets.ring
        asking = Asking(follower.screen, ring, log, clock=clock, deliver=deliver, bins=bins)
        asking.start()
        stack.callback(asking.stop)
        public = PublicDesk(
            asking,
            follower.screen,
            oblivious=records.secrets.oblivious,
            proofs=Proofs(token_bytes(32), _PROOF_BITS, lambda: clock().timestamp()),
            clock=clock,
            monotonic=monotonic,
        )
        names = NameSearch(records.store, clock)
        names.start()
        stack.callback(names.stop)
        yield Desk(
            records,
            follower,
            log,
            asking,
            SqlSubscriptions(records.engine),
            AppealDesk(SqlAppeals(records.engine), clock),
            SqlFeedback(records.engine),
            public,
            names,
            read_feed("public-reports").source,
            RecordDesk(
                records.store,
                SqlRecordDesk(records.engine),
                read_feed("staff-entries").source,
                keys_of=asking.keys_of,
                clock=clock,
            ),
            clock,
        )
