"""Reports of fraud that a label column implies, put where they would have come in."""

import heapq
from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from zhamen.core.errors import InvalidEvent
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.events.batch import Batch
from zhamen.events.columns import woven
from zhamen.events.door import convert_event
from zhamen.events.model import AnyEvent, FraudReported

__all__ = ["PendingReports", "report_of"]


def report_of(payment: dict[str, object], delay: Micros) -> AnyEvent:
    """Make the report that `payment` (flat fields) was fraud, `delay` after it.

    Raises
    ------
    InvalidEvent
        The payment has no creditor account, or an id too long to report on.
    """
    occurred_at = payment["occurred_at"]
    assert isinstance(occurred_at, int)  # noqa: S101  # a checked payment has its instant
    accounts = {side: payment.get(f"{side}_id") for side in ("debtor_account", "creditor_account")}
    return convert_event(
        {
            "type": "fraud_reported",
            "event_id": f"report-of-{payment['event_id']}",
            "occurred_at": from_micros(occurred_at) + timedelta(microseconds=delay),
            "transfer_event_id": payment["event_id"],
            "label": "confirmed_fraud",
            **{side: {"id": account} for side, account in accounts.items() if account is not None},
            **{name: payment[name] for name in ("amount_minor", "currency", "terminal") if payment.get(name)},
        }
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


def is_report(event: AnyEvent) -> bool:
    """Say whether an event is a report of fraud."""
    return isinstance(event, FraudReported)
