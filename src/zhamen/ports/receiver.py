"""Who receives signed messages."""

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Receiver"]


class Receiver(Protocol):
    """One address."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body; give the HTTP status of the answer.

        Raises
        ------
        UnavailableError
            There was no answer.
        """
