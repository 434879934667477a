"""How long the console's questions take over 5 million decisions, 200,000 of them alerts.

A part of the journal goes through the views as it would live, and is measured; the rest are copies of its
rows, later in time, made inside the database. SQLite always; PostgreSQL where ``CONSOLE_POSTGRES`` has the
URL of an empty database. ``CONSOLE_DECISIONS`` says how many decisions.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final, get_args

import msgspec
import numpy as np
from sqlalchemy import Engine, text

from benchmarks.result import Result
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.views.dashboard import SqlFigures
from zhamen.adapters.sql.views.profiles import SqlProfiles
from zhamen.adapters.sql.views.search import SqlDecisionSearch
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.adapters.sql.views.terms import BLOCK
from zhamen.events.model import AccountOpened, AnyEvent, Login, Transfer
from zhamen.events.parts import Account, Device, Party
from zhamen.gate.decision import Bilingual, Decision, Outcome, Reason
from zhamen.organisation.history import History, Version
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Level, Organisation, Unit
from zhamen.ports.decisions import Wanted
from zhamen.ports.figures import Dimension, FigureQuery
from zhamen.ports.journal import Entry

__all__ = ["bank", "fill", "run"]

_DECISIONS: Final = int(os.environ.get("CONSOLE_DECISIONS", "5000000"))
_POSTGRES: Final = os.environ.get("CONSOLE_POSTGRES", "")
_BASE: Final = 6 * BLOCK
_ACCOUNTS: Final = 40_000
_OUTLETS: Final = 351
_ALERTS: Final = 0.04
_BATCH: Final = 1_000
_TIMES: Final = 15
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS: Final = 14
_HEAD, _BRANCH, _OUTLET = Scope("HQ"), Scope("HQ/R1/B01"), Scope("HQ/R1/B01/B01-007")
_ALERTING: Final = (Outcome.CHALLENGE, Outcome.DELAY, Outcome.HOLD, Outcome.DECLINE)


def run() -> list[Result]:
    """Measure both databases."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        results = _measure(f"sqlite:///{folder}/work.db", "", "SQLite")
    return results + (_measure(_POSTGRES, "-PG", "PostgreSQL") if _POSTGRES else [])


def _measure(url: str, mark: str, name: str) -> list[Result]:
    engine = open_engine(url)
    rate, decisions = fill(engine)
    note = f"{decisions:,} decisions, {_OUTLETS} outlets, {_ACCOUNTS:,} accounts, {_ALERTS:.0%} alerts"
    first = Result(
        f"CONSOLE-01{mark}",
        f"entries taken into the views, {name}",
        rate,
        "entries/s",
        {},
        f"{_BASE:,} entries",
    )
    results = [first, *_asked(engine, mark, name, note)]
    engine.dispose()
    return results


def _asked(engine: Engine, mark: str, name: str, note: str) -> Iterator[Result]:
    questions = _searches(engine) | _dashboard(engine) | _profiles(engine)
    for number, (title, question) in enumerate(questions.items(), 2):
        took = []
        for _ in range(_TIMES):
            started = perf_counter()
            question()
            took.append((perf_counter() - started) * 1e3)
        slowest = f"slowest of {_TIMES}: {max(took):.1f} ms; {note}"
        yield Result(
            f"CONSOLE-{number:02}{mark}", f"{title}, {name}", float(np.median(took)), "ms", {}, slowest
        )


def _searches(engine: Engine) -> dict[str, Callable[[], object]]:
    search = SqlDecisionSearch(engine)
    since, until = _START + timedelta(days=40), _START + timedelta(days=70)
    wishes = {
        "newest decisions of the bank": (_HEAD, Wanted()),
        "newest decisions of a branch": (_BRANCH, Wanted()),
        "newest decisions of an outlet": (_OUTLET, Wanted()),
        "alerts of the bank": (_HEAD, Wanted(outcomes=_ALERTING)),
        "alerts of an outlet": (_OUTLET, Wanted(outcomes=_ALERTING)),
        "one rule above an amount in a month, a branch": (
            _BRANCH,
            Wanted(rule="RULE-007", least_minor=5_000_000, since=since, until=until),
        ),
        "everything about an account": (_HEAD, Wanted(account="622202000012345")),
        "one trace id": (_HEAD, Wanted(trace_id="trace-77777")),
        "large declined payments at an outlet": (
            _OUTLET,
            Wanted(outcomes=(Outcome.DECLINE,), least_minor=90_000_000),
        ),
        "what is nowhere": (_BRANCH, Wanted(device="device-none", least_minor=100)),
    }
    return {
        title: lambda scope=scope, wanted=wanted: search.search(scope, wanted)  # type: ignore[misc]
        for title, (scope, wanted) in wishes.items()
    }


