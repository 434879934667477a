"""Traces and freeze plans as one reader may see them: by event, by account, by case."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from zhamen.cases.ties import Place
from zhamen.core.errors import DecisionNotFound, InputError, NotFoundError, UnavailableError
from zhamen.core.identifiers import mask
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer, TransferSettled
from zhamen.events.parts import Account
from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope
from zhamen.ports.profiles import AccountProfile
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.plan_freezes import FreezePlanning
from zhamen.services.read_networks import read_networks
from zhamen.services.trace import Tracing
from zhamen.services.traced import FreezeShown, TraceShown
from zhamen.testing import NOON, MemoryCasework, MemoryJournal, decide_as, enter_as

HEAD, NORTH = Scope("head"), Scope("head/north")
VICTIM, MULE, OTHER, AWAY = "6222020200110000001", "6222020200110000002", "6222020200110000003", "EXT-9"
NEXT, THIRD = "6222020200110000004", "6222020200110000005"
HOMES = {
    VICTIM: "head/north/n1", MULE: "head/north/n1", OTHER: "head/south/s1", AWAY: "", NEXT: "head/north/n1",
    THIRD: "head/north/n1",
}  # fmt: skip


class Views:
    """Accounts with homes, and decisions that belong to the home of the account that pays."""

    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal

    def find_account(self, scope: Scope, identifier: str) -> AccountProfile | None:
        return self.find_accounts(scope, [identifier]).get(identifier)

    def find_accounts(self, scope: Scope, identifiers: Iterable[str]) -> dict[str, AccountProfile]:
        return {
            each: AccountProfile(
                number=list(HOMES).index(each) + 1, identifier=each, masked=mask(each), kind="", tier=None,
                opened_at=None, agent="" if HOMES[each] else "BANK9", unit=HOMES[each], customer=None,
                alerts=2, reports=int(each == MULE),
            )
            for each in identifiers
            if each in HOMES and scope.covers(HOMES[each] or scope.path)
        }  # fmt: skip

    def get(self, scope: Scope, seq: int) -> None:
        if seq not in self.visible(scope, [seq]):
            raise DecisionNotFound("not here")

    def visible(self, scope: Scope, seqs: Iterable[int]) -> frozenset[int]:
        def payer(seq: int) -> Any:
            entry = self.journal.at(seq)
            assert entry is not None
            event: Any = msgspec.json.decode(entry.event, type=AnyEvent)
            return getattr(event, "debtor_account", None)

        return frozenset(seq for seq in seqs if (side := payer(seq)) and scope.covers(HOMES[side.id]))


class Bank:
    """A journal of events a minute apart, with the services over it."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.casework = MemoryCasework()
        self.paid_to: dict[str, set[str]] = {MULE: set()}

    def happen(
        self, event: AnyEvent, outcome: Outcome = Outcome.ALLOW, told: dict[str, float | None] | None = None
    ) -> None:
        seq = self.journal.last_seq + 1
        decision = replace(decide_as(event, outcome), networks=told)
        self.journal.append([enter_as(seq, event, decision)])
        place = Place(unit="head/north/n1", account=1, creditor=2)
        self.casework.enter(seq, event, decision, place)

    def pay(
        self,
        event_id: str,
        debtor: str,
        creditor: str,
        amount: int,
        outcome: Outcome = Outcome.ALLOW,
        told: dict[str, float | None] | None = None,
        **more: Any,
    ) -> None:
        event = Transfer(
            event_id=event_id, occurred_at=self.now, debtor_account=Account(id=debtor),
            creditor_account=Account(id=creditor), amount_minor=amount, currency="CNY", **more,
        )  # fmt: skip
        self.paid_to.setdefault(creditor, set()).add(event_id)
        self.happen(event, outcome, told)

    def report(self, event_id: str, of: str | None, victim: str = VICTIM, creditor: str = MULE) -> None:
        event = FraudReported(
            event_id=event_id, occurred_at=self.now, creditor_account=Account(id=creditor),
            debtor_account=Account(id=victim), label="confirmed_fraud", transfer_event_id=of,
        )  # fmt: skip
        self.happen(event)

    def settle(
        self, of: str, debtor: str, creditor: str, amount: int, settlement: Literal["settled", "returned"]
    ) -> None:
        event = TransferSettled(
            event_id=f"S-{of}", occurred_at=self.now, transfer_event_id=of, debtor_account=Account(id=debtor),
            creditor_account=Account(id=creditor), amount_minor=amount, currency="CNY", settlement=settlement,
        )  # fmt: skip
        self.happen(event)

    @property
    def now(self) -> Any:
        return NOON + timedelta(minutes=self.journal.last_seq)

    def tracing(self, *, views: bool = True) -> Tracing:
        networks = read_networks(self.journal, budget_bytes=1 << 21)
        seen: Any = (Views(self.journal),) * 2 if views else None
        return Tracing(lambda: networks, self.journal, self.casework, seen, currency="CNY")

    def trace(self, scope: Scope = HEAD, **asked: Any) -> TraceShown:
        return self.tracing().trace(scope, TraceAsked(**asked))

    def plan(self, scope: Scope = HEAD, *, whole: bool = False, **asked: Any) -> FreezeShown:
        planning = FreezePlanning(self.tracing(), self.casework, lambda: NOON + timedelta(hours=1))
        return planning.plan(scope, TraceAsked(**asked), whole=whole)


