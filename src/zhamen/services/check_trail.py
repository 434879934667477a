"""Whether a chain of the audit trail is what it was when it was written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from zhamen.core.audit import AuditEntry, Chain, Deed, Head, digest_after
from zhamen.core.errors import AuditBroken
from zhamen.ports.audit import AuditTrail

__all__ = ["BREAK_WORDS", "VERIFIED", "Break", "ChainReport", "check_chain", "deed_of_check"]

BreakKind = Literal["changed", "missing", "out_of_order", "rewritten", "cut", "unnoted"]

BREAK_WORDS: Final[dict[BreakKind, tuple[str, str]]] = {
    "changed": (
        "这一条或它之前的记录在写入后被改动、替换或调换。",
        "this entry, or what stood before it, was changed, replaced or swapped after it was written",
    ),
    "missing": (
        "这一条不见了：它之后的记录还在。",
        "this entry is gone, while later ones are still there",
    ),
    "out_of_order": (
        "这一条的编号不接前一条：有记录被插入或重复。",
        "its number does not follow the one before: an entry was put in, or stands twice",
    ),
    "rewritten": (
        "这一条与另行保存的链头不同：从某处起的记录被整体重写。",
        "it is another entry than the head written down says: the chain was rewritten from some point on",
    ),
    "cut": (
        "链在这里断了：之后本应还有记录，末尾被删除。",
        "the chain ends before this entry, which was there: its end was cut off",
    ),
    "unnoted": (
        "链头没有记到这一条：它不是由系统写入的。",
        "the noted head does not reach this entry: it was not written by the system",
    ),
}
"""What each kind of break means, in Chinese and English."""

VERIFIED: Final = "verify-audit"
_STEP: Final = 1_000


class Break(Struct, frozen=True):
    """Where a chain is first broken, and how."""

    number: int
    kind: BreakKind


class ChainReport(Struct, frozen=True, kw_only=True):
    """What was found of one chain; entries before ``start`` were deleted in their time."""

    chain: Chain
    start: int
    entries: int
    head: Head
    """Of the last entry that is sound."""
    broken: Break | None = None
    beyond: tuple[Head, ...] = ()
    """Heads written down of entries that were since deleted in their time: nothing can be said of them."""

    def require_sound(self) -> None:
        """Raise when the chain is broken.

        Raises
        ------
        AuditBroken
            With the first broken entry and what it means.
        """
        if self.broken is not None:
            meaning = BREAK_WORDS[self.broken.kind][1]
            raise AuditBroken(
                f"the audit chain {self.chain} is broken at entry {self.broken.number}: {meaning}; "
                "see docs/runbooks/audit-broken.md"
            )


@dataclass(slots=True)
class _Walk:
    """How far a chain was followed, and which digests it has to pass."""

    head: Head
    marks: dict[int, set[str]]
    entries: int = 0

    def step(self, entry: AuditEntry) -> Break | None:
        expected = self.head.number + 1
        if entry.number != expected:
            later = entry.number > expected
            return Break(expected, "missing") if later else Break(entry.number, "out_of_order")
        if entry.chain != self.head.chain or entry.digest != digest_after(self.head, entry):
            return Break(entry.number, "changed")
        if self.marks.pop(entry.number, {entry.digest}) != {entry.digest}:
            return Break(entry.number, "rewritten")
        self.head = Head(entry.chain, entry.number, entry.digest)
        self.entries += 1
        return None

    def end(self, noted: Head) -> Break | None:
        if self.marks:
            return Break(self.head.number + 1, "cut")
        if noted.number < self.head.number:
            return Break(noted.number + 1, "unnoted")
        return None


def check_chain(
    trail: AuditTrail,
    chain: Chain,
    written: Iterable[Head] = (),
    progress: Callable[[int], None] = lambda _: None,
    *,
    newest: int | None = None,
) -> ChainReport:
    """Follow a chain from its start to its end, also while it is written.

    Parameters
    ----------
    written
        Heads that were written down elsewhere; those of other chains are skipped. Only they show that the
        end of a chain was cut off, or the chain written anew, by somebody who also changed the noted head.
    progress
        Told now and then how many more entries were followed.
    newest
        Follow only so many; the one before them, and heads written down of it and older ones, are believed.

    Notes
    -----
    Stops at the first entry that is broken. One digest an entry.
    """
    start, noted = trail.start(chain), _noted(trail, chain)
    begin = start if newest is None else _before_newest(trail, start, noted.number - newest)
    mine = {head for head in (*written, noted) if head.chain == chain and head != begin}
    marks: dict[int, set[str]] = {}
    for head in mine:
        if head.number >= begin.number:
            marks.setdefault(head.number, set()).add(head.digest)
    walk = _Walk(begin, marks)
    broken = Break(begin.number, "rewritten") if begin.number in marks else _follow(walk, trail, progress)
    return ChainReport(
        chain=chain,
        start=start.number + 1,
        entries=walk.entries,
        head=walk.head,
        broken=broken or walk.end(_noted(trail, chain)),
        beyond=tuple(sorted((head for head in mine if head.number < start.number), key=lambda h: h.number)),
    )


def _before_newest(trail: AuditTrail, start: Head, number: int) -> Head:
    """Give the head at a number, as it stands; the start where the chain is shorter."""
    if number <= start.number:
        return start
    entry = next(iter(trail.read(start.chain, number - 1)), None)
    return start if entry is None else Head(start.chain, entry.number, entry.digest)


def _follow(walk: _Walk, trail: AuditTrail, progress: Callable[[int], None]) -> Break | None:
    told = 0
    for entry in trail.read(walk.head.chain, walk.head.number):
        broken = walk.step(entry)
        if broken is not None:
            return broken
        if walk.entries - told == _STEP:
            progress(_STEP)
            told = walk.entries
    progress(walk.entries - told)
    return None


def deed_of_check(reports: Sequence[ChainReport], *, at: datetime, actor: str, unit: str) -> Deed:
    """Give a verification as a deed: how far each chain was followed, and where it is broken."""
    return Deed(
        at=at,
        actor=actor,
        unit=unit,
        act=VERIFIED,
        detail={
            "entries": sum(one.entries for one in reports),
            "chains": [f"{one.chain}:{one.head.number}" for one in reports],
            "broken": [f"{one.chain}:{one.broken.number}:{one.broken.kind}" for one in reports if one.broken],
        },
    )


def _noted(trail: AuditTrail, chain: Chain) -> Head:
    return next((head for head in trail.heads() if head.chain == chain), Head(chain))
