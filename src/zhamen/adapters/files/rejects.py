"""Where refused rows go: a file of JSON lines, or only a count."""

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import msgspec

from zhamen.core.errors import InputError
from zhamen.ports.sources import Reject

__all__ = ["RejectFile"]

_LONGEST_RAW: Final = 4_096


class RejectFile:
    """Writes each reject as a line of JSON; the file is made with the first one.

    ``path`` None keeps only the count and the first few, to show.

    Examples
    --------
    >>> rejects = RejectFile(None)
    >>> rejects.add(Reject(row=7, code="malformed", message="a quote is opened and not closed"))
    >>> rejects.count, rejects.first[0].row
    (1, 7)
    """

    def __init__(self, path: Path | None, *, shown: int = 5) -> None:
        self.path = path
        self.first: list[Reject] = []
        self._shown = shown
        self._count = 0
        self._file: BinaryIO | None = None

    @property
    def count(self) -> int:
        """How many so far."""
        return self._count

    def add(self, reject: Reject) -> None:
        """Keep one; a very long raw row is cut."""
        self._count += 1
        if len(reject.raw) > _LONGEST_RAW:
            reject = msgspec.structs.replace(reject, raw=reject.raw[:_LONGEST_RAW])
        if len(self.first) < self._shown:
            self.first.append(reject)
        if self.path is None:
            return
        if self._file is None:
            try:
                self._file = self.path.open("wb")
            except OSError as error:
                raise InputError(f"{self.path} cannot be written: {error.strerror}; name another") from None
        self._file.write(msgspec.json.encode(reject) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