@pytest.fixture
def bank() -> Bank:
    """Stolen money goes from the victim to a mule, in part on to another region and out of the bank."""
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 1000)
    bank.pay("T2", MULE, OTHER, 500)
    bank.pay("T3", OTHER, AWAY, 200, customer_side="debtor")
    bank.happen(
        CashWithdrawal(
            event_id="W1", occurred_at=bank.now, debtor_account=Account(id=MULE), amount_minor=100,
            currency="CNY",
        )
    )  # fmt: skip
    return bank


def test_a_trace_names_accounts_and_events_within_reach(bank: Bank) -> None:
    shown = bank.trace(event_id="T1")
    assert [place.account and place.account.masked for place in shown.places] == [
        mask(VICTIM), mask(MULE), mask(OTHER), mask(AWAY), None,
    ]  # fmt: skip
    assert [(one.event_id, one.carried_minor, one.share) for one in shown.transfers] == [
        ("T1", 1000, 1.0), ("T2", 500, 1.0), ("T3", 200, 1.0), ("W1", 100, 1.0),
    ]  # fmt: skip
    assert shown.by_fate == {"resting": 700, "exited": 200, "cashed": 100}
    assert shown.places[4].ends == "cashed"
    told = shown.places[3].account
    assert told is not None
    assert (told.kind, told.agent, told.identifier) == ("external", "BANK9", "")


def test_what_lies_outside_a_reader_s_part_of_the_bank_is_masked_and_has_no_page(bank: Bank) -> None:
    shown = bank.trace(NORTH, event_id="T1")
    inside, outside = shown.places[1].account, shown.places[2].account
    assert inside is not None
    assert outside is not None
    assert (inside.number, inside.unit) == (2, "head/north/n1")
    assert (outside.masked, outside.number, outside.unit) == (mask(OTHER), None, "")
    assert [(one.seq, one.event_id) for one in shown.transfers][2] == (None, "")
    with pytest.raises(DecisionNotFound):
        bank.trace(NORTH, event_id="T3")
    with pytest.raises(NotFoundError):
        bank.trace(NORTH, account=OTHER)


def test_a_report_traces_the_transfer_it_reports(bank: Bank) -> None:
    bank.report("F1", "T1")
    assert bank.trace(event_id="F1").total_minor == 1000


def test_a_settlement_traces_the_transfer_that_it_settled(bank: Bank) -> None:
    event = TransferSettled(
        event_id="S1", occurred_at=bank.now, transfer_event_id="T2", debtor_account=Account(id=MULE),
        creditor_account=Account(id=OTHER), amount_minor=500, currency="CNY", settlement="returned",
    )  # fmt: skip
    bank.happen(event)
    shown = bank.trace(event_id="S1")
    assert (shown.total_minor, shown.transfers[0].event_id) == (500, "T2")
    assert {one.kind for one in bank.trace(event_id="T1").transfers} == {
        "transfer",
        "exit",
        "cash_out",
        "reversal",
    }


