"""Reports of fraud that a label column implies, put where they would have come in."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from zhamen.core.errors import InvalidEvent
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.events.batch import Batch
from zhamen.events.columns import woven
from zhamen.events.model import AnyEvent, FraudReported
from zhamen.events.parts import Account

__all__ = ["PendingReports", "report_of"]

_PREFIX: Final = "report-of-"
_LONGEST_ID: Final = 128


def report_of(payment: Mapping[str, Any], delay: Micros) -> FraudReported:
    """Make the report that `payment` (checked flat fields) was fraud, `delay` after it.

    Raises
    ------
    InvalidEvent
        The payment has no creditor account, or an id too long to report on.
    """
    event_id = f"{_PREFIX}{payment['event_id']}"
    if len(event_id) > _LONGEST_ID:
        raise InvalidEvent(f"an event id over {_LONGEST_ID - len(_PREFIX)} characters", path="$.event_id")
    creditor, debtor = payment.get("creditor_account_id"), payment.get("debtor_account_id")
    if creditor is None:
        raise InvalidEvent("the payment has no creditor account to report", path="$.creditor_account")
    try:
        occurred_at = from_micros(payment["occurred_at"] + delay)
    except OverflowError:
        raise InvalidEvent("the report would lie after the year 9999", path="$.occurred_at") from None
    return FraudReported(
        event_id=event_id,
        occurred_at=occurred_at,
        transfer_event_id=payment["event_id"],
        label="confirmed_fraud",
        creditor_account=Account(id=creditor),
        debtor_account=Account(id=debtor) if debtor is not None else None,
        amount_minor=payment.get("amount_minor"),
        currency=payment.get("currency"),
        terminal=payment.get("terminal"),
    )


class PendingReports:
    """Reports that wait for their time.

    A report comes before the first payment whose time, or that of a payment before it, is later.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Micros, int, AnyEvent]] = []
        self._count = 0
        self._latest: Micros | None = None

    def add(self, report: AnyEvent) -> None:
        """Let one wait."""
        heapq.heappush(self._waiting, (to_micros(report.occurred_at), self._count, report))
        self._count += 1

    def add_all(self, reports: Iterable[AnyEvent]) -> None:
        """Let several wait."""
        for report in reports:
            self.add(report)

    def due(self, now: Micros | None) -> Iterator[AnyEvent]:
        """Take out those earlier than the latest time seen, `now` among them; all when it is None."""
        if now is not None:
            self._latest = now if self._latest is None else max(self._latest, now)
        while self._waiting and (now is None or self._waiting[0][0] < (self._latest or 0)):
            yield heapq.heappop(self._waiting)[2]

    def weave(self, batch: Batch, reports: dict[int, AnyEvent], utc_offset_minutes: int) -> Batch:
        """Put those due among the rows of `batch`; `reports` are those of its own rows."""
        times = batch.numbers("occurred_at").values.astype(np.int64)
        latest = np.maximum.accumulate(times)
        if self._latest is not None:
            latest = np.maximum(latest, self._latest)
        own = {}
        for row, report in reports.items():
            own[self._count] = row
            self.add(report)
        end = int(latest[-1])
        placed = []
        while self._waiting and self._waiting[0][0] < end:
            time, count, report = heapq.heappop(self._waiting)
            after_own = own.get(count, -1) + 1
            placed.append((max(int(np.searchsorted(latest, time, "right")), after_own), time, count, report))
        self._latest = end
        if not placed:
            return batch
        placed.sort(key=lambda place: place[:3])
        other = Batch.of([place[3] for place in placed], tuple(batch.columns), utc_offset_minutes)
        return woven(batch, other, np.array([place[0] for place in placed], np.int64))
