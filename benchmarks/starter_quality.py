"""What the starter pack catches on the synthetic bank, how early, and whom it bothers.

The pack was calibrated on seeds 1 to 3; these figures are of seeds 11 to 13, which nobody looked at
before. The stream is replayed without intervention: a payment that is stopped here still arrives in
the simulation, so that every payment of a story is judged. The bank and the pack come from the same
hands; see docs/cards/starter-pack.md.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

import numpy as np

from benchmarks.result import Result
from zhamen.adapters.packs import read_pack
from zhamen.events.batch import Batch
from zhamen.events.model import CashWithdrawal, Event, Transfer
from zhamen.gate.decision import Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.pack import Pack, load_pack
from zhamen.simulate import Bank, BankConfig, Role, Truth

__all__ = ["Tally", "measure", "run"]

SEEDS: Final = (11, 12, 13)
CUSTOMERS: Final = 3_000
WARM_UP: Final = 30
DAYS: Final = 45
INTENSITY: Final = 60.0
"""So many times the real rate of scams, to have enough of them; the innocent are not touched by it."""

_CHUNK: Final = 20_000
_WARN: Final = Outcome.WARN.severity
_STOP: Final = Outcome.CHALLENGE.severity
_MULES: Final = (Role.MULE, Role.CASH_OUT)


@dataclass(frozen=True, slots=True)
class Judged:
    """One payment of the measured days: what the gate said, and the truth."""

    severity: int
    amount_minor: int
    truth: Truth | None
    by_mule: bool
    """Whether a ring's account pays, be it for its owner."""
    inbound: bool
    """Whether the payer banks elsewhere, so that only the receiving side is seen."""


@dataclass
class Tally:
    """All judged payments, in order, and how often each rule fired on whom."""

    judged: list[Judged] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    fired_rightly: Counter[str] = field(default_factory=Counter)

    def innocent(self) -> list[Judged]:
        """Payments on which a gate does wrong to act; what mules pay for themselves is neither."""
        return [
            each
            for each in self.judged
            if not each.by_mule and (each.truth is None or not each.truth.illicit)
        ]

    def victims(self, *, inbound: bool = False) -> list[Judged]:
        """Payments of victims who bank here, or of those who bank elsewhere."""
        return [each for each in self.of(Role.VICTIM) if each.inbound is inbound]

    def of(self, *roles: Role) -> list[Judged]:
        """Payments with one of `roles` in their story."""
        return [each for each in self.judged if each.truth is not None and each.truth.role in roles]

    def cases(self) -> list[list[Judged]]:
        """Payments of victims who bank here, by story, each in the order of time."""
        stories: defaultdict[str | None, list[Judged]] = defaultdict(list)
        for each in self.victims():
            stories[each.truth.case if each.truth else None].append(each)
        return list(stories.values())


def measure(pack: Pack, seeds: Iterable[int], customers: int = CUSTOMERS) -> Tally:
    """Run `pack` over a synthetic bank of each seed and tally the days after the warm-up."""
    tally = Tally()
    for seed in seeds:
        bank = Bank(BankConfig(customers=customers, days=DAYS, seed=seed, intensity=INTENSITY))
        gate = Gate(pack)
        start: float | None = None
        events = bank.events()
        while chunk := list(islice(events, _CHUNK)):
            start = start or chunk[0].occurred_at.timestamp() + timedelta(days=WARM_UP).total_seconds()
            _judge(
                gate,
                chunk,
                {truth.event_id: truth for truth in bank.truth.take()},
                start,
                tally,
                bank.truth.mules,
            )
    return tally


def _judge(
    gate: Gate,
    events: Sequence[Event],
    truths: dict[str, Truth],
    start: float,
    tally: Tally,
    mules: Mapping[str, str],
) -> None:
    batch = Batch.of(events, gate.fields, gate.pack.utc_offset_minutes)
    table = gate.decide_batch(batch)
    rules = [rule.id for rule in gate.pack.rules]
    for at, event in enumerate(events):
        if not isinstance(event, Transfer | CashWithdrawal) or event.occurred_at.timestamp() < start:
            continue
        truth = truths.get(event.event_id)
        inbound = isinstance(event, Transfer) and event.customer_side == "creditor"
        by_mule = event.debtor_account.id in mules
        judged = Judged(int(table.outcomes[at]), event.amount_minor, truth, by_mule, inbound)
        tally.judged.append(judged)
        for rule in np.flatnonzero(table.hits[at]):
            tally.fired[rules[rule]] += 1
            tally.fired_rightly[rules[rule]] += truth is not None and truth.illicit


