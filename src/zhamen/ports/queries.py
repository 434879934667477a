"""Where it is written down who asked about whom, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, Protocol, get_args

from msgspec import Struct

from zhamen.organisation.scope import Scope

__all__ = ["PURPOSES", "Purpose", "Query", "QueryLog"]

Purpose = Literal["payment", "account_opening", "investigation", "counter", "public", "peer", "review"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
"""What a subject may be asked about for (反电信网络诈骗法第十六条、第十八条: for fighting fraud only)."""


class Query(Struct, frozen=True, kw_only=True):
    """One question and its answer; of whom it was about, a keyed hash and a mask."""

    at: datetime
    who: str
    """An API key's id, a member of staff, or ``public``."""
    unit: str
    channel: str
    purpose: Purpose
    kind: str
    masked: str
    key: bytes
    list: str
    """Empty when nothing was known."""
    level: int
    took_us: int


class QueryLog(Protocol):
    """Questions, in the order they were asked; nothing is ever changed."""

    def append(self, queries: Sequence[Query]) -> None:
        """Write questions down, all or none; on disk when this returns.

        Raises
        ------
        StoreUnavailable
            They could not be written.
        """

    def list_queries(
        self, *, key: bytes | None = None, who: str = "", scope: Scope | None = None, limit: int = 100
    ) -> list[Query]:
        """Give the newest questions: all, about a key, of somebody, or of a part of the organisation.

        The head office's part has those of the public too.
        """

    def retain(self, before: datetime, *, at: datetime, by: str) -> int:
        """Delete the oldest questions up to the first one that was asked at an instant or later.

        Parameters
        ----------
        at, by
            When this is done, and who does it.

        Returns
        -------
        int
            How many questions.
        """
