"""Views of a journal, in SQLite and PostgreSQL: once each, the same again, and right."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, Table, select

from zhamen.adapters.sql.casework.view import CaseView
from zhamen.adapters.sql.schema_cases import DERIVED
from zhamen.adapters.sql.schema_views import (
    accounts,
    customers,
    decisions,
    figures,
    marked,
    mentions,
    units,
)
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.adapters.sql.views.view import Projected, View
from zhamen.adapters.sql.views.worth import MEASURES
from zhamen.core.errors import JournalMismatch
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer, TransferSettled
from zhamen.gate.decision import Decision
from zhamen.ports.journal import Entry
from zhamen.services.project import Projector
from zhamen.testing import SMALL_BANK, MemoryJournal, make_decided

TABLES = (accounts, customers, decisions, figures, marked, mentions, units)
OFFSET = 480
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def views(engine: Engine, *more: View) -> SqlProjections:
    return SqlProjections(engine, lambda: SMALL_BANK, utc_offset_minutes=OFFSET, more=more)


def rows(engine: Engine, tables: Sequence[Table] = TABLES) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables
        }


def project(store: SqlProjections, entries: Sequence[Entry], cuts: Sequence[int]) -> None:
    places = sorted({0, len(entries), *(cut for cut in cuts if cut < len(entries))})
    for start, end in pairwise(places):
        assert store.apply(entries[start:end])


class TestRebuild:
    @FEW
    @given(
        seed=st.integers(1, 10**6), count=st.integers(1, 150), cuts=st.lists(st.integers(1, 149), max_size=20)
    )
    def test_gives_the_same_rows_however_the_entries_were_cut_into_batches(
        self, engine: Engine, seed: int, count: int, cuts: list[int]
    ) -> None:
        entries = make_decided(count, seed)
        store = views(engine)
        store.clear()
        project(store, entries, cuts)
        live = rows(engine)
        store.clear()
        assert all(not left for left in rows(engine).values())
        project(store, entries, [])
        assert rows(engine) == live

    def test_gives_the_same_rows_when_every_batch_meets_a_new_program(
        self, make_engine: Callable[[], Engine]
    ) -> None:
        entries = make_decided(200)
        for start in range(0, 200, 40):
            assert views(make_engine()).apply(entries[start : start + 40])
        live = rows(make_engine())
        store = views(make_engine())
        store.clear()
        assert store.apply(entries)
        assert rows(make_engine()) == live

    def test_gives_the_same_cases(self, engine: Engine) -> None:
        entries, store = make_decided(400, 8), views(engine, CaseView())
        project(store, entries, [3, 50, 51, 130, 399])
        live = rows(engine, DERIVED)
        assert live["cases"]
        store.clear()
        project(store, entries, [])
        assert rows(engine, DERIVED) == live


class _Failing:
    """A view that cannot take an entry until it is mended."""

    def __init__(self, at: int) -> None:
        self.at = at

    def clear(self, connection: Connection) -> None:
        """Nothing to delete."""

    def apply(self, connection: Connection, batch: Sequence[Projected]) -> None:  # noqa: ARG002  # a view's
        if any(each.seq == self.at for each in batch):
            raise ZeroDivisionError


class TestExactlyOnce:
    def test_entries_that_do_not_follow_are_refused_and_change_nothing(self, engine: Engine) -> None:
        entries, store = make_decided(30), views(engine)
        assert store.apply(entries[:20])
        before = rows(engine)
        assert not store.apply(entries[:20])
        assert not store.apply(entries[21:])
        assert rows(engine) == before
        assert store.standing().seq == 20

    def test_a_view_that_fails_takes_the_batch_back_from_all_and_gets_it_again(self, engine: Engine) -> None:
        entries, failing = make_decided(60), _Failing(45)
        store = views(engine, failing)
        assert store.apply(entries[:40])
        before = rows(engine)
        with pytest.raises(ZeroDivisionError):
            store.apply(entries[40:])
        assert rows(engine) == before
        failing.at = 0
        assert store.apply(entries[40:])
        after = rows(engine)
        store.clear()
        project(store, entries, [])
        assert rows(engine) == after

    def test_two_projectors_share_the_work(self, make_engine: Callable[[], Engine]) -> None:
        journal = MemoryJournal()
        journal.append(make_decided(120))
        one = Projector(journal, views(make_engine()), batch=7)
        other = Projector(journal, views(make_engine()), batch=11)
        while one.last_seq < 120 or other.last_seq < 120:
            one.step()
            other.step()
        shared = rows(make_engine())
        one.rebuild()
        assert rows(make_engine()) == shared


class TestStanding:
    def test_views_of_another_journal_are_not_gone_on_with(self, engine: Engine) -> None:
        ours, other = MemoryJournal(), MemoryJournal()
        ours.append(make_decided(10, 1))
        other.append(make_decided(10, 2))
        Projector(ours, views(engine)).catch_up()
        with pytest.raises(JournalMismatch):
            Projector(other, views(engine)).catch_up()
        Projector(other, views(engine)).rebuild()
        assert views(engine).standing().chain == make_decided(10, 2)[-1].chain

    def test_views_of_an_older_form_are_made_anew(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journal = MemoryJournal()
        journal.append(make_decided(25))
        Projector(journal, views(engine)).catch_up()
        monkeypatch.setattr("zhamen.adapters.sql.views.store._VERSION", 2)
        with engine.begin() as connection:
            connection.execute(accounts.update().values(kind="nonsense"))
        Projector(journal, views(engine)).catch_up()
        with engine.connect() as connection:
            assert "nonsense" not in set(connection.scalars(select(accounts.c.kind)))
        assert views(engine).standing().version == 2


class TestAccounts:
    def test_numbers_follow_the_order_of_first_appearance(self, engine: Engine) -> None:
        entries = make_decided(80)
        views(engine).apply(entries)
        order: dict[str, None] = {}
        for entry in entries:
            event = msgspec.json.decode(entry.event, type=AnyEvent)
            for name in ("debtor_account", "account", "creditor_account"):
                part = getattr(event, name, None)
                if part is not None:
                    order[part.id] = None
        with engine.connect() as connection:
            numbered = connection.scalars(select(accounts.c.identifier).order_by(accounts.c.number))
            assert list(numbered) == list(order)

    def test_an_entry_belongs_to_the_home_outlet_known_by_then(self, engine: Engine) -> None:
        entries = make_decided(300)
        views(engine).apply(entries)
        homes: dict[str, tuple[str, bool]] = {}
        expected = []
        for entry in entries:
            event: Any = msgspec.json.decode(entry.event, type=AnyEvent)
            side = getattr(event, "debtor_account", None) or getattr(event, "account", None)
            if getattr(event, "customer_side", None) == "creditor":
                side = event.creditor_account
            for account in (side, getattr(event, "creditor_account", None)):
                if account and account.outlet:
                    homes[account.id] = SMALL_BANK.current.path_of_outlet(account.outlet), True
            opening = type(event).__name__ == "AccountOpened"
            home, opened = homes.get(side.id, ("", False)) if side else ("", False)
            if event.outlet and side and not opened and (not home or opening):
                homes[side.id] = (home, opened) = (SMALL_BANK.current.path_of_outlet(event.outlet), opening)
            expected.append(home or SMALL_BANK.current.path_of_outlet(event.outlet))
        with engine.connect() as connection:
            filed = select(units.c.path).join(decisions, decisions.c.unit == units.c.number)
            assert list(connection.scalars(filed.order_by(decisions.c.seq))) == expected


def payments_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Give every payment and what became of it, straight from the entries."""
    payments: dict[str, dict[str, Any]] = {}
    for entry in entries:
        event = msgspec.json.decode(entry.event, type=AnyEvent)
        decision = msgspec.json.decode(entry.decision, type=Decision)
        of = payments.get(getattr(event, "transfer_event_id", None) or "", {"marked": False})
        if isinstance(event, Transfer | CashWithdrawal):
            reasons = sorted(decision.reasons, key=lambda reason: -reason.weight)
            scam, severity = reasons[0].typology if reasons else "", decision.outcome.severity
            day = int((decision.decided_at.timestamp() + OFFSET * 60) // 86_400)
            creditor = event.creditor_account.id if isinstance(event, Transfer) else ""
            payments[event.event_id] = {
                "seq": entry.seq, "day": day, "outcome": severity, "amount": event.amount_minor,
                "first_scam": scam, "scam": scam, "settlement": "", "label": "", "marked": severity > 0,
                "try": (event.debtor_account.id, creditor, day),
            }  # fmt: skip
        elif isinstance(event, TransferSettled) and (of["marked"] or event.settlement != "settled"):
            of |= {"settlement": event.settlement, "marked": True}
        elif isinstance(event, FraudReported):
            of |= {"label": event.label, "scam": event.scam_kind or of.get("scam"), "marked": True}
    return list(payments.values())


def left(payment: dict[str, Any]) -> bool:
    if payment["settlement"] in ("settled", "returned"):
        return True
    return payment["outcome"] < 3 and payment["settlement"] not in ("cancelled", "declined")


def slow_figures(entries: Sequence[Entry]) -> dict[tuple[Any, ...], Counter[str]]:
    """Sum per day, outcome and scam."""
    sums: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    tries = defaultdict(list)
    for payment in payments_of(entries):
        asked = payment["day"], payment["outcome"], payment["first_scam"]
        sums[asked].update(payments=1, amount_minor=payment["amount"])
        stopped, settlement = payment["outcome"] >= 3, payment["settlement"]
        fraud, warned = payment["label"] == "confirmed_fraud", 0 < payment["outcome"] < 3
        mine = sums[payment["day"], payment["outcome"], payment["scam"]]
        for name, holds in {
            "released": stopped and settlement == "settled",
            "cancelled": warned and settlement == "cancelled",
            "confirmed": fraud,
            "lost": fraud and left(payment),
            "returned": fraud and settlement == "returned",
        }.items():
            mine.update({name: int(holds), f"{name}_minor": payment["amount"] if holds else 0})
        mine.update(false_alarms=int(payment["label"] == "false_positive" and payment["outcome"] > 0))
        if stopped:
            tries[payment["try"]].append(payment)
    for attempts in tries.values():
        kept = [each for each in attempts if each["label"] != "false_positive"]
        if kept and not any(map(left, attempts)):
            top = sorted(kept, key=lambda each: (-each["amount"], each["seq"]))[0]
            sums[top["day"], top["outcome"], top["scam"]].update(incidents=1, saved_minor=top["amount"])
    return {key: +counter for key, counter in sums.items() if +counter}


class TestFigures:
    @FEW
    @given(
        seed=st.integers(1, 10**6), count=st.integers(1, 250), cuts=st.lists(st.integers(1, 249), max_size=12)
    )
    def test_are_what_counting_one_by_one_gives(
        self, engine: Engine, seed: int, count: int, cuts: list[int]
    ) -> None:
        entries = make_decided(count, seed)
        store = views(engine)
        store.clear()
        project(store, entries, cuts)
        found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
        with engine.connect() as connection:
            days = select(figures).join(units, units.c.number == figures.c.unit)
            for row in connection.execute(days.where(units.c.path == "HQ", figures.c.span == 0)).mappings():
                found[row["day"], row["outcome"], row["scam"]].update({name: row[name] for name in MEASURES})
        assert {key: +counter for key, counter in found.items()} == slow_figures(entries)

    def test_of_a_unit_are_those_of_the_units_below_and_its_own(self, engine: Engine) -> None:
        views(engine).apply(make_decided(300))
        sums: dict[str, int] = defaultdict(int)
        own: dict[str, int] = defaultdict(int)
        with engine.connect() as connection:
            for span in (0, 1):
                found = select(units.c.path, figures.c.payments).join(
                    figures, figures.c.unit == units.c.number
                )
                for path, payments in connection.execute(found.where(figures.c.span == span)):
                    sums[f"{path} {span}"] += payments
            filed = select(units.c.path).join(decisions, decisions.c.unit == units.c.number)
            for path in connection.scalars(
                filed.where(decisions.c.amount_minor > 0, decisions.c.type.in_((1, 2)))
            ):
                own[path] += 1
        for path in own:
            below = sum(count for name, count in own.items() if name == path or name.startswith(f"{path}/"))
            assert sums[f"{path} 0"] == sums[f"{path} 1"] == below