def _dashboard(engine: Engine) -> dict[str, Callable[[], object]]:
    figures = SqlFigures(engine)
    year = FigureQuery(since=date(2026, 1, 1), until=date(2027, 1, 1))

    def dashboard(scope: Scope) -> None:
        for by in get_args(Dimension):
            figures.figures(scope, year, by)

    return {
        "the dashboard of the bank, seven questions over a year": lambda: dashboard(_HEAD),
        "the dashboard of a branch": lambda: dashboard(_BRANCH),
    }


def _profiles(engine: Engine) -> dict[str, Callable[[], object]]:
    profiles = SqlProfiles(engine, utc_offset_minutes=480)
    about = profiles.find_account(_HEAD, "622202000012345")
    assert about is not None
    return {"all about an account": lambda: profiles.activity(_HEAD, about.number)}


def fill(engine: Engine) -> tuple[float, int]:
    """Put the decisions in; give the entries a second that the views took in, and how many there are."""
    return _project(engine), _multiply(engine)


def _project(engine: Engine) -> float:
    """Take the first part of the journal into the views; give entries a second."""
    history = bank()
    views = SqlProjections(engine, lambda: history, utc_offset_minutes=480)
    views.clear()
    entries, took = _entries(), 0.0
    while batch := [entry for _, entry in zip(range(_BATCH), entries, strict=False)]:
        started = perf_counter()
        assert views.apply(batch)
        took += perf_counter() - started
    return _BASE / took


def _multiply(engine: Engine) -> int:
    """Copy the rows until there are as many decisions as wanted, each copy some days later."""
    copies = -(-_DECISIONS // _BASE)
    shifted = {
        "decisions": {
            "seq": "seq + :seqs",
            "decided_at": "decided_at + :micros",
            "occurred_at": "occurred_at + :micros",
            "newest_at": "newest_at + :micros",
        },
        "mentions": {"block": "block + :blocks", "seq": "seq + :seqs"},
        "marked_payments": {
            "seq": "seq + :seqs",
            "event_id": "event_id || '-' || :label",
            "day": "day + :days",
        },
    }
    with engine.connect() as connection:
        for copy in range(1, copies):
            values = {
                "seqs": copy * _BASE,
                "blocks": copy * _BASE // BLOCK,
                "days": copy * _DAYS,
                "micros": copy * _DAYS * 86_400_000_000,
                "label": str(copy),
                "last": _BASE,
            }
            for table, changed in shifted.items():
                columns = list(_columns(connection, table))
                chosen = ", ".join(changed.get(column, column) for column in columns)
                copied = (
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table}"  # noqa: S608
                    " WHERE seq <= :last"
                )
                used = {key: value for key, value in values.items() if f":{key}" in copied}
                connection.execute(text(copied), used)
            _copy_figures(connection, copy * _DAYS)
            connection.commit()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return copies * _BASE


def _columns(connection: Any, table: str) -> Any:
    return connection.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys()  # noqa: S608