def test_an_account_is_traced_by_what_it_received_or_paid(bank: Bank) -> None:
    forward = bank.trace(account=MULE)
    assert (forward.seeds, forward.total_minor) == (1, 1000)
    backward = bank.trace(account=OTHER, direction="backward")
    assert [place.account and place.account.masked for place in backward.places if place.begins] == [
        mask(AWAY)
    ]
    assert backward.total_minor == 200
    assert bank.trace(account=AWAY, direction="forward").total_minor == 200
    with pytest.raises(NotFoundError):
        bank.trace(account=VICTIM)
    with pytest.raises(NotFoundError):
        bank.trace(account="unheard-of")


def test_a_case_is_its_reported_transfers(bank: Bank) -> None:
    bank.pay("T5", VICTIM, MULE, 300, Outcome.CHALLENGE)
    assert bank.trace(case=5).total_minor == 300
    bank.report("F1", "T1")
    assert bank.trace(case=5).total_minor == 1000


def test_a_payment_that_stayed_is_nothing_to_trace(bank: Bank) -> None:
    bank.pay("T5", VICTIM, MULE, 300, Outcome.DECLINE)
    with pytest.raises(NotFoundError, match="wait here or were refused"):
        bank.trace(case=5)


def test_of_transfers_one_after_the_other_the_first_is_traced(bank: Bank) -> None:
    bank.pay("T5", VICTIM, MULE, 300, Outcome.CHALLENGE)
    bank.pay("T6", MULE, OTHER, 250, Outcome.CHALLENGE)
    shown = bank.trace(case=5)
    assert (shown.seeds, shown.left_out, shown.total_minor) == (1, 1, 300)


def circle(reported: str | None = None) -> Bank:
    """Let 1000 of a victim go through a mule and back to him by 200, with 400 that leave the bank."""
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 1000, Outcome.CHALLENGE)
    bank.pay("T2", MULE, NEXT, 900)
    bank.pay("T3", NEXT, MULE, 200, Outcome.CHALLENGE)
    bank.pay("T4", NEXT, AWAY, 400, customer_side="debtor")
    if reported:
        bank.report("F1", "T1")
        bank.report("F2", reported, NEXT)
    return bank


@pytest.mark.parametrize("asked", [{"account": MULE}, {"case": 1}], ids=["account", "case"])
def test_who_only_passed_the_money_on_is_no_victim(asked: dict[str, Any]) -> None:
    shown = circle().trace(**asked)
    assert (shown.seeds, shown.left_out, shown.total_minor) == (1, 1, 1000)
    assert shown.by_fate == {"resting": 600, "exited": 400}
    later = circle().trace(**asked, until=NOON + timedelta(hours=2))
    assert later.by_fate == shown.by_fate


def test_a_plan_holds_the_money_of_who_only_passed_it_on() -> None:
    plan = circle().plan(case=1)
    assert (plan.stolen_minor, plan.recovered_minor, plan.hold_minor) == (1000, 0, 600)


def test_who_paid_more_than_he_was_sent_before_is_still_a_victim() -> None:
    bank = circle()
    bank.pay("T5", NEXT, MULE, 5000)
    shown = bank.trace(account=MULE)
    assert (shown.seeds, shown.left_out, shown.total_minor) == (3, 0, 6200)
    assert shown.by_fate["recovered"] == 900


def test_what_is_reported_is_the_loss_of_who_paid() -> None:
    shown = circle(reported="T3").trace(case=1)
    assert (shown.seeds, shown.left_out, shown.total_minor) == (2, 0, 1200)


def test_as_of_a_time_what_came_later_is_not_looked_at(bank: Bank) -> None:
    shown = bank.trace(event_id="T1", until=NOON + timedelta(minutes=1))
    assert [one.event_id for one in shown.transfers] == ["T1", "T2"]
    assert shown.by_fate == {"resting": 1000}
    assert bank.trace(event_id="T1", watermark=shown.watermark) == shown
    before = bank.trace(event_id="T1", until=NOON - timedelta(days=1))
    assert [one.event_id for one in before.transfers] == ["T1"]


