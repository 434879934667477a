"""An appeal is received, taken by somebody, and decided in time; upheld, its records go at once."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

from zhamen.core.errors import InputError
from zhamen.ports.appeals import THE_PUBLIC, AppealStore, SoughtAppeals
from zhamen.ports.records import Actor
from zhamen.records.appeal import Appeal, AppealAct, AppealStatus, Cause, Step, due_at
from zhamen.records.receipt import RECEIPT_BYTES, receipt_hash, receipt_of
from zhamen.screening.subjects import Identifier

__all__ = ["AppealDesk", "AppealFile", "Received", "step_of"]

_FITTING: Final = {
    Step.UPHOLD: (Cause.MISTAKEN, Cause.OUTDATED, Cause.IDENTITY_MISUSED),
    Step.CORRECT: (Cause.CORRECTED,),
    Step.REJECT: (Cause.EVIDENCE_STANDS, Cause.NOT_PROVEN),
    Step.REFER: (Cause.AUTHORITY,),
    Step.WITHDRAW: (Cause.TAKEN_BACK,),
}


class Received(NamedTuple):
    """An appeal and the code to ask for it with, which is told this once and kept nowhere."""

    appeal: Appeal
    code: str


class AppealFile(NamedTuple):
    """All that belongs to an appeal: what was done with it, and the records on its subject in the way."""

    appeal: Appeal
    acts: list[AppealAct]
    against: list[int]


def step_of(cause: Cause) -> Step:
    """Give the one step that a cause fits.

    Examples
    --------
    >>> step_of(Cause.NOT_PROVEN)
    <Step.REJECT: 'reject'>
    """
    return next(step for step, causes in _FITTING.items() if cause in causes)


class AppealDesk:
    """Hears appeals in the name of a person, who has to say why."""

    def __init__(self, store: AppealStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def receive(
        self, who: Identifier, keys: Iterable[bytes], *, claim: str, contact: str, actor: Actor = THE_PUBLIC
    ) -> Received:
        """Take in an appeal against what is known of a subject, and give a receipt for it.

        Parameters
        ----------
        keys
            Of the subject under every secret: records stand under the one that they were written with.
        actor
            Who enters it, where the customer does not do so without an account.

        Raises
        ------
        InputError
            Nothing is said, or no way to answer is given; or too much.
        """
        for name, text, most in (("claim", claim, 2_000), ("contact", contact, 200)):
            if not text.strip() or len(text) > most:
                raise InputError(f"{name} needs 1 to {most:,} characters", path=f"$.{name}")
        now = self._clock()
        received = Appeal(
            id=0,
            kind=who.kind,
            masked=who.masked,
            claim=claim.strip(),
            contact=contact.strip(),
            received_at=now,
            due_at=due_at(now),
            status=AppealStatus.RECEIVED,
        )
        code = receipt_of(secrets.token_bytes(RECEIPT_BYTES))
        return Received(self._store.receive(received, keys, receipt_hash(code), actor), code)

    def find(self, code: str) -> Appeal | None:
        """Give the appeal that a receipt is of; None when there is none, or no longer."""
        return self._store.find(receipt_hash(code))

    def queue(self, limit: int = 200) -> list[Appeal]:
        """Give the appeals that wait for their answer, those due first."""
        return self._store.list_appeals(undecided=True, limit=limit)

    def search(self, sought: SoughtAppeals, *, before: int = 0, limit: int = 50) -> list[Appeal]:
        """Give the appeals that are as sought, the newest first, before one."""
        return self._store.search(sought, before=before, limit=limit)

    def open_file(self, appeal: int) -> AppealFile:
        """Give all that belongs to an appeal.

        Raises
        ------
        RecordNotFound
            There is none of this id.
        """
        store = self._store
        return AppealFile(store.get(appeal), store.list_acts(appeal), store.against(appeal))

    def step(
        self, appeal: int, step: Step, actor: Actor, cause: Cause | None = None
    ) -> tuple[Appeal, list[int]]:
        """Do a step; give the appeal and the ids of the records that it released.

        Parameters
        ----------
        cause
            What the customer is told; may be left out where a step has one only.

        Raises
        ------
        InputError
            A decision without a reason, or a cause that does not fit it.
        RecordNotFound, RecordConflict, FourEyes
            As the store's `step`.
        """
        fitting = _FITTING.get(step, ())
        if fitting and not actor.reason.strip():
            raise InputError(f"to {step} an appeal needs a reason; it is kept with the appeal")
        if cause is None and len(fitting) == 1:
            cause = fitting[0]
        if fitting and cause not in fitting:
            said = "no cause is given" if cause is None else f"{cause} is no cause"
            raise InputError(f"{said} to {step}; choose from {', '.join(fitting)}")
        return self._store.step(appeal, step, actor, self._clock(), cause=cause if fitting else None)
