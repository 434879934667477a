"""Where it is kept what became of warnings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, Protocol, get_args

from zhamen.organisation.scope import Scope
from zhamen.ports.records import Actor
from zhamen.records.feedback import Effect, Feedback

__all__ = ["GROUPINGS", "FeedbackStore", "Grouping"]

Grouping = Literal["source", "category", "channel", "unit"]
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)


class FeedbackStore(Protocol):
    """Feedback by the id of what it is about."""

    def give(self, feedback: Feedback, ours: Sequence[str] = ()) -> bool:
        """Keep what became of something; later feedback on it takes the place of earlier.

        Parameters
        ----------
        ours
            Whose earlier feedback this may take the place of; that of others stays, and this is kept beside
            it under an id of its own. Empty: anybody's.

        Returns
        -------
        bool
            Whether there was none before.
        """

    def find(self, feedback: str, scope: Scope) -> Feedback | None:
        """Give what was told under an id; None when there is nothing within the scope."""

    def list_feedback(self, scope: Scope, *, limit: int = 100) -> list[Feedback]:
        """Give what was told within a scope, the newest first."""

    def correct(self, feedback: Feedback, actor: Actor, at: datetime) -> None:
        """Let better knowledge take the place of what was told; when it was and of which unit stays.

        Raises
        ------
        RecordNotFound
            Nothing was told under its id.
        """

    def effects(
        self, by: Grouping, since: datetime, until: datetime, *, scope: Scope | None = None
    ) -> list[Effect]:
        """Give what warnings achieved from one instant to before another, by group.

        Parameters
        ----------
        scope
            Only what was told within it; None is everywhere.
        """
