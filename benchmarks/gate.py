"""How fast the starter pack decides: many events at once, and one event with its parts.

The stream is made here: 4,000 accounts that pay each other all day, one payment in a hundred with a
suspicious session. Each pays fifty others a day, so patterns of networks are dense and dear. GATE-03 is the
same on days of the synthetic bank, where all kinds of events come as they do in a bank.
Reading and laying out the events is not counted in GATE-01 and GATE-03.
"""

import gc
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import perf_counter, perf_counter_ns
from typing import Final

import msgspec
import numpy as np

from benchmarks.result import Result
from zhamen.adapters.packs import read_pack
from zhamen.events.batch import Batch
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.gate.gate import Gate
from zhamen.gate.networked import NetworkUse
from zhamen.gate.pack import Pack, load_pack
from zhamen.gate.verdict import Judge
from zhamen.networks.live import Networks
from zhamen.rules.book import Rulebook
from zhamen.simulate import Bank, BankConfig

__all__ = ["payments", "run"]

_EVENTS: Final = 200_000
_SINGLE: Final = 30_000
_WARM: Final = 5_000
_ACCOUNTS: Final = 4_000
_SUSPICIOUS: Final = 0.01
_SEED: Final = 1
_CHUNK: Final = 20_000
_CUSTOMERS: Final = 8_000
_DAYS: Final = 10
_START: Final = datetime(2026, 3, 2, tzinfo=UTC)


def run() -> list[Result]:
    """Measure the gate in batches and alone."""
    pack = load_pack(read_pack("starter"), "starter")
    events = payments(_EVENTS)
    bank = Bank(BankConfig(customers=_CUSTOMERS, days=_DAYS, seed=_SEED))
    everyday = list(islice(bank.events(), _EVENTS))
    return [
        _batch("GATE-01", "features, networks, rules and policy in batches", pack, events),
        _batch("GATE-03", "the same, events of the synthetic bank", pack, everyday),
        *_alone(pack, events[: _WARM + _SINGLE]),
    ]


def payments(size: int) -> list[AnyEvent]:
    """Make the stream: its first events."""
    dice = np.random.default_rng(_SEED)
    debtors, creditors = dice.integers(0, _ACCOUNTS, (2, size))
    amounts = np.minimum(np.exp(dice.normal(9.5, 1.2, size)) + 100, 1e8).astype(np.int64)
    strange = dice.random(size) < _SUSPICIOUS
    return [
        _payment(
            number, int(debtors[number]), int(creditors[number]), int(amounts[number]), bool(strange[number])
        )
        for number in range(size)
    ]


def _payment(number: int, debtor: int, creditor: int, amount_minor: int, strange: bool) -> AnyEvent:
    event: AnyEvent = msgspec.convert(
        {
            "type": "transfer",
            "event_id": f"E{number}",
            "occurred_at": _START + timedelta(seconds=number / 2),
            "channel": "mobile",
            "device": {"id": f"D{debtor}"},
            "session": {
                "new_device": strange,
                "screen_sharing": strange,
                "remote_control": False,
                "active_call": strange,
                "call_forwarding": False,
                "pasted_account": strange,
            },
            "debtor_account": {"id": f"A{debtor}", "kind": "person", "balance_minor": 50_000_000},
            "creditor_account": {"id": f"A{creditor}", "kind": "person"},
            "debtor": {"id": f"C{debtor}", "age": 20 + debtor % 60},
            "creditor": {"id": f"C{creditor}"},
            "amount_minor": amount_minor,
            "currency": "CNY",
        },
        AnyEvent,
    )
    return event


