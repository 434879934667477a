"""Events as a file of JSON lines, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from zhamen.core.errors import UnreadableFile

__all__ = ["JsonLines", "json_lines"]

_BUFFER: Final = 1 << 20


class JsonLines:
    """Takes objects one by one; made by `json_lines`."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=_BUFFER)
        self._encoder = msgspec.json.Encoder()
        self._line = bytearray()

    def add(self, item: object) -> None:
        """Write one line."""
        self._encoder.encode_into(item, self._line)
        self._line += b"\n"
        self._file.write(self._line)

    def close(self) -> None:
        """Bring what was written to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


@contextmanager
def json_lines(path: Path) -> Iterator[JsonLines]:
    """Give a writer whose file appears at `path` when the block ends well, and not at all otherwise.

    Raises
    ------
    UnreadableFile
        The file cannot be written there.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        writer = JsonLines(unfinished)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be written ({error.strerror}); name another place") from None
    try:
        yield writer
        writer.close()
        unfinished.replace(path)
    except OSError as error:
        raise UnreadableFile(f"{path} could not be written to its end ({error.strerror})") from None
    finally:
        unfinished.unlink(missing_ok=True)