@pytest.mark.parametrize(
    "asked",
    [{}, {"event_id": "T1", "case": 5}, {"event_id": "T1", "hops": 10**6}],
    ids=["none", "two", "far"],
)
def test_a_question_that_is_none_is_refused(bank: Bank, asked: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        bank.trace(**asked)


def test_without_a_graph_nothing_is_traced(bank: Bank) -> None:
    tracing = Tracing(lambda: None, bank.journal, bank.casework, None, currency="CNY")
    with pytest.raises(UnavailableError, match="no transfer graph"):
        tracing.trace(HEAD, TraceAsked(event_id="T1"))


def test_whoever_runs_the_machine_needs_no_views(bank: Bank) -> None:
    shown = bank.tracing(views=False).trace(HEAD, TraceAsked(event_id="T3"))
    assert [one.event_id for one in shown.transfers] == ["T3"]
    assert shown.places[0].account is not None
    assert shown.places[0].account.number is None


def test_a_freeze_plan_says_what_to_do_where_and_how_the_money_came(bank: Bank) -> None:
    plan = bank.plan(event_id="T1")
    at = {line.account.masked: line for line in plan.lines if line.account}
    assert {name: (line.action, line.amount_minor) for name, line in at.items()} == {
        mask(MULE): ("stop_payment", 400),
        mask(OTHER): ("stop_payment", 300),
        mask(AWAY): ("interbank_notice", 200),
    }
    assert [step.event_id for step in at[mask(AWAY)].path] == ["T1", "T2", "T3"]
    assert (at[mask(MULE)].likelihood, at[mask(OTHER)].likelihood) == (0.95, None)
    assert plan.gone_minor == {"cashed": 100}
    assert plan.hold_minor == 700
    assert all(line.account and not line.account.identifier for line in plan.lines)
    whole = bank.plan(whole=True, event_id="T1")
    assert {line.account and line.account.identifier for line in whole.lines} == {MULE, OTHER, AWAY}


@pytest.mark.parametrize(("score", "likelihood"), [(0.8, 0.8), (0.5, 0.5), (0.2, None), (None, None)])
def test_a_mule_score_that_the_gate_told_counts_when_it_says_yes(
    score: float | None, likelihood: float | None
) -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, OTHER, 1000, told={"creditor_account_mule_score": score})
    (line,) = bank.plan(event_id="T1").lines
    assert (line.mule_score, line.likelihood) == (score, likelihood)
    assert line.action == "stop_payment"


def test_whole_numbers_are_of_accounts_within_reach_only(bank: Bank) -> None:
    plan = bank.plan(NORTH, whole=True, event_id="T1")
    numbers = {line.account.identifier for line in plan.lines if line.account}
    assert OTHER not in numbers
    assert MULE in numbers


def test_without_views_reports_count_as_with_them() -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 1000, told={"creditor_account_mule_score": 0.01})
    bank.report("F1", "T1")
    lines = [
        FreezePlanning(bank.tracing(views=views), bank.casework, lambda: NOON + timedelta(hours=1))
        .plan(HEAD, TraceAsked(event_id="T1"))
        .lines
        for views in (True, False)
    ]
    assert [[(one.action, one.reports, one.likelihood) for one in each] for each in lines] == [
        [("stop_payment", 1, 0.95)]
    ] * 2


def test_what_other_cases_have_claimed_is_not_held_twice(bank: Bank) -> None:
    bank.report("F1", "T1")
    bank.pay("T6", VICTIM, OTHER, 50)
    plan = bank.plan(event_id="T6")
    line = next(line for line in plan.lines if line.account and line.account.masked == mask(OTHER))
    assert line.held_for_others_minor == 300
    assert line.amount_minor == 50
    assert next(iter(bank.plan(event_id="T1").lines)).held_for_others_minor == 0


@pytest.mark.parametrize("side", ["both", "debtor"])
@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.DECLINE])
def test_what_waits_or_was_refused_still_lies_with_who_pays(
    bank: Bank, outcome: Outcome, side: Literal["both", "debtor"]
) -> None:
    bank.pay("T5", OTHER, AWAY, 100, outcome, customer_side=side)
    assert acts(bank.plan(event_id="T1")) == acts_of_the_story()
    assert bank.plan(event_id="T1").gone_minor == {"cashed": 100}


