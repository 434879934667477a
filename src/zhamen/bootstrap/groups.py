"""The nightly search for dense groups joined: over the networks of a gate, into the records that wait."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.bootstrap.casework import whole_bank
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import make_tracers
from zhamen.core.errors import InvalidIdentifier
from zhamen.core.instants import to_micros
from zhamen.ports.records import Actor, Merged
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.find_groups import find_groups, listed
from zhamen.services.import_records import import_records
from zhamen.services.nights import Nights
from zhamen.services.rounds import Rounds

__all__ = ["enter_groups", "run_groups"]

_SPAN: Final = timedelta(days=1)
_EVERY: Final = 60.0
_SOURCE: Final = "network-groups"
_BY: Final = "system"


def enter_groups(house: Gatehouse) -> Merged:
    """Find the groups of the last day and enter their accounts as records that wait for their check.

    Accounts that stand on the list already are left out: they need no second check.

    Raises
    ------
    StoreUnavailable, RecordConflict
        The records cannot be written; nothing of the night counts.
    """
    networks, whole = house.service.networks, whole_bank(house.work)
    if networks is None:
        return Merged()
    named = make_tracers(house).tracing.named(networks, whole, whole=True)
    found = find_groups(networks, named, _SPAN)
    head, *rows = listed(found)
    new = [row for row in rows if not _stands(house, row[0])]
    if not new:
        return Merged()
    feed = read_feed(_SOURCE)
    with TemporaryDirectory(prefix="zhamen-groups-") as folder, RejectFile(None) as refused:
        path = Path(folder) / "groups.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([head, *new])
        claims = read_claims(path, feed, refused)
        actor = Actor(_BY, whole.path)
        return import_records(
            house.desk.records.store, feed.source, claims, actor=actor, clock=house.desk.clock
        )


def _stands(house: Gatehouse, account: str) -> bool:
    screen, now = house.desk.follower.screen, to_micros(house.desk.clock())
    try:
        hits = screen.find(identify(SubjectKind.ACCOUNT, account), now)
    except InvalidIdentifier:
        return False
    return any(screen.sources[hit.entry.source].code == _SOURCE for hit in hits)


@contextmanager
def run_groups(house: Gatehouse) -> Iterator[None]:
    """Search every night of the bank's zone, until the block ends."""
    nights = Nights(lambda: enter_groups(house), house.desk.clock, house.pack.zone)
    rounds = Rounds("zhamen-groups", nights.round, _EVERY, trouble="dense groups are not searched for")
    rounds.start()
    try:
        yield
    finally:
        rounds.stop()
