"""How alerts come together into cases on the synthetic bank, and how quick the queue is with very many.

The grouping is measured on the seeds that nobody looked at when it was made, without intervention: every
payment of a ring is judged, and no case is ever closed, so that a ring has every chance to fall apart.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from sqlalchemy import Engine

from benchmarks.result import Result
from benchmarks.starter_quality import CUSTOMERS, DAYS, INTENSITY, SEEDS, WARM_UP
from zhamen.adapters.packs import read_pack
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.casework import CaseView, SqlCasework
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.views.view import Projected
from zhamen.cases.acts import Act, ActKind
from zhamen.cases.case import Why
from zhamen.cases.policy import STANDARD
from zhamen.cases.ties import Place
from zhamen.events.model import FraudReported
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Wanted
from zhamen.screening.index.live import LiveScreen
from zhamen.screening.keys import KeyRing
from zhamen.simulate import Bank, BankConfig
from zhamen.testing import NOON, Accounts, MemoryCasework, make_story

__all__ = ["ALERTS", "enter_alerts", "run"]

ALERTS: Final = 200_000
_BATCH: Final = 1_000
_INNOCENT: Final = "innocent"


@dataclass
class Grouped:
    """The cases of all seeds: which rings their alerts belong to."""

    cases: list[Counter[str]] = field(default_factory=list)
    """Of each case, its alerts by ring."""
    per_ring: list[int] = field(default_factory=list)
    """Of each ring, in how many cases its alerts are."""
    links: Counter[Why] = field(default_factory=Counter)
    right: Counter[Why] = field(default_factory=Counter)
    """Links between two cases that share a ring."""


def run() -> list[Result]:
    """Measure both."""
    grouped = Grouped()
    for seed in SEEDS:
        _group(seed, grouped)
    return [*_grouping(grouped), *_load()]


def _grouping(grouped: Grouped) -> Iterator[Result]:
    rings = [[ring for ring in case if ring != _INNOCENT] for case in grouped.cases]
    alerts = [case.total() for case in grouped.cases]
    with_ring = sum(bool(found) for found in rings)
    mixed = sum(len(found) > 1 for found in rings)
    seeds = f"seeds {SEEDS[0]} to {SEEDS[-1]}"
    yield Result("CASES-01", "alerts in a case, mean", mean(alerts), "alerts", note=f"{sum(alerts)} alerts")
    yield Result("CASES-02", "alerts in the largest case", max(alerts), "alerts", note=seeds)
    spread = grouped.per_ring
    note = f"median {median(spread):g}, most {max(spread)}, of {len(spread)} rings"
    yield Result("CASES-03", "cases that hold a ring's alerts, mean", mean(spread), "cases", note=note)
    yield Result(
        "CASES-04", "cases that mix rings", 100 * mixed / with_ring, "%", note=f"{mixed} of {with_ring}"
    )
    for number, why in ((5, Why.SAME_RING), (6, Why.SAME_PAYER)):
        right, of = grouped.right[why], grouped.links[why]
        yield Result(
            f"CASES-{number:02d}",
            f"links {why} that are right",
            100 * right / of,
            "%",
            note=f"{right} of {of}",
        )


def _group(seed: int, grouped: Grouped) -> None:
    bank = Bank(BankConfig(customers=CUSTOMERS, days=DAYS, seed=seed, intensity=INTENSITY))
    pack = load_pack(read_pack("starter"), "starter")
    gate = Gate(pack, screen=LiveScreen(KeyRing({1: bytes(32)})))
    work, accounts, ring_of = MemoryCasework(), Accounts(), dict[int, str]()
    begin = None
    for seq, event in enumerate(bank.events(), 1):
        decision = gate.decide(event, trace_id=str(seq), decided_at=event.occurred_at)
        begin = begin or event.occurred_at + timedelta(days=WARM_UP)
        if event.occurred_at < begin:
            continue
        work.enter(seq, event, decision, Place("HQ", *accounts.of(event)))
        if seq in work.shelf.alerts:
            about = event.transfer_event_id if isinstance(event, FraudReported) else event.event_id
            truth = bank.truth.get(about or "")
            ring_of[seq] = _INNOCENT if truth is None or truth.ring is None else truth.ring
    cases: dict[int, Counter[str]] = defaultdict(Counter)
    for alert in work.shelf.alerts.values():
        cases[alert.case][ring_of[alert.id]] += 1
    grouped.cases += cases.values()
    found = Counter(ring for case in cases.values() for ring in case if ring != _INNOCENT)
    grouped.per_ring += found.values()
    for link in work.shelf.links:
        grouped.links[link.why] += 1
        shared = cases[link.older].keys() & cases[link.newer].keys()
        grouped.right[link.why] += bool(shared - {_INNOCENT})


def _load() -> Iterator[Result]:
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder)}/work.db")
        try:
            yield from _measure_load(SqlCasework(engine), engine)
        finally:
            engine.dispose()


def enter_alerts(engine: Engine, alerts: int) -> float:
    """Let about so many alerts come into cases; give the entries taken in a second."""
    view, accounts, batch, taken = CaseView(), Accounts(), list[Projected](), 0
    spent = 0.0
    for seq, event, decision in make_story(alerts * 2, seed=1, accounts=alerts):
        account, creditor = accounts.of(event)
        unit = f"HQ/R{seq % 3}/B{seq % 13:02d}/B{seq % 13:02d}-{seq % 27:03d}"
        batch.append(
            Projected(seq=seq, event=event, decision=decision, unit=unit, account=account, creditor=creditor)
        )
        if len(batch) == _BATCH:
            started = perf_counter()
            with writing(engine.execution_options(immediate=True)) as connection:
                view.apply(connection, batch)
            spent += perf_counter() - started
            taken += len(batch)
            batch.clear()
    return taken / spent


def _measure_load(store: SqlCasework, engine: Engine) -> Iterator[Result]:
    rate = enter_alerts(engine, ALERTS)
    yield Result("CASES-10", "entries taken in, six in ten of them alerts", rate, "entries/s")
    whole, branch, outlet = Scope("HQ"), Scope("HQ/R1/B01"), Scope("HQ/R1/B01/B01-001")
    at = NOON + timedelta(days=2)
    for number, scope in ((11, whole), (12, branch), (13, outlet)):
        ask = partial(store.list_cases, scope, Wanted(), at)
        yield _timed(f"CASES-{number}", f"queue of {scope.path}", ask)
    after = store.list_cases(whole, Wanted(), at, limit=5_000).after
    ask = partial(store.list_cases, whole, Wanted(), at, after=after)
    yield _timed("CASES-14", "page of the queue after 5,000", ask)
    yield _timed("CASES-15", "counts of the whole bank", lambda: store.count(whole, at))
    yield _timed("CASES-16", "payments that wait", lambda: store.list_payments(whole))
    case = store.list_cases(whole, Wanted(), at).cases[0].id
    act = Act(case=case, kind=ActKind.NOTE, by="li", unit="HQ", at=at, reason="note")
    yield _timed("CASES-17", "one act", lambda: store.perform(whole, act, STANDARD))


def _timed(number: str, title: str, call: Callable[[], object], times: int = 15) -> Result:
    spans = []
    for _ in range(times):
        started = perf_counter()
        call()
        spans.append((perf_counter() - started) * 1000)
    return Result(number, title, median(spans), "ms", note=f"slowest {max(spans):.0f} ms of {times}")
