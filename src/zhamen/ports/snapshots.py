"""Where copies of the live state are kept, so that recovery need not replay the whole journal."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

__all__ = ["About", "Parts", "Snapshot", "Snapshots"]

Parts = Sequence[tuple[str, memoryview]]
"""The live state as named pieces of memory."""


class About(Struct, frozen=True, kw_only=True):
    """Which state a snapshot holds.

    ``seq`` and ``chain`` are of the last entry in it; ``fingerprint`` is of the feature plan that
    shaped it; ``decided_at`` is the last decision's.
    """

    seq: int
    chain: bytes
    decided_at: datetime
    pack_hash: str
    fingerprint: str


class Snapshot(Protocol):
    """One snapshot that was written to its end."""

    @property
    def name(self) -> str:
        """What people call it, such as its path."""

    @property
    def about(self) -> About:
        """Which state it holds."""

    def read(self) -> Mapping[str, memoryview]:
        """Give the parts by name, each checked against its checksum.

        Raises
        ------
        UnreadableFile
            A part is cut short or differs from what was written.
        """


class Snapshots(Protocol):
    """The last few snapshots of one journal."""

    def begin(self, about: About, parts: Parts) -> float | None:
        """Start to write a snapshot and return at once; `parts` may change right afterwards.

        Returns
        -------
        float | None
            The seconds that the caller was held up; None when the one before is still being written.
        """

    def poll(self) -> bool | None:
        """Tell what became of the snapshot under way: written, failed, or None (none, or not yet)."""

    def finish(self) -> bool | None:
        """Wait for the snapshot under way; as `poll`."""

    def newest(self) -> Iterator[Snapshot]:
        """Iterate over the snapshots that may be whole, newest first.

        One whose header cannot be read is skipped with a warning that names it.
        """