def _acted(payments: list[Judged], least: int) -> float:
    return 100 * sum(each.severity >= least for each in payments) / max(len(payments), 1)


def _value(payments: list[Judged], least: int) -> float:
    whole = sum(each.amount_minor for each in payments)
    return 100 * sum(each.amount_minor for each in payments if each.severity >= least) / max(whole, 1)


def _figures(pack: Pack, tally: Tally) -> Iterator[Result]:
    innocent, victims, cases = tally.innocent(), tally.victims(), tally.cases()
    stopped = [each for each in tally.judged if each.severity >= _STOP]
    right = sum(each.truth is not None and each.truth.illicit for each in stopped)
    of = f"{len(innocent):,} innocent payments"
    yield Result(
        "QUALITY-01",
        "innocent payments challenged or more",
        100 * _acted(innocent, _STOP),
        "per 10,000",
        note=of,
    )
    yield Result(
        "QUALITY-02", "innocent payments warned or more", 100 * _acted(innocent, _WARN), "per 10,000", note=of
    )
    of = f"{len(victims)} payments of {len(cases)} stories"
    yield Result("QUALITY-03", "victims' money challenged or more", _value(victims, _STOP), "%", note=of)
    yield Result("QUALITY-04", "victims' money warned or more", _value(victims, _WARN), "%", note=of)
    first = [case[0] for case in cases]
    second = [max(case[:2], key=lambda each: each.severity) for case in cases]
    yield Result("QUALITY-05", "stories challenged at the first payment", _acted(first, _STOP), "%", note=of)
    yield Result(
        "QUALITY-06", "stories challenged by the second payment", _acted(second, _STOP), "%", note=of
    )
    yield Result(
        "QUALITY-07", "challenges that are right", 100 * right / max(len(stopped), 1), "%",
        note=f"{right} of {len(stopped)}, at {INTENSITY:.0f} times the real rate of scams",
    )  # fmt: skip
    for number, (title, roles) in enumerate(
        (("mules' payments", _MULES), ("gambling operators' payments", (Role.OPERATOR,))), 8
    ):
        theirs = tally.of(*roles)
        yield Result(
            f"QUALITY-{number:02}",
            f"{title} challenged or more",
            _acted(theirs, _STOP),
            "%",
            note=f"of {len(theirs)}",
        )
    elsewhere = tally.victims(inbound=True)
    yield Result(
        "QUALITY-20", "money of victims elsewhere challenged or more", _value(elsewhere, _STOP), "%",
        note=f"{len(elsewhere)} payments, seen from the receiving side only",
    )  # fmt: skip
    silent = [rule.id for rule in pack.rules if not tally.fired[rule.id]]
    yield Result("QUALITY-10", "rules that never fired", len(silent), "rules", note=", ".join(silent))
    kinds = sorted({each.truth.scam_kind or "" for each in victims if each.truth})
    for number, kind in enumerate(kinds, 11):
        theirs = [each for each in victims if each.truth and each.truth.scam_kind == kind]
        yield Result(
            f"QUALITY-{number:02}", f"{kind}: victims' money challenged or more", _value(theirs, _STOP), "%",
            note=f"{len(theirs)} payments; warned or more {_value(theirs, _WARN):.0f} %",
        )  # fmt: skip


def run(seeds: Iterable[int] = SEEDS) -> list[Result]:
    """Measure the pack as shipped on held-out seeds."""
    pack = load_pack(read_pack("starter"), "starter")
    return list(_figures(pack, measure(pack, seeds)))


if __name__ == "__main__":
    for result in run([int(seed) for seed in sys.argv[1:]] or SEEDS):
        print(f"{result.id}  {result.value:10.2f} {result.unit:<12} {result.title}  ({result.note})")
