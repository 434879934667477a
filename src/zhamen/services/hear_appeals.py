"""An appeal is received, taken by somebody, and decided in time; upheld, its records go at once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from zhamen.core.errors import InputError
from zhamen.ports.appeals import AppealStore
from zhamen.ports.records import Actor
from zhamen.records.appeal import Appeal, AppealStatus, Cause, Step, due_at
from zhamen.screening.subjects import Identifier

__all__ = ["AppealDesk"]

_FITTING: Final = {
    Step.UPHOLD: (Cause.MISTAKEN, Cause.OUTDATED, Cause.IDENTITY_MISUSED),
    Step.REJECT: (Cause.EVIDENCE_STANDS, Cause.NOT_PROVEN),
    Step.REFER: (Cause.AUTHORITY,),
}


class AppealDesk:
    """Hears appeals in the name of a person, who has to say why."""

    def __init__(self, store: AppealStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def receive(self, who: Identifier, keys: Iterable[bytes], *, claim: str, contact: str) -> Appeal:
        """Take in an appeal against what is known of a subject.

        Parameters
        ----------
        keys
            Of the subject under every secret: records stand under the one that they were written with.

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
        return self._store.receive(received, keys)

    def step(self, appeal: int, step: Step, actor: Actor, cause: Cause) -> tuple[Appeal, list[int]]:
        """Do a step; give the appeal and the ids of the records that it released.

        Raises
        ------
        InputError
            A decision without a reason, or a cause that does not fit it.
        RecordNotFound, RecordConflict
            As the store's `step`.
        """
        fitting = _FITTING.get(step, ())
        if fitting and not actor.reason.strip():
            raise InputError(f"to {step} an appeal needs a reason; it is kept with the appeal")
        if fitting and cause not in fitting:
            raise InputError(f"{cause} is no cause to {step}; choose from {', '.join(fitting)}")
        return self._store.step(appeal, step, actor, self._clock(), cause=cause if fitting else None)
