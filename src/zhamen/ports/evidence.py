"""Where files of evidence are kept."""

from typing import Protocol

__all__ = ["EvidenceFolder"]


class EvidenceFolder(Protocol):
    """Files under the SHA-256 of what they hold; none is ever changed."""

    def put(self, content: bytes) -> str:
        """Keep a file; give its SHA-256 in hexadecimal. It is on disk when this returns.

        Raises
        ------
        StoreUnavailable
            The disk is full or fails.
        """

    def get(self, sha256: str) -> bytes:
        """Give a file as it was kept.

        Raises
        ------
        CaseNotFound
            There is none.
        StoreUnavailable
            What is there is not what was kept.
        """