def _batch(scenario: str, title: str, pack: Pack, events: list[AnyEvent]) -> Result:
    gate = Gate(pack)
    batch = Batch.of(events, gate.fields, pack.utc_offset_minutes)
    gate.decide_batch(batch[:_WARM])
    fastest, acted = 0.0, 0.0
    for _ in range(3):
        gate = Gate(pack)
        begin = perf_counter()
        tables = [gate.decide_batch(batch[at : at + _CHUNK]) for at in range(0, batch.size, _CHUNK)]
        fastest = max(fastest, batch.size / (perf_counter() - begin))
        acted = float(np.mean(np.concatenate([table.outcomes for table in tables]) > 0))
    note = f"{_counts(pack)}; {100 * acted:.1f} % of the events not plainly allowed"
    return Result(scenario, title, fastest, "events/s", {}, note)


def _counts(pack: Pack) -> str:
    return f"{len(pack.feature_docs)} features, {len(pack.rules)} rules"


def _alone(pack: Pack, events: list[AnyEvent]) -> list[Result]:
    gate = Gate(pack)
    took = np.empty(len(events))
    for at, event in enumerate(events):
        begin = perf_counter_ns()
        gate.decide(event, trace_id="T", decided_at=_START)
        took[at] = perf_counter_ns() - begin
    p50, p99 = (float(value) for value in np.percentile(took[_WARM:] / 1e3, [50, 99]))
    parts = _parts(pack, events)
    answer = p50 - sum(parts.values())
    titles = {
        "READ": "of which reading the fields",
        "NETWORKS": "of which networks",
        "FEATURES": "of which features",
        "RULES": "of which rules",
        "POLICY": "of which policy",
    }
    return [
        Result("GATE-02", "one event, p50", p50, "µs", {}, _counts(pack)),
        Result("GATE-02-P99", "one event, p99", p99, "µs"),
        *(Result(f"GATE-02-{part}", titles[part], value, "µs", {}, "p50") for part, value in parts.items()),
        Result("GATE-02-ANSWER", "of which writing the decision", answer, "µs", {}, "the rest of the p50"),
        Result("GATE-02-BLOCKS", "blocks of memory a kept decision holds", _blocks(pack, events), "blocks"),
    ]


def _parts(pack: Pack, events: list[AnyEvent]) -> dict[str, float]:
    """Give the p50 of each step that `Gate.decide` takes, in µs, on the same stream."""
    gate = Gate(pack)
    state = FeatureState(Plan(pack.definitions))
    read = flat_reader(gate.fields, pack.utc_offset_minutes)
    use, networks = NetworkUse(pack.networks, {name: at for at, name in enumerate(gate.fields)}), Networks()
    listed = tuple(name for each in pack.lists for name in each.names)
    book = Rulebook(pack.rules, (*gate.fields, *state.plan.names, *listed, *use.names))
    judge, unlisted = Judge(pack), (None,) * len(listed)
    took = np.empty((len(events), 5))
    for at, event in enumerate(events):
        begin = perf_counter_ns()
        flat = read(event)
        has_read = perf_counter_ns()
        told = use.ask(networks, flat, None)
        has_told = perf_counter_ns()
        values = state.advance(flat)
        has_advanced = perf_counter_ns()
        findings = book.run("transfer", (*flat, *values, *unlisted, *use.values(told)))
        has_asked = perf_counter_ns()
        judge.judge(findings)
        took[at] = np.diff([begin, has_read, has_told, has_advanced, has_asked, perf_counter_ns()])
    middle = np.percentile(took[_WARM:] / 1e3, 50, axis=0)
    names = ("READ", "NETWORKS", "FEATURES", "RULES", "POLICY")
    return dict(zip(names, map(float, middle), strict=True))


def _blocks(pack: Pack, events: list[AnyEvent]) -> float:
    gate = Gate(pack)
    for event in events[:_WARM]:
        gate.decide(event, trace_id="T", decided_at=_START)
    measured = events[_WARM:]
    gc.collect()
    before = sys.getallocatedblocks()
    kept = [gate.decide(event, trace_id="T", decided_at=_START) for event in measured]
    after = sys.getallocatedblocks()
    return (after - before) / len(kept)
