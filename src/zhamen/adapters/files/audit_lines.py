"""The audit trail as a file of JSON lines, to be kept elsewhere and checked without the database."""

from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.core.audit import AuditEntry, Chain, Head
from zhamen.core.errors import UnreadableFile
from zhamen.ports.audit import AuditTrail

__all__ = ["AuditLines", "write_audit_lines"]

_LONGEST: Final = 100_000


class _Line(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A chain's start, one of its entries, or the head it had when it was written to the file."""

    start: Head | None = None
    entry: AuditEntry | None = None
    end: Head | None = None


_DECODER: Final = msgspec.json.Decoder(_Line)
_ENCODER: Final = msgspec.json.Encoder()


def write_audit_lines(
    trails: Sequence[tuple[AuditTrail, Chain]], to: Path, progress: Callable[[int], None]
) -> int:
    """Write chains to a file; give how many entries.

    Each chain is written up to the head that it has when its turn begins.

    Raises
    ------
    UnreadableFile
        The file cannot be written.
    """
    size = 0
    try:
        with to.open("xb") as file:
            to.chmod(0o600)
            for trail, chain in trails:
                for line in _lines(trail, chain):
                    file.write(_ENCODER.encode(line) + b"\n")
                    if line.entry is not None:
                        size += 1
                        progress(1)
    except OSError as error:
        raise UnreadableFile(f"{to} cannot be written ({error.strerror}); name a new file") from error
    return size


class AuditLines:
    """The chains in a file; see the port `AuditTrail`. Read from its beginning each time.

    Raises
    ------
    UnreadableFile
        By every method: the file is not there, or a line is none of an audit trail.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def heads(self) -> list[Head]:
        """Give the head that each chain had when it was written.

        A chain that does not stop at its head in the file was cut off: its head is one entry further.
        """
        ends: dict[Chain, Head] = {}
        for line in self._read():
            seen = line.start or line.end or line.entry
            if seen is not None:
                further = Head(seen.chain, seen.number + 1, "")
                ends[seen.chain] = line.end or further
        return list(ends.values())

    def start(self, chain: Chain) -> Head:
        """Give what the first entry of a chain in the file follows."""
        starts = (line.start for line in self._read() if line.start is not None)
        return next((start for start in starts if start.chain == chain), Head(chain))

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the entries of a chain, as they stand in the file."""
        entries = (line.entry for line in self._read() if line.entry is not None)
        mine = (entry for entry in entries if entry.chain == chain)
        return dropwhile(lambda entry: entry.number <= after, mine)

    def _read(self) -> Iterator[_Line]:
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b""), 1):
                    yield self._decode(line, number)
        except OSError as error:
            raise UnreadableFile(f"{self._path} cannot be read ({error.strerror})") from error

    def _decode(self, line: bytes, number: int) -> _Line:
        try:
            return _DECODER.decode(line)
        except msgspec.MsgspecError as error:
            raise UnreadableFile(
                f"line {number} of {self._path} is none that `zhamen audit export` writes ({error}): "
                "it was changed, or cut off in the middle"
            ) from error


def _lines(trail: AuditTrail, chain: Chain) -> Iterator[_Line]:
    start = trail.start(chain)
    head = next((each for each in trail.heads() if each.chain == chain), start)
    yield _Line(start=start)
    for entry in trail.read(chain, start.number):
        if entry.number > head.number:
            break
        yield _Line(entry=entry)
    yield _Line(end=head)
