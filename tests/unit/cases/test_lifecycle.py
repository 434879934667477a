"""What may follow what, and who has to agree."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from zhamen.cases.acts import CLOCK, Act, ActKind, Contact, Detail, Emergency, EvidenceFile
from zhamen.cases.case import Case, CaseStatus
from zhamen.cases.disposition import Disposition
from zhamen.cases.held import PaymentStatus
from zhamen.cases.labels import Telling
from zhamen.cases.lifecycle import PAYMENT_STEPS, STEPS
from zhamen.cases.messages import PaymentTold
from zhamen.cases.passing import acts_of_time
from zhamen.cases.permissions import NEEDED
from zhamen.core.errors import CaseConflict, CaseNotFound, FourEyes, InputError
from zhamen.gate.decision import Outcome
from zhamen.gate.policy import Hold
from zhamen.organisation.scope import Scope

_ALL = Scope("HQ")
FRAUD = Disposition.CONFIRMED_FRAUD
INNOCENT = Disposition.FALSE_POSITIVE


def bring_to(bank: Any, status: CaseStatus) -> Case:
    """Make a case of two alerts that is in a status, beside a second case."""
    bank.pay("v0", "other")
    case = bank.pay("v1", "mule", amount=60_000_00)
    bank.pay("v2", "mule")
    if status is CaseStatus.INVESTIGATING:
        bank.act(case.id, ActKind.CLAIM)
    elif status is CaseStatus.SNOOZED:
        bank.act(case.id, ActKind.SNOOZE, until=bank.now + timedelta(days=1))
    elif status is CaseStatus.PROPOSED:
        bank.act(case.id, ActKind.DISPOSE, disposition=FRAUD)
    elif status is CaseStatus.CLOSED:
        bank.act(case.id, ActKind.DISPOSE, disposition=Disposition.SUSPICIOUS)
    elif status is CaseStatus.MERGED:
        bank.act(case.id, ActKind.MERGE, into=1)
    brought: Case = bank.case(case.id)
    return brought


def details(bank: Any, kind: ActKind) -> dict[str, Any]:
    """Give what an act of a kind needs."""
    later = bank.now + timedelta(hours=1)
    file = EvidenceFile(sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=1)
    needed: dict[ActKind, dict[str, Any]] = {
        ActKind.ASSIGN: {"to": "wang"},
        ActKind.ESCALATE: {"unit": "HQ/R1", "due_at": later},
        ActKind.HAND_OVER: {"unit": "HQ/R2", "due_at": later},
        ActKind.RAISE: {"emergency": Emergency.CRITICAL},
        ActKind.CLASSIFY: {"scam_kind": "task"},
        ActKind.SNOOZE: {"until": later},
        ActKind.EVIDENCE: {"file": file},
        ActKind.CONTACT: {"contact": Contact(script="other", alert=2, way="phone", reached=True)},
        ActKind.MERGE: {"into": 1},
        ActKind.SPLIT: {"alerts": (3,)},
        ActKind.DISPOSE: {"disposition": Disposition.NO_ANSWER},
    }
    return needed.get(kind, {})


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("kind", STEPS)
def test_an_act_is_done_from_the_statuses_of_the_table_and_from_no_other(
    bank: Any, kind: ActKind, status: CaseStatus
) -> None:
    case = bring_to(bank, status)
    before, after = STEPS[kind]
    if status not in before:
        with pytest.raises(CaseConflict, match=status):
            bank.act(case.id, kind, "wang", **details(bank, kind))
        assert bank.case(case.id) == case
        return
    done = bank.act(case.id, kind, "wang", **details(bank, kind))
    if kind is ActKind.APPROVE:
        assert done.status is CaseStatus.CLOSED
    elif kind is ActKind.WAKE:
        assert done.status is CaseStatus.NEW
    else:
        assert done.status is (after or status)


def test_every_kind_of_act_has_its_place_in_one_table_and_its_permission() -> None:
    assert set(STEPS) | set(PAYMENT_STEPS) == set(ActKind) == set(NEEDED)
    assert not set(STEPS) & set(PAYMENT_STEPS)


NEEDY = (
    ActKind.ASSIGN,
    ActKind.ESCALATE,
    ActKind.HAND_OVER,
    ActKind.RAISE,
    ActKind.SNOOZE,
    ActKind.EVIDENCE,
    ActKind.CONTACT,
    ActKind.MERGE,
    ActKind.SPLIT,
    ActKind.DISPOSE,
)


@pytest.mark.parametrize("kind", NEEDY)
def test_an_act_without_what_it_needs_is_refused(bank: Any, kind: ActKind) -> None:
    case = bring_to(bank, sorted(STEPS[kind][0])[0])
    with pytest.raises((InputError, CaseNotFound)):
        bank.act(case.id, kind)


def test_a_closed_case_reopens_only_to_investigating(bank: Any) -> None:
    case = bring_to(bank, CaseStatus.CLOSED)
    again = bank.act(case.id, ActKind.REOPEN)
    assert (again.status, again.disposition, again.assignee) == (CaseStatus.INVESTIGATING, None, "li")


def test_an_act_that_needs_a_reason_is_refused_without(bank: Any) -> None:
    case = bank.pay("v", "mule")
    with pytest.raises(InputError, match="reason"):
        bank.act(case.id, ActKind.NOTE, reason="  ")


class TestFourEyes:
    def test_who_confirms_a_large_fraud_needs_another_to_approve(self, bank: Any) -> None:
        case = bank.pay("v", "mule", amount=50_000_00)
        proposed = bank.act(case.id, ActKind.DISPOSE, "li", disposition=FRAUD)
        assert (proposed.status, proposed.disposition) == (CaseStatus.PROPOSED, None)
        with pytest.raises(FourEyes):
            bank.act(case.id, ActKind.APPROVE, "li")
        closed = bank.act(case.id, ActKind.APPROVE, "wang")
        assert (closed.status, closed.disposition) == (CaseStatus.CLOSED, FRAUD)

    def test_a_small_one_is_closed_at_once(self, bank: Any) -> None:
        case = bank.pay("v", "mule", amount=49_999_99)
        assert bank.act(case.id, ActKind.DISPOSE, disposition=FRAUD).status is CaseStatus.CLOSED

    @pytest.mark.parametrize("merged", [False, True])
    def test_a_case_is_not_made_small_by_splitting_it(self, bank: Any, merged: bool) -> None:
        other = bank.pay("v0", "other", amount=1_00)
        whole = bank.pay("v1", "mule", amount=40_000_00)
        bank.pay("v2", "mule", amount=40_000_00)
        bank.act(whole.id, ActKind.SPLIT, alerts=(whole.id + 1,))
        parts = [whole.id, whole.id + 1]
        if merged:
            bank.act(parts[1], ActKind.MERGE, into=other.id)
            parts[1] = other.id
        for part in parts:
            assert bank.case(part).amount_minor < 50_000_00
            proposed = bank.act(part, ActKind.DISPOSE, "li", disposition=FRAUD)
            assert proposed.status is CaseStatus.PROPOSED
            assert bank.act(part, ActKind.APPROVE, "wang").status is CaseStatus.CLOSED

    def test_what_is_returned_goes_back_to_who_proposed_it(self, bank: Any) -> None:
        case = bank.pay("v", "mule", amount=50_000_00)
        bank.act(case.id, ActKind.DISPOSE, "li", disposition=FRAUD)
        back = bank.act(case.id, ActKind.RETURN, "wang")
        assert (back.status, back.assignee, back.proposal) == (CaseStatus.INVESTIGATING, "li", None)

    def test_cases_of_two_units_are_merged_by_two(self, bank: Any) -> None:
        one = bank.pay("v1", "m1", unit="HQ/R1/B01")
        other = bank.pay("v2", "m2", unit="HQ/R2/B02")
        assert bank.act(one.id, ActKind.MERGE, into=other.id).status is CaseStatus.PROPOSED
        merged = bank.act(one.id, ActKind.APPROVE, "wang")
        assert (merged.status, merged.merged_into) == (CaseStatus.MERGED, other.id)
        assert bank.case(other.id).alerts == 2

    def test_an_approval_is_checked_as_the_act_itself(self, bank: Any) -> None:
        case = bank.pay("v1", "mule", amount=50_000_00)
        bank.act(case.id, ActKind.DISPOSE, disposition=FRAUD)
        bank.pay("v2", "mule", Outcome.HOLD)
        with pytest.raises(CaseConflict, match="payments that wait"):
            bank.act(case.id, ActKind.APPROVE, "wang")


class TestMergeAndSplit:
    def test_alerts_payments_and_figures_go_to_the_other_case(self, bank: Any) -> None:
        one = bank.pay("v1", "m1", Outcome.HOLD, amount=700)
        other = bank.pay("v2", "m2", amount=300)
        bank.act(one.id, ActKind.MERGE, into=other.id)
        both = bank.case(other.id)
        assert (both.alerts, both.payments, both.amount_minor) == (2, 1, 1_000)
        assert bank.work.shelf.payment(1).case == other.id
        assert bank.pay("v3", "m1").id == other.id

    def test_a_full_case_takes_no_other(self, bank: Any) -> None:
        bank.work.policy = type(bank.work.policy)(most_alerts=2)
        one, other = bank.pay("v1", "m1"), bank.pay("v2", "m2")
        bank.pay("v3", "m2")
        with pytest.raises(CaseConflict, match="more than 2"):
            bank.act(one.id, ActKind.MERGE, into=other.id)

    def test_what_is_split_off_is_a_case_of_its_own(self, bank: Any) -> None:
        case = bank.pay("v1", "mule", amount=100)
        bank.pay("v2", "mule", Outcome.HOLD, amount=900)
        left = bank.act(case.id, ActKind.SPLIT, alerts=(2,))
        apart = bank.case(2)
        assert (left.alerts, left.amount_minor, left.payments) == (1, 100, 0)
        assert (apart.alerts, apart.amount_minor, apart.payments) == (1, 900, 1)
        assert apart.status is CaseStatus.NEW

    def test_merging_back_gives_the_figures_before(self, bank: Any) -> None:
        case = bank.pay("v1", "mule", amount=100)
        before = bank.pay("v2", "mule", Outcome.HOLD, amount=900)
        bank.act(case.id, ActKind.SPLIT, alerts=(2,))
        bank.act(2, ActKind.MERGE, into=case.id)
        after = bank.case(case.id)
        assert (after.alerts, after.amount_minor, after.payments) == (2, 1_000, 1)
        assert after.rank_at(bank.now) == pytest.approx(before.rank_at(bank.now))

    def test_the_alert_that_opened_a_case_stays(self, bank: Any) -> None:
        case = bank.pay("v1", "mule")
        bank.pay("v2", "mule")
        with pytest.raises(InputError, match="opened this case"):
            bank.act(case.id, ActKind.SPLIT, alerts=(1, 2))


class TestHeldPayments:
    def test_a_small_one_is_released_by_one_person(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD, amount=100)
        done = bank.act(case.id, ActKind.RELEASE, payment=1)
        assert done.payments == 0
        assert bank.work.shelf.payment(1).status is PaymentStatus.RELEASED
        (told,) = bank.work.told
        assert isinstance(told, PaymentTold)
        assert (told.event_id, told.status, told.by) == ("T1", "released", "staff")

    def test_a_large_one_is_released_by_two(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD, amount=50_000_00)
        bank.act(case.id, ActKind.RELEASE, "li", payment=1)
        assert bank.work.shelf.payment(1).status is PaymentStatus.PENDING
        assert not bank.work.told
        with pytest.raises(FourEyes):
            bank.act(case.id, ActKind.APPROVE_PAYMENT, "li", payment=1)
        bank.act(case.id, ActKind.APPROVE_PAYMENT, "wang", payment=1)
        assert bank.work.shelf.payment(1).status is PaymentStatus.RELEASED
        assert len(bank.work.told) == 1

    def test_it_is_declined_by_one_whatever_the_amount(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD, amount=50_000_00)
        bank.act(case.id, ActKind.DECLINE, payment=1)
        assert bank.work.shelf.payment(1).status is PaymentStatus.DECLINED

    def test_nothing_else_is_done_while_a_release_waits_for_approval(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD, amount=50_000_00)
        bank.act(case.id, ActKind.RELEASE, payment=1)
        with pytest.raises(CaseConflict, match="waits for approval"):
            bank.act(case.id, ActKind.DECLINE, payment=1)
        bank.act(case.id, ActKind.RETURN_PAYMENT, "wang", payment=1)
        bank.act(case.id, ActKind.DECLINE, payment=1)

    @pytest.mark.parametrize("first", [ActKind.RELEASE, ActKind.DECLINE, ActKind.CANCEL])
    @pytest.mark.parametrize("second", PAYMENT_STEPS)
    def test_an_end_is_an_end(self, bank: Any, first: ActKind, second: ActKind) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD, amount=100)
        bank.act(case.id, first, payment=1)
        with pytest.raises(CaseConflict, match="already"):
            bank.act(case.id, second, CLOCK, payment=1)

    def test_it_is_extended_twice_and_told_each_time(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD)
        for number in (1, 2):
            until = bank.work.shelf.payment(1).expires_at + timedelta(hours=24)
            bank.act(case.id, ActKind.EXTEND, payment=1, until=until)
            assert bank.work.told[-1].expires_at == until
            assert bank.work.shelf.payment(1).extensions == number
        with pytest.raises(CaseConflict, match="extended 2 times"):
            bank.act(case.id, ActKind.EXTEND, payment=1, until=until + timedelta(hours=1))

    def test_an_extension_is_neither_backwards_nor_for_ever(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD)
        expires = bank.work.shelf.payment(1).expires_at
        for until in (None, expires, expires + timedelta(hours=73)):
            with pytest.raises(InputError):
                bank.act(case.id, ActKind.EXTEND, payment=1, until=until)

    def test_a_hold_expires_as_the_pack_says_and_a_delay_is_carried_out(self, bank: Any) -> None:
        bank.work.note_hold("0" * 64, Hold(6, "released"))
        bank.pay("v1", "m1", Outcome.HOLD)
        bank.work.holds.clear()
        bank.pay("v2", "m2", Outcome.HOLD)
        bank.pay("v3", "m3", Outcome.DELAY)
        payments = bank.work.shelf.payments
        hours = [(payments[n].expires_at - payments[n].held_at) // timedelta(hours=1) for n in (1, 2, 3)]
        assert hours == [6, 48, 24]
        bank.now += timedelta(days=3)
        for act in bank.work.due(bank.now):
            if act.payment:
                bank.work.perform(_ALL, act, bank.work.policy)
        assert [payments[n].status for n in (1, 2, 3)] == ["released", "declined", "released"]
        assert {told.by for told in bank.work.told} == {"time"}

    def test_nobody_makes_a_payment_expire_early(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD)
        with pytest.raises(CaseConflict, match="waits until"):
            bank.act(case.id, ActKind.EXPIRE, CLOCK, payment=1)

    def test_a_settlement_ends_what_the_payment_system_ended(self, bank: Any) -> None:
        bank.pay("v1", "m1", Outcome.HOLD)
        bank.settle("T1", "cancelled")
        payment = bank.work.shelf.payment(1)
        assert (payment.status, payment.ended_by) == (PaymentStatus.CANCELLED, "payment-system")
        assert bank.case(1).payments == 0

    def test_money_that_came_back_is_not_at_stake(self, bank: Any) -> None:
        bank.pay("v1", "m1", Outcome.CHALLENGE, amount=10_000_00)
        before = bank.case(1).rank_at(bank.now)
        bank.settle("T1", "returned")
        assert bank.case(1).rank_at(bank.now) < before - 10

    def test_money_that_was_released_begins_to_sink(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD, amount=100)
        waiting = case.rank_at(bank.now + timedelta(days=1))
        gone = bank.act(case.id, ActKind.RELEASE, payment=1).rank_at(bank.now + timedelta(days=1))
        assert gone < waiting - 10

    def test_a_case_is_not_closed_or_snoozed_over_a_payment_that_waits(self, bank: Any) -> None:
        case = bank.pay("v", "mule", Outcome.HOLD)
        with pytest.raises(CaseConflict, match="payments that wait"):
            bank.act(case.id, ActKind.DISPOSE, disposition=INNOCENT)
        with pytest.raises(CaseConflict, match="payments that wait"):
            bank.act(case.id, ActKind.SNOOZE, until=bank.now + timedelta(days=1))


class TestTime:
    def test_what_nobody_acknowledged_goes_one_level_up_until_the_head_office(self, bank: Any) -> None:
        case = bank.pay("v", "mule", unit="HQ/R1/B01/B01-003")
        units = []
        for _ in range(6):
            bank.now += timedelta(hours=5)
            for act in bank.work.due(bank.now):
                bank.work.perform(_ALL, act, bank.work.policy)
            units.append(bank.case(case.id).unit)
        assert units == ["HQ/R1/B01", "HQ/R1", "HQ", "HQ", "HQ", "HQ"]
        assert bank.case(case.id).overdue(bank.now)

    @pytest.mark.parametrize("kind", [ActKind.CLAIM, ActKind.ACKNOWLEDGE])
    def test_what_somebody_acknowledged_stays(self, bank: Any, kind: ActKind) -> None:
        case = bank.pay("v", "mule")
        bank.act(case.id, kind)
        assert not bank.work.due(bank.now + timedelta(days=9))

    def test_a_case_wakes_with_whom_it_was(self, bank: Any) -> None:
        case = bank.pay("v", "mule")
        bank.act(case.id, ActKind.CLAIM, "wang")
        bank.act(case.id, ActKind.SNOOZE, "wang", until=bank.now + timedelta(hours=2))
        bank.now += timedelta(hours=3)
        (act,) = bank.work.due(bank.now)
        woken = bank.work.perform(_ALL, act, bank.work.policy).case
        assert (woken.status, woken.assignee) == (CaseStatus.INVESTIGATING, "wang")

    def test_nothing_is_asked_before_its_time(self, bank: Any) -> None:
        bank.pay("v", "mule", Outcome.HOLD)
        shelf = bank.work.shelf
        assert not list(acts_of_time(shelf.cases.values(), shelf.payments.values(), bank.now))


class TestContact:
    def test_a_talk_says_with_whom_of_an_alert_of_the_case_it_was(self, bank: Any) -> None:
        other, case = bank.pay("v0", "other"), bank.pay("v1", "mule")
        cash = bank.withdraw("someone")
        bank.act(
            case.id, ActKind.CONTACT, contact=Contact(script="task", alert=case.id, way="phone", reached=True)
        )
        wrong: list[tuple[Case, int, Literal["debtor", "creditor"]]] = [
            (case, other.id, "debtor"), (case, 0, "debtor"), (cash, cash.id, "creditor"),
        ]  # fmt: skip
        for of, alert, side in wrong:
            talk = Contact(script="task", alert=alert, side=side, way="phone", reached=True)
            with pytest.raises(InputError, match="with whom"):
                bank.act(of.id, ActKind.CONTACT, contact=talk)


class TestLabels:
    def test_each_payment_and_each_mule_is_told_once(self, bank: Any) -> None:
        case = bank.pay("v1", "mule")
        bank.report("T1", "v1", "mule")
        bank.pay("v2", "mule")
        bank.pay("mule", "x", typology="mule")
        bank.withdraw("mule")
        for payment in list(bank.work.shelf.payments):
            bank.act(case.id, ActKind.DECLINE, payment=payment)
        bank.work.told.clear()
        bank.act(case.id, ActKind.DISPOSE, disposition=FRAUD)
        told = [(one.alert, one.account_only) for one in bank.work.told if isinstance(one, Telling)]
        assert told == [(1, False), (3, False), (4, True)]
        assert {one.unit for one in bank.work.told if isinstance(one, Telling)} == {case.unit}

    @pytest.mark.parametrize("how", [Disposition.DUPLICATE, Disposition.NO_ANSWER])
    def test_nothing_is_learnt_from_a_duplicate(self, bank: Any, how: Disposition) -> None:
        case = bank.pay("v1", "mule")
        bank.act(case.id, ActKind.DISPOSE, disposition=how)
        assert not bank.work.told

    @pytest.mark.parametrize("first", [FRAUD, Disposition.SUSPICIOUS])
    @pytest.mark.parametrize("then", [Disposition.DUPLICATE, Disposition.NO_ANSWER])
    def test_what_was_told_is_taken_back_once_when_a_reopened_case_teaches_nothing(
        self, bank: Any, first: Disposition, then: Disposition
    ) -> None:
        case = bank.pay("v1", "mule")
        bank.report("T1", "v1", "mule")
        bank.pay("v2", "mule")
        told = []
        for how in (first, then, then):
            bank.work.told.clear()
            bank.act(case.id, ActKind.DISPOSE, disposition=how)
            told.append([(one.alert, one.label, one.withdrawn) for one in bank.work.told])
            bank.act(case.id, ActKind.REOPEN)
        assert told == [
            [(1, first, False), (3, first, False)],
            [(1, INNOCENT, True), (3, INNOCENT, True)],
            [],
        ]

    def test_what_was_split_off_after_it_was_told_is_taken_back_where_it_is_now(self, bank: Any) -> None:
        case = bank.pay("v1", "mule")
        bank.pay("v2", "mule")
        bank.act(case.id, ActKind.DISPOSE, disposition=FRAUD)
        bank.act(case.id, ActKind.REOPEN)
        bank.act(case.id, ActKind.SPLIT, alerts=(2,))
        bank.work.told.clear()
        bank.act(2, ActKind.DISPOSE, disposition=Disposition.DUPLICATE)
        assert [(one.alert, one.label) for one in bank.work.told] == [(2, INNOCENT)]

    def test_a_case_found_innocent_before_has_nothing_to_take_back(self, bank: Any) -> None:
        case = bank.pay("v1", "mule")
        bank.act(case.id, ActKind.DISPOSE, disposition=INNOCENT)
        bank.act(case.id, ActKind.REOPEN)
        bank.work.told.clear()
        bank.act(case.id, ActKind.DISPOSE, disposition=Disposition.NO_ANSWER)
        assert not bank.work.told

    def test_nothing_is_told_before_the_second_person_agrees(self, bank: Any) -> None:
        case = bank.pay("v1", "mule", amount=50_000_00)
        bank.act(case.id, ActKind.DISPOSE, disposition=FRAUD)
        assert not bank.work.told
        bank.act(case.id, ActKind.APPROVE, "wang")
        assert len(bank.work.told) == 1


def test_an_act_on_what_lies_outside_the_scope_finds_nothing(bank: Any) -> None:
    case = bank.pay("v", "mule", Outcome.HOLD, unit="HQ/R1/B01")
    elsewhere = type(_ALL)("HQ/R2")
    for payment in (0, 1):
        kind = ActKind.DECLINE if payment else ActKind.CLAIM
        act = Act(
            case=case.id,
            payment=payment,
            kind=kind,
            by="li",
            unit="HQ/R2",
            at=bank.now,
            reason="r",
            detail=Detail(),
        )
        with pytest.raises(CaseNotFound):
            bank.work.perform(elsewhere, act, bank.work.policy)
