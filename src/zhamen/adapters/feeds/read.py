"""From a file to claims, a batch at a time; what is refused is told masked."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Final, NamedTuple

from zhamen.adapters.feeds.cells import Reading, branch, evidence, instant, text, whole, word
from zhamen.adapters.feeds.mapping import Column, Feed
from zhamen.adapters.feeds.rows import LINE, Rows, read_rows
from zhamen.adapters.feeds.un_list import read_un_list
from zhamen.core.errors import InputError, UnreadableFile
from zhamen.ports.sources import Reject, Rejects
from zhamen.records.claim import Claim, Unread
from zhamen.screening.categories import CATEGORIES
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["read_claims"]

_KINDS: Final = {kind.value: kind for kind in SubjectKind}
_LISTS: Final = {kind.value: kind for kind in ListKind}
_CATEGORIES: Final = {name: one for one in CATEGORIES.values() for name in (one.code, one.zh, one.en)}
_WITHDRAWN: Final = {"": False, "listed": False, "withdrawn": True}
_BATCH: Final = 20_000
_AT_LEAST: Final = 20
"""So many rows may always be refused, however short the file."""


def read_claims(path: Path, feed: Feed, rejects: Rejects) -> Iterator[list[Claim | Unread]]:
    """Give the claims of a file in batches.

    A row that cannot be a claim goes to `rejects` with its number and the reason, the identifier
    masked, and the others go on; what it says of which record it is about stands among the claims.

    Raises
    ------
    UnreadableFile
        The file is not what the mapping says, or a larger share of its rows is refused than the
        mapping allows; the caller then takes nothing from it.
    """
    claims = read_un_list(path, feed) if feed.format == "un_xml" else _of_rows(path, feed, rejects)
    taken = 0
    while batch := list(islice(claims, _BATCH)):
        taken += sum(isinstance(one, Claim) for one in batch)
        yield batch
    refused = rejects.count
    if refused > max(_AT_LEAST, feed.most_rejects * (taken + refused)):
        raise UnreadableFile(
            f"{path}: {refused:,} of {taken + refused:,} rows were refused, more than the mapping allows; "
            "nothing was taken: mend the file, the mapping, or raise most_rejects"
        )
    if not taken:
        raise UnreadableFile(f"{path} has no record that can be read; was the download cut off?")


def _of_rows(path: Path, feed: Feed, rejects: Rejects) -> Iterator[Claim | Unread]:
    table = _Table(feed)
    return chain.from_iterable(table.claims(rows, rejects) for rows in read_rows(path, feed, rejects))


class _Cells(NamedTuple):
    """What stands in one row, by the parts of a record."""

    identifier: str | None
    kind: str | None
    list: str | None
    category: str | None
    level: str | None
    confidence: str | None
    reference: str | None
    case_number: str | None
    effective_from: str | None
    expires_at: str | None
    evidence: str | None
    legal_basis: str | None
    purpose: str | None
    withdrawn: str | None
    branch: str | None


class _Table:
    """Reads the rows of one file; a column's texts are read together."""

    def __init__(self, feed: Feed) -> None:
        mapped = feed.record
        written = Column(LINE) if feed.format == "lines" else mapped.identifier
        self._identifier = Reading(written, text)
        self._kind = Reading(mapped.kind, word("kind", _KINDS))
        self._list = Reading(mapped.list, word("list", _LISTS))
        self._category = Reading(mapped.category, word("category", _CATEGORIES))
        self._level = Reading(mapped.level, whole("level"))
        self._confidence = Reading(mapped.confidence, whole("confidence"))
        self._reference = Reading(mapped.reference, text)
        self._case_number = Reading(mapped.case_number, text)
        self._from = Reading(mapped.effective_from, instant("effective_from", mapped.effective_from))
        self._until = Reading(mapped.expires_at, instant("expires_at", mapped.expires_at))
        self._evidence = Reading(mapped.evidence_hash, evidence)
        self._legal_basis = Reading(mapped.legal_basis, text)
        self._purpose = Reading(mapped.purpose, text)
        self._withdrawn = Reading(mapped.withdrawn, word("withdrawn", _WITHDRAWN))
        self._branch = Reading(mapped.branch, branch)
        self._names = mapped.names

    def claims(self, rows: Rows, rejects: Rejects) -> Iterator[Claim | Unread]:
        """Give the claims of some rows; the others go to `rejects`, and what they are about stays."""
        readings = (
            self._identifier,
            self._kind,
            self._list,
            self._category,
            self._level,
            self._confidence,
            self._reference,
            self._case_number,
            self._from,
            self._until,
            self._evidence,
            self._legal_basis,
            self._purpose,
            self._withdrawn,
            self._branch,
        )
        texts = zip(*[reading.texts(rows) for reading in readings], strict=False)
        for number, names, cells in zip(
            rows.numbers, self._named(rows), map(_Cells._make, texts), strict=False
        ):
            try:
                yield self._claim(cells, names)
            except InputError as error:
                rejects.add(Reject(row=number, code=error.code, message=str(error)))
                yield Unread(self._named_by(cells), self._about(cells))

    def _claim(self, cells: _Cells, names: tuple[str, ...]) -> Claim:
        named = self._identifier[cells.identifier]
        if not named:
            raise InputError("the identifier is empty")
        self._branch[cells.branch]
        return Claim(
            identify(self._kind[cells.kind], named),
            self._list[cells.list],
            self._category[cells.category],
            self._level[cells.level],
            self._confidence[cells.confidence],
            self._reference[cells.reference],
            self._case_number[cells.case_number],
            self._from[cells.effective_from],
            self._until[cells.expires_at],
            self._evidence[cells.evidence],
            names,
            self._legal_basis[cells.legal_basis],
            self._purpose[cells.purpose],
            self._withdrawn[cells.withdrawn],
        )

    def _named_by(self, cells: _Cells) -> str:
        with suppress(InputError):
            return self._reference[cells.reference]
        return ""

    def _about(self, cells: _Cells) -> Identifier | None:
        with suppress(InputError):
            return identify(self._kind[cells.kind], self._identifier[cells.identifier])
        return None

    def _named(self, rows: Rows) -> Iterator[tuple[str, ...]]:
        """Give the names of each row."""
        wanted = () if self._names is None else self._names.names
        columns = [rows.columns[name] for name in wanted if name in rows.columns]
        if not columns:
            return repeat(())
        return map(_distinct, zip(*columns, strict=True))


def _distinct(cells: Sequence[str | None]) -> tuple[str, ...]:
    found = [one.strip() for one in cells if one and not one.isspace()]
    return tuple(dict.fromkeys(found))
