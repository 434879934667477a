"""From a file to claims, a batch at a time; what is refused is told masked."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from zhamen.adapters.feeds.mapping import Cell, Column, Feed
from zhamen.adapters.feeds.rows import LINE, read_rows
from zhamen.adapters.feeds.un_list import read_un_list
from zhamen.core.errors import InputError, UnreadableFile
from zhamen.ports.sources import Reject, Rejects
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind

__all__ = ["read_claims"]

_BATCH: Final = 20_000
_AT_LEAST: Final = 20
"""So many rows may always be refused, however short the file."""
_HOME: Final = timezone(timedelta(hours=8))
_KINDS: Final = {kind.value: kind for kind in SubjectKind}
_LISTS: Final = {kind.value: kind for kind in ListKind}
_Word = TypeVar("_Word", SubjectKind, ListKind)


def read_claims(path: Path, feed: Feed, rejects: Rejects) -> Iterator[list[Claim]]:
    """Give the claims of a file in batches.

    A row that cannot be a claim goes to `rejects` with its number and the reason, the identifier
    masked, and the others go on.

    Raises
    ------
    UnreadableFile
        The file is not what the mapping says, or a larger share of its rows is refused than the
        mapping allows; the caller then takes nothing from it.
    """
    claims = read_un_list(path, feed) if feed.format == "un_xml" else _of_rows(path, feed, rejects)
    taken = 0
    while batch := list(islice(claims, _BATCH)):
        taken += len(batch)
        yield batch
    refused = rejects.count
    if refused > max(_AT_LEAST, feed.most_rejects * (taken + refused)):
        raise UnreadableFile(
            f"{path}: {refused:,} of {taken + refused:,} rows were refused, more than the mapping allows; "
            "nothing was taken: mend the file, the mapping, or raise most_rejects"
        )
    if not taken:
        raise UnreadableFile(f"{path} has no record that can be read; was the download cut off?")


def _of_rows(path: Path, feed: Feed, rejects: Rejects) -> Iterator[Claim]:
    for number, cells in read_rows(path, feed, rejects):
        try:
            yield _claim(feed, cells)
        except InputError as error:
            rejects.add(Reject(row=number, code=error.code, message=str(error)))


def _claim(feed: Feed, cells: dict[str, str | None]) -> Claim:
    mapped = feed.record
    written = cells[LINE] if feed.format == "lines" else _cell(mapped.identifier, cells)
    if written is None:
        raise InputError("the identifier is empty")
    return Claim(
        identify(_word(mapped.kind, cells, "kind", _KINDS), written),
        _word(mapped.list, cells, "list", _LISTS),
        category(_cell(mapped.category, cells) or ""),
        _whole(mapped.level, cells, "level"),
        _whole(mapped.confidence, cells, "confidence"),
        source_ref=_cell(mapped.reference, cells) or "",
        case_number=_cell(mapped.case_number, cells) or "",
        effective_from=_instant(mapped.effective_from, cells, "effective_from"),
        expires_at=_instant(mapped.expires_at, cells, "expires_at"),
        evidence_hash=_hash(mapped.evidence_hash, cells),
        names=_names(mapped.names, cells),
    )


def _cell(cell: Cell | None, cells: dict[str, str | None]) -> str | None:
    """Give what a cell says; None when it is empty."""
    if cell is None:
        return None
    if not isinstance(cell, Column):
        return str(cell)
    text = ""
    for name in cell.names:
        if found := cells.get(name):
            text = found.strip()
            break
    if not text:
        return cell.otherwise
    if not cell.values:
        return text
    return cell.values.get(text, cell.otherwise) or _unknown(text)


def _unknown(text: str) -> str:
    raise InputError(f"the mapping has no word for {text[:20]!r}; add it to values, or give otherwise")


def _word(cell: Cell, cells: dict[str, str | None], name: str, words: Mapping[str, _Word]) -> _Word:
    text = _cell(cell, cells) or ""
    word = words.get(text)
    if word is None:
        raise InputError(f"{name} {text[:20]!r} is none; map it with values")
    return word


def _whole(cell: Cell, cells: dict[str, str | None], name: str) -> int:
    text = _cell(cell, cells) or ""
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InputError(f"{name} {text[:20]!r} is not a whole number from 0 to 100")
    return int(text)


def _instant(cell: Column | None, cells: dict[str, str | None], name: str) -> datetime | None:
    text = _cell(cell, cells)
    if cell is None or text is None:
        return None
    try:
        read = datetime.fromisoformat(text) if cell.format == "iso" else datetime.strptime(text, cell.format)  # noqa: DTZ007
    except ValueError:
        raise InputError(f"{name} {text[:40]!r} is not written as {cell.format}") from None
    return read if read.tzinfo else read.replace(tzinfo=_HOME)


def _hash(cell: Column | None, cells: dict[str, str | None]) -> bytes:
    text = _cell(cell, cells) or ""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise InputError("evidence_hash is not hexadecimal; give the SHA-256 of the evidence") from None


def _names(cell: Column | None, cells: dict[str, str | None]) -> tuple[str, ...]:
    if cell is None:
        return ()
    found = [text.strip() for name in cell.names if (text := cells.get(name)) and text.strip()]
    return tuple(dict.fromkeys(found))
