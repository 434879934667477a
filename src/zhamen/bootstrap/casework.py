"""Casework joined: its store, its desks, and the workers that run beside the gate."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from zhamen.adapters.evidence import EvidenceFiles
from zhamen.adapters.journal import JournalReader
from zhamen.adapters.sql.casework import SqlCasework, SqlOutbox
from zhamen.adapters.webhook import Webhook
from zhamen.bootstrap.work import Work
from zhamen.core.errors import InvalidSetting
from zhamen.events.model import FraudReported
from zhamen.gate.pack import Pack
from zhamen.gate.policy import Hold
from zhamen.organisation.scope import Scope
from zhamen.ports.feedback import FeedbackStore
from zhamen.services.casework import CaseDesk
from zhamen.services.decide import DecisionService
from zhamen.services.deliver import LabelSender, OutboxWorker, Send, WebhookSender
from zhamen.services.hear_payers import PayerDesk
from zhamen.services.keep_evidence import EvidenceDesk
from zhamen.services.report_labels import submit_and_wait
from zhamen.services.run_clocks import clock_rounds
from zhamen.settings import Settings

__all__ = ["Cases", "make_cases", "run_workers", "whole_bank"]

_SHORTEST_SECRET: Final = 32


@dataclass
class Cases:
    """Everything that people and systems do with cases."""

    store: SqlCasework
    desk: CaseDesk
    evidence: EvidenceDesk
    payers: PayerDesk
    outbox: SqlOutbox


def make_cases(settings: Settings, work: Work, clock: Callable[[], datetime]) -> Cases:
    """Join casework over the work store."""
    store = SqlCasework(work.engine)
    desk = CaseDesk(store, lambda: work.organisation.known.current, clock, staff=work.staff.who_may)
    folder = Path(settings.evidence_dir) if settings.evidence_dir else settings.data_dir / "evidence"
    evidence = EvidenceDesk(
        desk, store, EvidenceFiles(folder), clock, most_bytes=settings.evidence_most_mb << 20
    )
    return Cases(store, desk, evidence, PayerDesk(store, clock), SqlOutbox(work.engine))


@contextmanager
def run_workers(  # noqa: PLR0913  # what the two workers join
    settings: Settings,
    cases: Cases,
    work: Work,
    *,
    service: DecisionService,
    pack: Pack,
    feedback: FeedbackStore,
    clock: Callable[[], datetime],
) -> Iterator[None]:
    """Run the clocks of cases and empty the outbox, until the block ends.

    Raises
    ------
    InvalidSetting
        The address or the secret of the webhook cannot be used.
    """
    senders: dict[str, Send] = {}
    if settings.webhook_url:
        senders["webhook"] = WebhookSender(Webhook(settings.webhook_url), _secret(settings)).send

    def report(event: FraudReported) -> None:
        submit_and_wait(service, event)

    with ExitStack() as stack:
        journal = JournalReader(settings.data_dir / "journal.db")
        stack.callback(journal.close)
        senders["label"] = LabelSender(journal, report, feedback).send
        cases.store.note_hold(pack.hash, pack.policy.hold or Hold())
        for worker in (
            OutboxWorker(cases.outbox, senders, clock),
            clock_rounds(cases.store, lambda: whole_bank(work), clock),
        ):
            worker.start()
            stack.callback(worker.stop)
        yield


def whole_bank(work: Work) -> Scope:
    """Give the scope of the head office, under all the names that it has had."""
    history = work.organisation.known
    return history.scope(history.current.root.code)


def _secret(settings: Settings) -> bytes:
    secret = settings.webhook_secret.reveal()
    if len(secret) < _SHORTEST_SECRET:
        raise InvalidSetting(
            f"ZHAMEN_WEBHOOK_SECRET has {len(secret)} characters; give {_SHORTEST_SECRET} or more"
        )
    return secret.encode()