def test_the_legal_range_of_what_waits_is_of_who_pays() -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 1000)
    bank.pay("T2", MULE, OTHER, 300)
    bank.pay("T3", MULE, NEXT, 600, Outcome.HOLD)
    bank.pay("T4", NEXT, THIRD, 600)
    lines = {
        line.account and line.account.masked: (line.amount_minor, line.fifo_minor, line.libr_minor)
        for line in bank.plan(event_id="T1").lines
    }
    assert lines == {mask(MULE): (700, 700, 700), mask(OTHER): (300, 300, 300)}


def test_what_waits_is_followed_once_it_is_let_go_or_known_to_have_arrived(bank: Bank) -> None:
    bank.pay("T5", OTHER, MULE, 100, Outcome.HOLD)
    bank.settle("T5", OTHER, MULE, 100, "settled")
    assert acts(bank.plan(event_id="T1"))[mask(MULE), "stop_payment"] == 500


def test_a_transfer_that_takes_its_time_is_called_back_first(bank: Bank) -> None:
    bank.pay("T5", OTHER, AWAY, 100, customer_side="debtor", speed="next_day")
    bank.pay("T6", MULE, OTHER, 150, speed="ordinary")
    plan = bank.plan(event_id="T1")
    expected = acts_of_the_story() | {
        (mask(MULE), "stop_payment"): 250,
        (mask(OTHER), "stop_payment"): 200,
        (mask(OTHER), "recall"): 150,
        (mask(AWAY), "recall"): 100,
    }
    assert acts(plan) == expected
    assert plan.hold_minor == 450
    bank.settle("T5", OTHER, AWAY, 100, "settled")
    assert acts(bank.plan(event_id="T1")) == {
        key: amount for key, amount in expected.items() if key != (mask(AWAY), "recall")
    } | {(mask(AWAY), "interbank_notice"): 300}


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.DECLINE])
def test_a_reported_transfer_that_waits_lies_with_the_victim(outcome: Outcome) -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 100, outcome)
    bank.pay("T2", MULE, OTHER, 30)
    bank.report("F1", "T1")
    plan = bank.plan(event_id="T1")
    assert acts(plan) == {(mask(VICTIM), "recall"): 100}
    assert (plan.stolen_minor, plan.hold_minor, plan.gone_minor, plan.returns) == (100, 0, {}, ())
    assert [step.event_id for step in plan.lines[0].path] == ["T1"]


def test_of_a_case_what_left_and_what_waits_stand_beside_each_other() -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 100, Outcome.HOLD)
    bank.pay("T2", VICTIM, MULE, 70, Outcome.CHALLENGE)
    bank.report("F1", "T1")
    bank.report("F2", "T2")
    plan = bank.plan(case=1)
    assert acts(plan) == {(mask(VICTIM), "recall"): 100, (mask(MULE), "stop_payment"): 70}
    assert plan.stolen_minor == 170


def test_every_resting_fen_of_two_cases_stands_in_one_plan() -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 100)
    bank.pay("T2", OTHER, MULE, 50)
    bank.pay("T3", MULE, NEXT, 50)
    bank.report("F1", "T1")
    bank.report("F2", "T2", OTHER)
    first, second = (bank.plan(event_id=event_id) for event_id in ("T1", "T2"))
    assert acts(first) == {(mask(MULE), "stop_payment"): 50, (mask(NEXT), "stop_payment"): 50}
    assert acts(second) == {(mask(MULE), "stop_payment"): 50}
    assert [line.held_for_others_minor for line in second.lines] == [50]


