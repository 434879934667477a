"""ISO 20022 payment messages as a source of events: pacs.008, pain.001 and pain.013 of any version."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from zhamen.adapters.iso20022.nodes import Node, Pieces
from zhamen.adapters.iso20022.tags import DIALECTS, Dialect, dialect_of
from zhamen.adapters.iso20022.transfer import CreditTransfer, transfer_of
from zhamen.core.errors import InvalidEvent, TooLarge, UnreadableFile
from zhamen.events.batch import Batch
from zhamen.events.door import check_currency
from zhamen.events.model import AnyEvent
from zhamen.ports.sources import Layout, Reject, Rejects

__all__ = ["MAX_BYTES", "MessageFile"]

MAX_BYTES: Final = 1 << 30
_READ_BYTES: Final = 1 << 16
_BATCH: Final = 8_192
_TRANSACTIONS: Final = frozenset(dialect.transaction for dialect in DIALECTS)
_GROUPS: Final = frozenset(dialect.group for dialect in DIALECTS if dialect.group)
_PACKED: Final = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


class MessageFile:
    """A file with one message (alone or in an envelope), read transaction by transaction.

    Memory does not grow with the number of transactions. A transaction that is no transfer of
    ours is rejected by its place in the message, the others come in.

    Parameters
    ----------
    zone_minutes
        Minutes east of UTC, for times that the message writes without zone; None rejects them.

    Raises
    ------
    UnreadableFile
        Not well-formed, with a DTD or an entity, packed, empty, or without one of the messages.
    TooLarge
        Over `MAX_BYTES`, or beyond a limit of `zhamen.adapters.iso20022.nodes`.
    """

    def __init__(self, path: Path, *, zone_minutes: int | None = None) -> None:
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(8)
        except OSError as error:
            raise UnreadableFile(f"{path}: {error.strerror}; check the path") from None
        if not size:
            raise UnreadableFile(f"{path} is empty; was the export cut off?")
        if size > MAX_BYTES:
            raise TooLarge(f"{path} has {size} bytes; a message file has at most {MAX_BYTES}")
        for magic, packing in _PACKED.items():
            if head.startswith(magic):
                raise UnreadableFile(f"{path} is packed with {packing}; unpack it first")
        self._path = path
        self._zone_minutes = zone_minutes

    @property
    def total(self) -> int | None:
        """Not known before reading; ``NbOfTxs`` is only a claim."""
        return None

    def transfers(self, rejects: Rejects, currency: str | None = None) -> Iterator[CreditTransfer]:
        """Give the transactions with all that is mapped; `currency` None takes any."""
        for number, node in enumerate(self._nodes(), 1):
            judged = self._judge(node, number, currency)
            if isinstance(judged, Reject):
                rejects.add(judged)
            else:
                yield judged

    def batches(self, layout: Layout, rejects: Rejects) -> Iterator[Batch]:
        """Give the transfers as columns, some thousands at a time."""
        transfers = self.transfers(rejects, layout.currency)
        while found := [each.transfer for each in islice(transfers, _BATCH)]:
            yield Batch.of(found, layout.fields, layout.utc_offset_minutes)

    def events(self, rejects: Rejects) -> Iterator[AnyEvent]:
        """Give the transfers one by one."""
        for found in self.transfers(rejects):
            yield found.transfer

    def _nodes(self) -> Iterator[Node]:
        pieces = Pieces(_TRANSACTIONS, _GROUPS)
        count = 0
        try:
            with self._path.open("rb") as file:
                for data in _blocks(file):
                    for node in pieces.feed(data):
                        if _dialect(node) is not None:
                            count += 1
                            yield node
        except UnreadableFile as error:
            raise UnreadableFile(f"{self._path}: {error}") from None
        except TooLarge as error:
            raise TooLarge(f"{self._path}: {error}") from None
        if not count:
            root = f"{pieces.root.namespace} {pieces.root.name}" if pieces.root is not None else ""
            families = ", ".join(dialect.family for dialect in DIALECTS)
            raise UnreadableFile(
                f"{self._path} has no transaction of {families}; its root is {root[:120]!r},"
                " is it another message?"
            )

    def _judge(self, node: Node, number: int, currency: str | None) -> CreditTransfer | Reject:
        dialect = _dialect(node)
        assert dialect is not None  # noqa: S101  # only such nodes come here
        code = "invalid_event"
        try:
            found = transfer_of(node, dialect, number, self._zone_minutes)
            code = "currency"
            if currency is not None:
                check_currency(found.transfer, currency)
        except InvalidEvent as error:
            raw = msgspec.json.encode(dict(node.leaves())).decode()
            return Reject(row=number, code=code, message=str(error), path=error.path, raw=raw)
        return found


def _dialect(node: Node) -> Dialect | None:
    dialect = dialect_of(node.namespace)
    return dialect if dialect is not None and dialect.transaction == node.name else None


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Give block after block and, for the end, nothing."""
    while data := file.read(_READ_BYTES):
        yield data
    yield b""
