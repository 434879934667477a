"""A chain of the audit trail in memory, and deeds written down there."""

from collections.abc import Iterator, Sequence

from zhamen.core.audit import AuditEntry, Chain, Deed, Head, link

__all__ = ["MemoryDeeds", "MemoryTrail"]


class MemoryTrail:
    """Entries of one chain as somebody keeps them; see the port `AuditTrail`."""

    def __init__(
        self, entries: Sequence[AuditEntry], *, start: Head | None = None, noted: Head | None = None
    ) -> None:
        last = entries[-1]
        self._entries = entries
        self._start = start or Head(last.chain)
        self._noted = noted or Head(last.chain, last.number, last.digest)

    @property
    def chains(self) -> tuple[Chain]:
        """The chain that is here."""
        return (self._start.chain,)

    def heads(self) -> list[Head]:
        """Give the noted head."""
        return [self._noted]

    def start(self, chain: Chain) -> Head:
        """Give what the first kept entry follows."""
        return self._start if chain == self._start.chain else Head(chain)

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the entries above a number, as they stand."""
        return (entry for entry in self._entries if entry.chain == chain and entry.number > after)


class MemoryDeeds:
    """Deeds in a list; see the port `Deeds`."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def note(self, deed: Deed) -> None:
        """Write a deed down."""
        last = self.entries[-1:]
        head = Head("work", last[0].number, last[0].digest) if last else Head("work")
        self.entries.append(link(head, deed))
