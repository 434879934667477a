"""Where appeals are kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from zhamen.ports.records import Actor
from zhamen.records.appeal import Appeal, AppealAct, AppealStatus, Cause, Step

__all__ = ["THE_PUBLIC", "AppealStore", "SoughtAppeals"]


THE_PUBLIC: Final = Actor("public", "")
"""Who appeals without an account."""


class SoughtAppeals(Struct, frozen=True, kw_only=True):
    """Which appeals are looked for; None is any."""

    status: AppealStatus | None = None
    keys: tuple[bytes, ...] | None = None
    """Against what stands under any of these; () finds nothing."""


class AppealStore(Protocol):
    """Appeals and what was done with them; each method is one transaction."""

    def receive(
        self, appeal: Appeal, keys: Iterable[bytes], receipt: bytes, actor: Actor = THE_PUBLIC
    ) -> Appeal:
        """Keep a new appeal against what stands under a subject's keys; give it with its id.

        Parameters
        ----------
        receipt
            The hash of the code that whoever appeals asks with.
        actor
            Who enters it.
        """

    def find(self, receipt: bytes) -> Appeal | None:
        """Give the appeal of a receipt; None when there is none, or no longer."""

    def get(self, appeal: int) -> Appeal:
        """Give an appeal.

        Raises
        ------
        RecordNotFound
            There is none of this id.
        """

    def list_acts(self, appeal: int) -> list[AppealAct]:
        """Give what was done with an appeal, oldest first."""

    def against(self, appeal: int) -> list[int]:
        """Give the ids of the records on an appeal's subject that have not ended."""

    def list_appeals(self, *, undecided: bool, limit: int = 100) -> list[Appeal]:
        """Give appeals, those due first."""

    def search(self, sought: SoughtAppeals, *, before: int = 0, limit: int = 50) -> list[Appeal]:
        """Give the appeals that are as sought, the newest first; with `before`, those of a smaller id."""

    def step(
        self, appeal: int, step: Step, actor: Actor, at: datetime, *, cause: Cause | None = None
    ) -> tuple[Appeal, list[int]]:
        """Do a step; upholding also releases what the bank itself has on the subject.

        Returns
        -------
        tuple
            The appeal, and the ids of the records that were released.

        Raises
        ------
        RecordNotFound, RecordConflict
            There is no such appeal, or it is elsewhere; or only an authority's records stand against
            the subject, which the bank cannot release.
        FourEyes
            Who made or published a record rejects an appeal against it.
        """

    def retain(self, before: datetime, *, at: datetime, by: str) -> int:
        """Delete appeals that were decided before an instant, and what was done with them; give how many.

        Parameters
        ----------
        at, by
            When this is done, and who does it.
        """
