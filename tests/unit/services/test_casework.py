"""Staff act within their scope and by their permissions; payers, time and evidence have own doors."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zhamen.adapters.evidence import EvidenceFiles
from zhamen.cases.acts import ActKind, Contact, Detail, EvidenceFile
from zhamen.cases.case import CaseStatus
from zhamen.cases.held import PaymentStatus
from zhamen.cases.permissions import NEEDED
from zhamen.cases.statement import Answer, digest_of
from zhamen.cases.ties import Place
from zhamen.core.errors import (
    CaseConflict,
    CaseNotFound,
    InputError,
    MissingPermission,
    TooLarge,
    UnavailableError,
    UnitNotFound,
    UnreadableFile,
)
from zhamen.events.model import Transfer
from zhamen.events.parts import Account
from zhamen.gate.decision import Outcome
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Level, Organisation, Unit
from zhamen.ports.casework import Done, Look, QueueCounts, Refused, Wanted
from zhamen.services.casework import MOST_AT_ONCE, CaseDesk, Request
from zhamen.services.hear_payers import PayerDesk, Said
from zhamen.services.keep_evidence import EvidenceDesk
from zhamen.services.run_clocks import run_clocks
from zhamen.testing import NOON, MemoryCasework, SetClock, decide_as

BANK = Organisation(
    [
        Unit(code="HQ", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
        Unit(code="R1", level=Level.REGION, parent="HQ", zh="一区", en="North"),
        Unit(code="B01", level=Level.BRANCH, parent="R1", zh="一分行", en="First"),
        Unit(code="R2", level=Level.REGION, parent="HQ", zh="二区", en="South"),
    ]
)
HEAD = Scope("HQ")
LI = Actor.of_staff("li", (Role.SUPERVISOR,), Scope("HQ/R1/B01"))
CLERK = Actor.of_staff("clerk", (Role.TELLER,), Scope("HQ/R1/B01"))
WANG = Actor.of_staff("wang", (Role.SUPERVISOR,), HEAD)


class Room:
    """A desk over casework in memory, with one held payment of branch B01."""

    def __init__(self, folder: Path) -> None:
        self.work = MemoryCasework()
        self.clock = SetClock(NOON + timedelta(minutes=1))
        staff = [LI, WANG, CLERK]
        self.desk = CaseDesk(
            self.work,
            lambda: BANK,
            self.clock,
            staff=lambda permission, path: [
                one for one in staff if one.may(permission) and one.scope.covers(path)
            ],
        )
        event = Transfer(
            event_id="T1",
            occurred_at=NOON,
            debtor_account=Account(id="A"),
            creditor_account=Account(id="B"),
            amount_minor=100_00,
            currency="CNY",
        )
        self.decision = decide_as(event, Outcome.HOLD)
        self.work.enter(1, event, self.decision, Place("HQ/R1/B01", 1, 2))
        self.files = EvidenceFiles(folder)
        self.evidence = EvidenceDesk(self.desk, self.work, self.files, self.clock, most_bytes=1 << 20)
        self.payers = PayerDesk(self.work, self.clock)

    def do(self, kind: ActKind, actor: Actor = LI, **more: Any) -> Done:
        return self.desk.do(actor, Request(case=1, kind=kind, **more))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "evidence")


class TestDesk:
    @pytest.mark.parametrize(
        "kind", [kind for kind, needed in NEEDED.items() if needed and kind is not ActKind.EVIDENCE]
    )
    def test_an_act_needs_its_permission(self, room: Room, kind: ActKind) -> None:
        nobody = Actor(name="x", roles=(), scope=HEAD, permissions=frozenset())
        with pytest.raises(MissingPermission):
            room.do(kind, nobody, reason="r", payment=1)
        assert not room.work.acts

    @pytest.mark.parametrize("kind", [ActKind.EXPIRE, ActKind.CANCEL])
    def test_nobody_of_the_staff_acts_for_the_payer_or_for_time(self, room: Room, kind: ActKind) -> None:
        with pytest.raises(MissingPermission):
            room.do(kind, WANG, payment=1)

    @pytest.mark.parametrize(
        ("by", "to", "done"),
        [
            (WANG, "li", True), (WANG, "wang", True), (LI, "li", True), (LI, "wang", False),
            (WANG, "clerk", False), (WANG, "nobody-such", False), (WANG, "", False),
        ],
    )  # fmt: skip
    def test_a_case_is_assigned_to_a_colleague_who_can_work_on_it_and_to_nobody_else(
        self, room: Room, by: Actor, to: str, done: bool
    ) -> None:
        if done:
            assert room.do(ActKind.ASSIGN, by, reason="r", detail=Detail(to=to)).case.assignee == to
            return
        with pytest.raises(InputError, match="colleague"):
            room.do(ActKind.ASSIGN, by, reason="r", detail=Detail(to=to))
        assert not room.work.acts

    def test_while_one_counts_others_are_told_what_was_counted_before(
        self, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before, told = room.desk.counts(LI), []
        room.clock.now += timedelta(seconds=9)

        def count(_scope: Scope, _at: datetime) -> QueueCounts:
            told.append(room.desk.counts(LI))
            return QueueCounts(new=7, investigating=0, snoozed=0, proposed=0, overdue=0, payments=0)

        monkeypatch.setattr(room.work, "count", count)
        assert room.desk.counts(LI).new == 7
        assert told == [before]
        assert before.new == 1

    def test_looking_needs_a_permission_too(self, room: Room) -> None:
        teller = Actor.of_staff("t", (Role.TELLER,), HEAD)
        looks: list[Callable[[], object]] = [
            lambda: room.desk.queue(teller, Wanted()),
            lambda: room.desk.counts(teller),
            lambda: room.desk.payments(teller),
            lambda: room.desk.show(teller, 1),
        ]
        for look in looks:
            with pytest.raises(MissingPermission):
                look()

    def test_the_work_of_another_unit_is_not_there(self, room: Room) -> None:
        elsewhere = Actor.of_staff("zhao", (Role.SUPERVISOR,), Scope("HQ/R2"))
        with pytest.raises(CaseNotFound):
            room.desk.show(elsewhere, 1)
        with pytest.raises(CaseNotFound):
            room.do(ActKind.CLAIM, elsewhere)
        assert not room.desk.queue(elsewhere, Wanted()).cases

    def test_a_case_is_shown_with_all_that_belongs_to_it(self, room: Room) -> None:
        room.do(ActKind.NOTE, reason="客户说是租房押金")
        room.payers.state(room.decision, Said(channel="mobile", shown="请核实", acknowledged=True), by="key")
        file = room.desk.show(LI, 1)
        assert [act.reason for act in file.acts] == ["客户说是租房押金"]
        assert [one.event_id for one in file.payments] == ["T1"]
        assert [one.acknowledged for one in file.statements] == [True]
        assert (len(file.alerts), file.script) == (1, "other")

    def test_a_case_goes_up_level_by_level_and_no_higher(self, room: Room) -> None:
        for unit in ("HQ/R1", "HQ"):
            assert room.desk.escalate(WANG, 1, "太大 too large").case.unit == unit
        with pytest.raises(CaseConflict, match="head office"):
            room.desk.escalate(WANG, 1, "more")

    def test_a_case_is_handed_over_to_a_unit_that_there_is(self, room: Room) -> None:
        with pytest.raises(UnitNotFound):
            room.desk.hand_over(WANG, 1, "HQ/R7", "theirs")
        handed = room.desk.hand_over(WANG, 1, "HQ/R2", "theirs").case
        assert (handed.unit, handed.status) == ("HQ/R2", CaseStatus.NEW)
        assert handed.due_at is not None

    def test_many_are_done_in_one_go(self, room: Room) -> None:
        requests = [Request(case=case, kind=ActKind.CLAIM) for case in (1, 2)]
        assert [type(end) for end in room.desk.do_many(LI, requests)] == [Done, Refused]
        with pytest.raises(InputError, match="the most"):
            room.desk.do_many(LI, requests * MOST_AT_ONCE)

    def test_nobody_takes_a_case_for_another_without_the_permission(self, room: Room) -> None:
        analyst = Actor.of_staff("chen", (Role.ANALYST,), HEAD)
        done = room.do(ActKind.CLAIM, analyst, detail=Detail(to="wang"))
        assert done.case.assignee == "chen"

    def test_what_a_request_says_of_its_unit_time_and_approval_is_not_believed(self, room: Room) -> None:
        later = room.clock.now + timedelta(days=99)
        forged = Detail(unit="HQ", due_at=later, proposed=True)
        case = room.do(ActKind.ESCALATE, reason="r", detail=forged).case
        assert (case.unit, case.status) == ("HQ/R1", CaseStatus.NEW)
        assert case.due_at is not None
        assert case.due_at < later

    def test_a_file_of_another_case_is_not_claimed_for_this_one(self, room: Room) -> None:
        address = room.files.put(b"%PDF-1 of another case")
        file = EvidenceFile(sha256=address, name="a.pdf", media_type="application/pdf", size=9)
        with pytest.raises(InputError, match="the file itself"):
            room.do(ActKind.EVIDENCE, detail=Detail(file=file))
        with pytest.raises(InputError, match="the file itself"):
            room.desk.do_many(LI, [Request(case=1, kind=ActKind.EVIDENCE, detail=Detail(file=file))])

    def test_a_kind_of_scam_is_one_that_there_is(self, room: Room) -> None:
        with pytest.raises(InputError, match="there are fake_police"):
            room.do(ActKind.CLASSIFY, detail=Detail(scam_kind="x" * 999))
        assert room.do(ActKind.CLASSIFY, detail=Detail(scam_kind="task")).case.scam_kind == "task"

    def test_a_talk_follows_a_script_that_there_is(self, room: Room) -> None:
        contact = Contact(script="invented", way="phone", reached=True)
        with pytest.raises(InputError, match="invented"):
            room.do(ActKind.CONTACT, detail=Detail(contact=contact))


class TestEvidence:
    def test_a_file_is_kept_and_given_back_with_its_case(self, room: Room) -> None:
        room.evidence.add(LI, 1, "../聊天.pdf", b"%PDF-1.7 x", "聊天记录")
        (act,) = room.desk.show(LI, 1).acts
        file = act.detail.file
        assert file is not None
        assert (file.name, file.media_type, file.size) == ("聊天.pdf", "application/pdf", 10)
        assert room.evidence.show(LI, 1, file.sha256).content == b"%PDF-1.7 x"
        assert room.work.looks == [(1, file.sha256, Look("li", "HQ/R1/B01", room.clock.now))]

    def test_what_may_not_be_kept_leaves_nothing(self, room: Room, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile):
            room.evidence.add(LI, 1, "photo.png", b"MZ\x90")
        with pytest.raises(TooLarge):
            room.evidence.add(LI, 1, "big.pdf", b"%PDF-" + bytes(1 << 20))
        with pytest.raises(CaseNotFound):
            room.evidence.add(LI, 2, "a.pdf", b"%PDF-1")
        with pytest.raises(MissingPermission):
            room.evidence.add(Actor.of_staff("t", (Role.TELLER,), HEAD), 1, "a.pdf", b"%PDF-1")
        assert not room.work.acts
        assert not (tmp_path / "evidence").exists()

    def test_a_file_of_no_case_is_not_shown(self, room: Room) -> None:
        address = room.files.put(b"%PDF-1")
        with pytest.raises(CaseNotFound):
            room.evidence.show(LI, 1, address)
        assert not room.work.looks


class TestPayers:
    def test_what_was_shown_and_said_is_kept_with_its_hash(self, room: Room) -> None:
        answers = (Answer("认识收款人吗", "认识"),)
        said = Said(channel="mobile", shown="请核实", acknowledged=True, answers=answers)
        kept = room.payers.state(room.decision, said, by="key")
        assert (kept.event_id, kept.as_decided, kept.at) == ("T1", True, room.clock.now)
        assert kept.digest == digest_of(kept)

    def test_another_warning_than_was_decided_is_kept_as_such(self, room: Room) -> None:
        said = Said(channel="atm", shown="OK?", acknowledged=False)
        assert not room.payers.state(room.decision, said, by="key").as_decided

    def test_the_payer_takes_a_payment_back_once(self, room: Room) -> None:
        done = room.payers.cancel(HEAD, "T1", room.decision, by="key")
        assert done.status is PaymentStatus.CANCELLED
        with pytest.raises(CaseConflict):
            room.payers.cancel(HEAD, "T1", room.decision, by="key")

    def test_a_payment_of_another_unit_is_not_there(self, room: Room) -> None:
        with pytest.raises(CaseNotFound):
            room.payers.cancel(Scope("HQ/R2"), "T1", None, by="key")

    def test_a_payment_that_never_waited_is_not_there_and_a_fresh_one_is_asked_for_again(
        self, room: Room
    ) -> None:
        with pytest.raises(CaseNotFound):
            room.payers.payment(HEAD, "T9", None)
        with pytest.raises(UnavailableError):
            room.payers.payment(HEAD, "T2", room.decision)


class TestClocks:
    def test_all_that_time_asks_for_is_done_once(self, room: Room) -> None:
        late = NOON + timedelta(days=3)
        assert run_clocks(room.work, HEAD, late, stopping=lambda: True) == 0
        assert run_clocks(room.work, HEAD, late) == 2
        assert room.work.shelf.payment(1).status is PaymentStatus.DECLINED
        assert room.work.get_case(HEAD, 1).unit == "HQ/R1"
        assert run_clocks(room.work, HEAD, late) == 0

    def test_what_another_was_quicker_to_do_is_no_error(self, room: Room) -> None:
        late = NOON + timedelta(days=3)
        stale = room.work.due(late)
        run_clocks(room.work, HEAD, late)
        ends = room.work.perform_many(HEAD, stale, room.work.policy)
        assert {type(end.error) for end in ends if isinstance(end, Refused)} == {CaseConflict}
        assert len(ends) == 2

    def test_time_does_not_take_a_case_from_whom_it_was_acknowledged_by(self, room: Room) -> None:
        late = NOON + timedelta(days=3)
        stale = [act for act in room.work.due(late) if act.kind is ActKind.ESCALATE]
        room.do(ActKind.CLAIM)
        (end,) = room.work.perform_many(HEAD, stale, room.work.policy)
        assert isinstance(end, Refused)
        assert room.work.get_case(HEAD, 1).assignee == "li"
