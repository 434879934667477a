"""JSON lines as a source of events: one event a line, as the API takes it."""

import codecs
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from zhamen.adapters.files.table import read_head
from zhamen.core.errors import InvalidEvent, TooLarge, UnreadableFile
from zhamen.events.batch import Batch
from zhamen.events.door import MAX_EVENT_BYTES, check_currency, decode_event
from zhamen.events.model import AnyEvent
from zhamen.ports.sources import Layout, Reject, Rejects

__all__ = ["JsonLines"]

_BATCH: Final = 8_192
_SHOWN: Final = 4_096


class JsonLines:
    """A file of events in JSON, one a line, in UTF-8; blank lines are skipped.

    Raises
    ------
    UnreadableFile
        No such file, empty, binary, packed, or not one JSON object a line from the start.
    """

    def __init__(self, path: Path) -> None:
        head = read_head(path).removeprefix(codecs.BOM_UTF8).lstrip()
        if head[:1] == b"[":
            raise UnreadableFile(f"{path} is a JSON list; write one event a line, without the list")
        if head[:1] != b"{":
            raise UnreadableFile(f"{path} is not JSON lines: it does not start with an object")
        self._path = path

    @property
    def total(self) -> int | None:
        """Not known before reading."""
        return None

    def batches(self, layout: Layout, rejects: Rejects) -> Iterator[Batch]:
        """Give the events as columns, some thousands at a time."""
        events = self._events(layout.currency, rejects)
        while batch := list(islice(events, _BATCH)):
            yield Batch.of(batch, layout.fields, layout.utc_offset_minutes)

    def events(self, rejects: Rejects) -> Iterator[AnyEvent]:
        """Give the events one by one."""
        return self._events(None, rejects)

    def _events(self, currency: str | None, rejects: Rejects) -> Iterator[AnyEvent]:
        with self._path.open("rb") as file:
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            for number, line in enumerate(_lines(file), 1):
                if line.isspace():
                    continue
                judged = _judge(line, number, currency)
                if isinstance(judged, Reject):
                    rejects.add(judged)
                else:
                    yield judged


def _judge(line: bytes, number: int, currency: str | None) -> AnyEvent | Reject:
    code = "invalid_event"
    try:
        event = decode_event(line.strip())
        code = "currency"
        if currency is not None:
            check_currency(event, currency)
    except (InvalidEvent, TooLarge) as error:
        raw = line[:_SHOWN].decode(errors="replace").rstrip("\r\n")
        code = error.code if isinstance(error, TooLarge) else code
        return Reject(row=number, code=code, message=str(error), path=error.path, raw=raw)
    return event


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give line after line; of one beyond every limit only a first part, so that memory stays small."""
    longest = MAX_EVENT_BYTES + 3
    while line := file.readline(longest):
        rest = line
        while len(rest) == longest and not rest.endswith(b"\n"):
            rest = file.readline(longest)
        yield line
