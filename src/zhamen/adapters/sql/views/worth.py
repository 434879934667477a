"""What payments of note come to in figures: blocked, saved, lost; attempts and losses kept apart."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from zhamen.gate.decision import Outcome

__all__ = ["MEASURES", "Key", "Marked", "Sums", "add", "worth_of"]

MEASURES: Final = (
    "payments",
    "amount_minor",
    "incidents",
    "saved_minor",
    "released",
    "released_minor",
    "cancelled",
    "cancelled_minor",
    "confirmed",
    "confirmed_minor",
    "false_alarms",
    "lost",
    "lost_minor",
    "returned",
    "returned_minor",
)
"""What is summed, in the order of the table of figures.

``payments`` and ``amount_minor`` are all that were asked for, every try. ``incidents`` are stopped attempts
of one account to pay another on one day, however often it tried, and ``saved_minor`` the largest
of these amounts. ``released`` were stopped and settled after all, ``cancelled`` were taken back by the payer
after a warning. ``confirmed`` were reported as fraud, ``lost`` were and had been paid, and ``returned`` is
what of that came back. ``false_alarms`` were not simply allowed and reported to be in order.
"""
_AT: Final = {name: at for at, name in enumerate(MEASURES)}
_STOPPING: Final = Outcome.DELAY.severity

Key = tuple[str, int, int, int, str, str]
"""Unit, day, channel, outcome, scam, currency."""
Sums = dict[Key, list[int]]


class Marked(Struct, frozen=True):
    """A payment that was not simply allowed, was undone, or was reported; and what became of it.

    ``settlement`` and ``label`` are empty until an event tells.
    """

    seq: int
    event_id: str
    day: int
    account: int
    creditor: int
    unit: str
    channel: int
    scam: str
    outcome: int
    amount_minor: int
    currency: str
    settlement: str = ""
    label: str = ""

    @property
    def attempt(self) -> tuple[int, int, int]:
        """Who tried to pay whom, on which day: the tries of one incident."""
        return self.account, self.creditor, self.day

    @property
    def stopped(self) -> bool:
        """Whether the gate kept the money from leaving, at first."""
        return self.outcome >= _STOPPING

    @property
    def paid(self) -> bool:
        """Whether the money left, as far as is known: settled, or neither stopped nor undone."""
        if self.settlement in ("settled", "returned"):
            return True
        return not self.stopped and self.settlement not in ("cancelled", "declined")

    @property
    def key(self) -> Key:
        """What it is summed under."""
        return self.unit, self.day, self.channel, self.outcome, self.scam, self.currency


def worth_of(payments: Iterable[Marked]) -> Sums:
    """Sum what some payments come to, apart from ``payments`` and ``amount_minor``; whole attempts only."""
    sums: Sums = {}
    attempts: dict[tuple[int, int, int], list[Marked]] = {}
    for payment in payments:
        attempts.setdefault(payment.attempt, []).append(payment)
        for measure in _measures(payment):
            _count(sums, payment, measure)
    for tries in attempts.values():
        kept = _kept(tries)
        if kept is not None:
            add(sums, kept.key, "incidents", 1)
            add(sums, kept.key, "saved_minor", kept.amount_minor)
    return sums


def add(sums: Sums, key: Key, measure: str, value: int) -> None:
    """Add to one measure under one key."""
    row = sums.get(key)
    if row is None:
        row = sums[key] = [0] * len(MEASURES)
    row[_AT[measure]] += value


def _measures(payment: Marked) -> Iterable[str]:
    if payment.stopped and payment.settlement == "settled":
        yield "released"
    if not payment.stopped and payment.outcome and payment.settlement == "cancelled":
        yield "cancelled"
    if payment.label == "confirmed_fraud":
        yield "confirmed"
        if payment.paid:
            yield "lost"
            if payment.settlement == "returned":
                yield "returned"
    if payment.label == "false_positive" and payment.outcome:
        yield "false_alarms"


def _count(sums: Sums, payment: Marked, measure: str) -> None:
    add(sums, payment.key, measure, 1)
    if measure != "false_alarms":
        add(sums, payment.key, f"{measure}_minor", payment.amount_minor)


def _kept(tries: Sequence[Marked]) -> Marked | None:
    """Give the largest stopped try, the first of equals; None when the money went, or all was in order."""
    stopped = [each for each in tries if each.stopped and each.label != "false_positive"]
    if not stopped or any(each.stopped and each.paid for each in tries):
        return None
    return max(stopped, key=lambda each: (each.amount_minor, -each.seq))