@given(st.integers(0, 2**32), st.integers(2, 12))
@settings(max_examples=25, deadline=None)
def test_plans_of_many_cases_hold_what_lies_in_an_account_once(seed: int, size: int) -> None:
    dice, bank = Random(seed), Bank()  # noqa: S311  # it has to repeat
    stolen = []
    for number in range(size):
        bank.pay(f"S{number}", VICTIM, dice.choice((MULE, OTHER)), dice.randint(1, 100))
        stolen.append(f"S{number}")
        if dice.random() < 0.7:
            debtor, creditor = dice.sample((MULE, OTHER, NEXT), 2)
            bank.pay(f"P{number}", debtor, creditor, dice.randint(1, 120))
    dice.shuffle(stolen)
    for event_id in stolen:
        creditor = MULE if event_id in bank.paid_to[MULE] else OTHER
        bank.report(f"F{event_id}", event_id, creditor=creditor)
    plans = [bank.plan(event_id=event_id) for event_id in stolen]
    networks, sums = bank.tracing().networks(), Counter[str]()
    for plan in plans:
        assert plan.hold_minor <= plan.stolen_minor
        for line in plan.lines:
            sums[line.account.masked if line.account else ""] += line.amount_minor
    for account in (MULE, OTHER, NEXT):
        known = networks.accounts_of(account)
        held = sum(networks.taint.tainted_amount(number) for number in known)
        there = sum(networks.graph.balance(number) for number in known)
        assert sums[mask(account)] == min(held, there)


def test_a_report_without_the_id_of_its_transfer_has_a_trace_and_a_plan() -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 100)
    bank.report("F1", None)
    assert bank.trace(event_id="F1").total_minor == 100
    assert bank.trace(case=2).total_minor == 100
    assert acts(bank.plan(case=2)) == {(mask(MULE), "stop_payment"): 100}


def test_an_account_that_is_known_not_to_be_a_mule_s_is_called_and_not_stopped() -> None:
    for told, account, action in (
        (0.049, OTHER, "delay"),
        (0.05, OTHER, "stop_payment"),
        (None, OTHER, "stop_payment"),
        (0.001, MULE, "stop_payment"),
    ):
        bank = Bank()
        bank.pay("T1", VICTIM, account, 100, told={"creditor_account_mule_score": told})
        assert acts(bank.plan(event_id="T1")) == {(mask(account), action): 100}


def acts(plan: FreezeShown) -> dict[tuple[str, str], int]:
    return {
        (line.account.masked if line.account else "", line.action): line.amount_minor for line in plan.lines
    }


def acts_of_the_story() -> dict[tuple[str, str], int]:
    return {
        (mask(MULE), "stop_payment"): 400,
        (mask(OTHER), "stop_payment"): 300,
        (mask(AWAY), "interbank_notice"): 200,
    }


def test_the_return_plan_stands_beside(bank: Bank) -> None:
    returns = {one.account.masked: one for one in bank.plan(event_id="T1").returns if one.account}
    assert returns[mask(MULE)].method == "single"
    assert [
        (share.victim and share.victim.masked, share.returned_minor) for share in returns[mask(MULE)].shares
    ] == [(mask(VICTIM), 400)]


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.DECLINE])
@pytest.mark.parametrize("amount", [100, 2000])
def test_what_waits_or_was_refused_is_in_no_statement(outcome: Outcome, amount: int) -> None:
    bank = Bank()
    bank.pay("T1", VICTIM, MULE, 1000)
    bank.pay("T2", MULE, OTHER, 1000)
    bank.pay("T3", NEXT, MULE, 2000)
    bank.pay("T4", MULE, THIRD, amount, outcome)
    bank.pay("T5", VICTIM, MULE, 50, Outcome.HOLD)
    for number in ("T1", "T3", "T5"):
        bank.report(f"F{number}", number)
    returns = {one.account and one.account.masked: one for one in bank.plan(case=4).returns}
    mule, other = returns[mask(MULE)], returns[mask(OTHER)]
    assert (mule.method, [(share.victim, share.returned_minor) for share in mule.shares]) == (
        "by_time",
        [(mule.shares[0].victim, 2000)],
    )
    assert mule.shares[0].victim is not None
    assert mule.shares[0].victim.masked == mask(NEXT)
    assert (other.method, [share.returned_minor for share in other.shares]) == ("single", [1000])


def test_a_plan_by_another_rule_is_refused(bank: Bank) -> None:
    with pytest.raises(InputError, match="stolen-first"):
        bank.plan(event_id="T1", rule="fifo")


def test_documents_are_the_same_read_back(bank: Bank) -> None:
    for made in (bank.trace(event_id="T1"), bank.plan(event_id="T1")):
        assert msgspec.json.decode(msgspec.json.encode(made), type=type(made)) == made
