"""Who wants to be told when what is known of a subject changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from zhamen.ports.queries import Purpose

__all__ = ["Notice", "Subscription", "Subscriptions"]


class Subscription(Struct, frozen=True, kw_only=True):
    """One subject that a caller watches; of the subject, a mask."""

    id: int
    kind: str
    masked: str
    purpose: Purpose
    made_at: datetime


class Notice(Struct, frozen=True, kw_only=True):
    """A record on a watched subject began, changed or ended; ``number`` rises from notice to notice."""

    number: int
    subscription: int
    record_id: int
    list: str
    level: int
    category: str
    in_force_from: datetime
    in_force_until: datetime | None


class Subscriptions(Protocol):
    """Subscriptions by their owner, who is the only one to see them."""

    def add(
        self, owner: str, subscription: Subscription, keys: Iterable[bytes], *, most: int
    ) -> Subscription:
        """Watch a subject under its keys; the same one again gives the first.

        Raises
        ------
        QuotaExceeded
            The owner has as many as one may have.
        """

    def remove(self, owner: str, subscription: int, at: datetime) -> None:
        """Stop to watch; what the owner does not watch stays as it is."""

    def hand_on(self, owner: str, successor: str, at: datetime) -> int:
        """Let who takes an owner's place watch what the owner does, from the same change on; give how many.

        The owner goes on watching until it ends; what the successor watches already stays as it is.
        """

    def retain(self, owners: Sequence[str], *, at: datetime, by: str) -> int:
        """Delete what some owners watch; give how many subscriptions.

        Parameters
        ----------
        at, by
            When this is done, and who does it.
        """

    def list_subscriptions(self, owner: str) -> list[Subscription]:
        """Give what an owner watches, oldest first."""

    def notices(self, owner: str, *, after: int, limit: int) -> list[Notice]:
        """Give what changed on the subjects of an owner, in the order of change."""