def _copy_figures(connection: Any, days: int) -> None:
    """Copy the days' figures; months are put together from days at the end of time, so they get their own."""
    columns = [name for name in _columns(connection, "figures") if name != "day"]
    names = ", ".join(columns)
    until = int((_START + timedelta(days=_DAYS)).timestamp() // 86_400) + 1
    for span, shift in ((0, days), (1, 31 * (days // _DAYS))):
        connection.execute(
            text(
                f"INSERT INTO figures ({names}, day) SELECT {names}, day + :shift FROM figures"  # noqa: S608
                " WHERE span = :span AND day < :until ON CONFLICT DO NOTHING"
            ),
            {"shift": shift, "span": span, "until": until},
        )


def bank() -> History:
    """Give three regions, 13 branches and their outlets."""
    head = Unit(code="HQ", level=Level.HEAD_OFFICE, zh="总行", en="Head Office")
    regions = [_unit(f"R{n}", Level.REGION, "HQ") for n in range(1, 4)]
    branches = [_unit(f"B{n:02}", Level.BRANCH, f"R{n % 3 or 3}") for n in range(1, 14)]
    outlets = [
        _unit(f"{branch.code}-{n:03}", Level.OUTLET, branch.code) for branch in branches for n in range(1, 28)
    ]
    tree = Organisation([head, *regions, *branches, *outlets])
    return History([Version(number=1, made_at=0, made_by="", organisation=tree)])


def _unit(code: str, level: Level, parent: str) -> Unit:
    return Unit(code=code, level=level, parent=parent, zh=code, en=code)


def _entries() -> Iterator[Entry]:
    """Give the entries of some days: every account is opened at an outlet, then people pay and sign in."""
    dice = np.random.default_rng(1)
    debtors, creditors = dice.integers(0, _ACCOUNTS, (2, _BASE)).tolist()
    amounts = np.minimum(np.exp(dice.normal(10.5, 1.6, _BASE)) + 100, 1e9).astype(np.int64).tolist()
    alerting, kinds = (dice.random(_BASE) < 1.25 * _ALERTS).tolist(), dice.random(_BASE).tolist()
    step = timedelta(days=_DAYS) / _BASE
    for number in range(_BASE):
        at = _START + number * step
        if number < _ACCOUNTS:
            event: AnyEvent = _opening(number, at)
        elif kinds[number] < 0.2:
            event = _login(number, debtors[number], at)
        else:
            event = _transfer(number, debtors[number], creditors[number], amounts[number], at)
        decision = _decision(number, event, at, alert=alerting[number])
        yield Entry(
            seq=number + 1,
            event_id=event.event_id,
            digest=b"",
            chain=b"",
            event=msgspec.json.encode(event),
            decision=msgspec.json.encode(decision),
        )


def _account(number: int) -> Account:
    return Account(id=f"6222020000{number:05}", kind="person", opened_at=_START)


def _opening(number: int, at: datetime) -> AnyEvent:
    branch, outlet = number % 13 + 1, number // 13 % 27 + 1
    return AccountOpened(
        event_id=f"O{number}",
        occurred_at=at,
        channel="counter",
        outlet=f"B{branch:02}-{outlet:03}",
        account=_account(number),
        customer=Party(id=f"C{number}", name=f"客户{number}", kind="person"),
    )


def _login(number: int, owner: int, at: datetime) -> AnyEvent:
    return Login(
        event_id=f"L{number}",
        occurred_at=at,
        channel="mobile",
        device=Device(id=f"device-{owner}", ip=f"10.{owner % 250}.{owner // 250}.1"),
        account=_account(owner),
        customer=Party(id=f"C{owner}"),
    )


def _transfer(number: int, debtor: int, creditor: int, amount_minor: int, at: datetime) -> AnyEvent:
    return Transfer(
        event_id=f"T{number}",
        occurred_at=at,
        channel=("mobile", "online", "counter", "atm", "phone")[number % 5],
        device=Device(id=f"device-{debtor}", ip=f"10.{debtor % 250}.{debtor // 250}.1"),
        debtor_account=_account(debtor),
        creditor_account=_account(creditor),
        debtor=Party(id=f"C{debtor}"),
        creditor=Party(id=f"C{creditor}"),
        amount_minor=amount_minor,
        currency="CNY",
        customer_side="both",
    )


def _decision(number: int, event: AnyEvent, at: datetime, *, alert: bool) -> Decision:
    alert = alert and isinstance(event, Transfer)
    typology = ("victim", "mule", "ato", "gambling", "other")[number % 5]
    rule = f"RULE-{number % 60:03}"
    reason = Reason(
        code=rule,
        typology=typology,
        text=Bilingual("一句话的理由", "a reason in one sentence"),
        audience=("analyst", "auditor"),
        weight=40,
        evidence={"amount_minor": 1, "debtor_account_sent_sum_1d": 2.0},
    )
    return Decision(
        event_id=event.event_id,
        trace_id=f"trace-{number}",
        outcome=_ALERTING[number % 4] if alert else Outcome.ALLOW,
        score=40 if alert else 0,
        scores={},
        reasons=(reason,) if alert else (),
        pack="starter 1",
        pack_hash="0" * 64,
        decided_at=at,
    )
