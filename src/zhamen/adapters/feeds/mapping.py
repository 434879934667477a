"""The mapping file of a source: who it is, and which column of its files says what."""

import builtins
from collections.abc import Iterator
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, structs

from zhamen.adapters.files.mapping import Csv
from zhamen.core.errors import InvalidPack, InvalidSource, RecordNotFound
from zhamen.gate.packfile.marked import read_yaml
from zhamen.gate.packfile.problems import Problems
from zhamen.gate.packfile.reading import read_fields
from zhamen.records.claim import LONGEST_BASIS, LONGEST_PURPOSE
from zhamen.records.source import Source
from zhamen.screening.categories import CATEGORIES
from zhamen.screening.entries import ListKind
from zhamen.screening.subjects import SubjectKind

__all__ = ["Cell", "Column", "Feed", "Mapped", "read_feed", "shipped_feeds"]

_SUFFIX: Final = ".yaml"


class Column(Struct, frozen=True):
    """A value that stands in a column; of several names the first that the file has.

    ``values`` maps the words of the file to ours, and a word that is not among them is refused;
    ``otherwise`` is for empty cells and for files without the column.
    ``format`` of an instant is ``iso`` or a strptime pattern; what has no zone is in UTC+8.
    """

    column: str | tuple[str, ...]
    values: dict[str, str] = {}
    otherwise: str | None = None
    format: str = "iso"

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it may be."""
        return (self.column,) if isinstance(self.column, str) else self.column


Cell = Annotated[str | int, Meta(description="a value, or {column: ...}")] | Column


class Mapped(Struct, frozen=True, kw_only=True):
    """Where each part of a record comes from: a value for all, or a column."""

    kind: Cell
    identifier: Column = Column("")
    list: Cell
    category: Cell
    level: Cell
    confidence: Cell
    reference: Column | None = None
    case_number: Column | None = None
    evidence_hash: Column | None = None
    """In hexadecimal, of what the source has as proof."""
    effective_from: Column | None = None
    expires_at: Column | None = None
    legal_basis: Cell | None = None
    """What allows a record to be held; the source's, where nothing stands."""
    purpose: Cell | None = None
    """What it may be used for; the source's, where nothing stands."""
    withdrawn: Column | None = None
    """``withdrawn`` when the source no longer says so, and ``listed`` or nothing when it does."""
    branch: Column | None = None
    """The number of the branch that keeps an account (CNAPS, 12 digits): a row is refused when its check
    digit is wrong, for then its account may be mistyped too. It is not kept."""
    names: Column | None = None
    """Every one of these columns that has a value is a name."""

    @property
    def columns(self) -> builtins.list[Column]:
        """What it reads from columns."""
        cells: tuple[object, ...] = structs.astuple(self)
        return [cell for cell in cells if isinstance(cell, Column) and cell.column]


class Feed(Struct, frozen=True, kw_only=True):
    """The whole mapping file.

    ``most_rejects`` is the share of rows that may be refused; with more, nothing is taken from the
    file: it is not what the mapping describes.
    """

    zhamen_source: Literal[1]
    source: Source
    format: Literal["csv", "parquet", "jsonl", "lines", "un_xml"]
    record: Mapped
    csv: Csv = Csv()
    most_rejects: Annotated[float, Meta(ge=0, le=1)] = 0.05


def shipped_feeds() -> dict[str, Traversable]:
    """Give the mapping files that ship with zhamen, by name."""
    found = [one for one in files("zhamen.adapters.feeds.sources").iterdir() if one.name.endswith(_SUFFIX)]
    return {one.name.removesuffix(_SUFFIX): one for one in sorted(found, key=lambda one: one.name)}


def read_feed(name: str) -> Feed:
    """Read and check the mapping of a source.

    Parameters
    ----------
    name
        The name of a shipped one, or the path of a file; what has a slash or a dot in it is a path.

    Raises
    ------
    RecordNotFound
        There is none of this name.
    InvalidSource
        Its ``problems`` hold everything found, each ``file:line: where: what; what to do``.
    """
    problems = Problems(name)
    try:
        fields = read_fields(Feed, read_yaml(_text(name), problems), (), problems)
        problems.stop_if_any()
        feed = Feed(**fields)
        for path, what, now in _misfits(feed):
            problems.add(path, what, now)
        problems.stop_if_any()
    except InvalidPack as error:
        raise InvalidSource(str(error), problems=error.problems) from None
    return feed


def _text(name: str) -> str:
    shipped = shipped_feeds()
    file: Traversable = Path(name)
    if "/" not in name and "." not in name:
        if name not in shipped:
            near = get_close_matches(name, shipped, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(shipped)}, or give a path"
            raise RecordNotFound(f"no source named {name!r} ships with zhamen; {hint}")
        file = shipped[name]
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise RecordNotFound(
            f"the mapping {name} cannot be read ({error.strerror}); check the path"
        ) from None
    except UnicodeDecodeError:
        raise InvalidSource(f"the mapping {name} is not UTF-8; save it as UTF-8") from None


_Problem = tuple[tuple[str, ...], str, str]


def _misfits(feed: Feed) -> Iterator[_Problem]:
    mapped, source = feed.record, feed.source
    yield from _words(mapped.kind, "kind", [kind.value for kind in SubjectKind])
    yield from _words(mapped.list, "list", [kind.value for kind in ListKind])
    yield from _words(mapped.category, "category", list(CATEGORIES))
    if mapped.withdrawn is not None:
        yield from _words(mapped.withdrawn, "withdrawn", ["listed", "withdrawn"])
    for name, cell in (("level", mapped.level), ("confidence", mapped.confidence)):
        if isinstance(cell, str) or (isinstance(cell, int) and not 0 <= cell <= 100):
            yield ("record", name), f"{cell!r} is none", "write a whole number from 0 to 100, or a column"
    if feed.format in ("csv", "parquet", "jsonl") and not mapped.identifier.column:
        yield ("record",), "identifier is missing", "say in which column it stands"
    if not 0 <= source.reliability <= 100:
        yield ("source", "reliability"), f"{source.reliability} is none", "write 0 to 100"
    if source.retention_days < 1:
        yield ("source", "retention_days"), "nothing would be kept", "write 1 or more"
    for name, said, most in (
        ("legal_basis", source.legal_basis, LONGEST_BASIS),
        ("purpose", source.purpose, LONGEST_PURPOSE),
    ):
        if len(said) > most:
            yield ("source", name), f"{len(said)} characters", f"write up to {most}"
    if mapped.names is not None and not source.keeps_names:
        yield ("record", "names"), "this source keeps no names", "say keeps_names: true, or remove names"


def _words(cell: Cell, name: str, allowed: list[str]) -> Iterator[_Problem]:
    given = [cell] if not isinstance(cell, Column) else [*cell.values.values()]
    if isinstance(cell, Column) and cell.otherwise is not None:
        given.append(cell.otherwise)
    for word in given:
        if word not in allowed:
            near = get_close_matches(str(word), allowed, n=1)
            hint = f"did you mean {near[0]}?" if near else "`zhamen records categories` lists them"
            yield ("record", name), f"{word!r} is no {name}", hint
