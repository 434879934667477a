"""From a decision to a closed case and back to the gate: journal, views, acts, outbox and the one door."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from zhamen.adapters.journal import JournalReader, SqliteJournal
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.casework import CaseView, SqlCasework, SqlOutbox
from zhamen.adapters.sql.feedback import SqlFeedback
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.cases.acts import Act, ActKind, Detail
from zhamen.cases.case import CaseStatus
from zhamen.cases.disposition import Disposition
from zhamen.cases.policy import STANDARD
from zhamen.events.model import FraudReported
from zhamen.organisation.history import History
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Wanted
from zhamen.services.decide import DecisionService
from zhamen.services.deliver import LabelSender, OutboxWorker
from zhamen.services.project import Projector
from zhamen.services.report_labels import submit_and_wait
from zhamen.testing import NOON, SetClock, TallyGate, make_transfer

HEAD = Scope("head")


class Bank:
    """A gate with a journal on disk, its views in one SQLite, and nothing in between."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.clock = SetClock(NOON + timedelta(minutes=10))
        self.journal = SqliteJournal(folder / "journal.db")
        self.service = DecisionService(
            TallyGate(), self.journal, clock=self.clock, deliver=lambda answers: answers(), max_waiting=99
        )
        self.service.start()
        self.reader = JournalReader(folder / "journal.db")
        views = SqlProjections(engine, lambda: History(()), utc_offset_minutes=480, more=(CaseView(),))
        self.projector = Projector(self.reader, views)
        self.store, self.outbox = SqlCasework(engine), SqlOutbox(engine)
        labels = LabelSender(self.reader, self.report, SqlFeedback(engine))
        self.worker = OutboxWorker(self.outbox, {"label": labels.send}, self.clock)

    def report(self, event: FraudReported) -> None:
        submit_and_wait(self.service, event)

    def close(self) -> None:
        self.service.drain()
        self.reader.close()
        self.journal.close()


@pytest.fixture
def bank(tmp_path: Path, database: Path) -> Iterator[Bank]:
    engine = open_engine(f"sqlite:///{database}")
    made = Bank(tmp_path, engine)
    yield made
    made.close()
    engine.dispose()


def test_a_closed_case_teaches_the_gate_once_and_opens_no_other(bank: Bank) -> None:
    for number in range(1, 40):
        submit_and_wait(bank.service, make_transfer(number))
    bank.projector.catch_up()
    cases = bank.store.list_cases(HEAD, Wanted(), bank.clock(), limit=500).cases
    assert cases
    for payment in bank.store.list_payments(HEAD, limit=500).payments:
        act = Act(
            case=payment.case,
            payment=payment.id,
            kind=ActKind.DECLINE,
            by="li",
            unit="head",
            at=bank.clock(),
            reason="客户确认受骗",
        )
        bank.store.perform(HEAD, act, STANDARD)
    detail = Detail(disposition=Disposition.CONFIRMED_FRAUD)
    closing = Act(
        case=cases[0].id,
        kind=ActKind.DISPOSE,
        by="li",
        unit="head",
        at=bank.clock(),
        reason="受害人报案",
        detail=detail,
    )
    assert bank.store.perform(HEAD, closing, STANDARD).case.status is CaseStatus.CLOSED
    before = bank.reader.last_seq
    told = bank.outbox.ready(bank.clock(), ["label"], 1_000)
    while bank.worker.deliver():
        pass
    assert bank.reader.last_seq == before + len(told) > before
    events = [msgspec.json.decode(entry.event, type=FraudReported) for entry in bank.reader.read(before)]
    assert {event.label for event in events} == {"confirmed_fraud"}
    alerts = len(bank.store.list_alerts(HEAD, cases[0].id))
    bank.projector.catch_up()
    assert len(bank.store.list_alerts(HEAD, cases[0].id)) == alerts
    open_cases = bank.store.list_cases(HEAD, Wanted(), bank.clock(), limit=500).cases
    assert len(open_cases) == len(cases) - 1


def test_a_rebuild_of_all_views_keeps_what_people_did(bank: Bank) -> None:
    for number in range(1, 60):
        submit_and_wait(bank.service, make_transfer(number))
        if number % 20 == 0:
            bank.projector.catch_up()
            case = bank.store.list_cases(HEAD, Wanted(), bank.clock()).cases[0]
            note = Act(
                case=case.id, kind=ActKind.NOTE, by="li", unit="head", at=bank.clock(), reason=f"n{number}"
            )
            claim = Act(
                case=case.id,
                kind=ActKind.ASSIGN,
                by="li",
                unit="head",
                at=bank.clock(),
                reason="r",
                detail=Detail(to=f"wang{number}"),
            )
            for act in (note, claim):
                bank.store.perform(HEAD, act, STANDARD)
    bank.projector.catch_up()
    before = bank.store.list_cases(HEAD, Wanted(), bank.clock(), limit=500)
    bank.projector.rebuild()
    assert bank.store.list_cases(HEAD, Wanted(), bank.clock(), limit=500) == before
    assert any(case.assignee.startswith("wang") for case in before.cases)
