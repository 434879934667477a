"""Where messages to other systems wait until they are delivered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from zhamen.organisation.scope import Scope

__all__ = ["Message", "Outbox", "OutboxCounts"]


class Message(Struct, frozen=True, kw_only=True):
    """One message; ``body`` is JSON and never changes, however often it is sent."""

    id: int
    kind: Literal["webhook", "label"]
    body: bytes
    made_at: datetime
    attempts: int = 0
    next_at: datetime | None = None
    """When it is tried next; None when it is delivered or given up."""
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    """When it was given up."""
    error: str = ""
    """What the last attempt came to."""


class OutboxCounts(Struct, frozen=True):
    """How many messages wait, and how many were given up."""

    waiting: int
    failed: int


class Outbox(Protocol):
    """Messages in the order in which they were written; each is delivered at least once."""

    def ready(self, at: datetime, kinds: Sequence[str], limit: int = 20) -> Sequence[Message]:
        """Give messages of some kinds to be tried at an instant, those that wait longest first."""

    def delivered(self, message: int, at: datetime) -> None:
        """Note that a message has arrived."""

    def postponed(self, message: int, at: datetime, error: str, next_at: datetime | None) -> None:
        """Note that a message has not arrived; without a next time it is given up."""

    def list_failed(
        self, *, after: int = 0, limit: int = 100, scope: Scope | None = None
    ) -> Sequence[Message]:
        """Give messages that were given up, by id.

        With a scope, those that tell of a payment within it; so does `count`.
        """

    def replay(self, message: int, at: datetime, *, by: str) -> Message:
        """Try a message again that was given up; CaseNotFound when there is none such."""

    def count(self, scope: Scope | None = None) -> OutboxCounts:
        """Say how many wait and how many were given up."""
