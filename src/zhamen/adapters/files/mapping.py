"""The mapping file: which column of a table fills which field of an event, and how it is written.

See docs/how-to/replay-your-own-data.md for a walk through one.
"""

import difflib
import re
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from zhamen.core.errors import InputError, UnreadableFile
from zhamen.core.instants import Micros, parse_width
from zhamen.events.fields import FIELDS, Kind, Unit
from zhamen.events.model import EVENT_TYPES

__all__ = ["Csv", "FieldSource", "Label", "Mapping", "load_mapping", "parse_zone"]

_ZONE: Final = re.compile(r"([+-])(\d\d):([0-5]\d)")
_DERIVED: Final = ("type", "local_hour", "local_weekday", "received_at")


class _Document(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of the mapping file."""


class Csv(_Document, frozen=True):
    """How a CSV file is written; ``columns`` names them when there is no header line."""

    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Meta(min_length=1, max_length=1)] = '"'
    encoding: str = "utf-8"
    columns: tuple[str, ...] = ()


class FieldSource(_Document, frozen=True):
    """Where a field comes from: a column, a constant or the row's number.

    ``prefix`` goes before texts; ``values`` maps the words of the file to ours (others are
    refused); ``drop`` are characters to leave out of numbers, such as a thousands comma; ``unit``
    says whether amounts are written in major units (12.30) or minor (1230), and ``round`` that an
    amount with more decimals than its currency is rounded half to even instead of refused;
    ``format`` is of instants: ``iso``, ``epoch_s``, ``epoch_ms``, ``epoch_us`` or a strptime pattern.
    """

    column: str | None = None
    constant: str | None = None
    row_number: bool = False
    prefix: str = ""
    values: dict[str, str] = {}
    drop: str = ""
    unit: Literal["minor", "major"] = "minor"
    round: bool = False
    format: str = "iso"


class Label(_Document, frozen=True):
    """A column that says which rows were fraud: each such row also gives a ``fraud_reported`` event.

    ``delay`` is how long after the row's own time that event happens.
    """

    column: str
    fraud: tuple[str, ...]
    delay: str = "0d"

    @property
    def delay_micros(self) -> Micros:
        """The delay in microseconds."""
        return 0 if re.fullmatch("0[smhd]", self.delay) else parse_width(self.delay)


class Mapping(_Document, frozen=True):
    """The whole mapping file.

    ``event_type`` is one type for all rows, or a column with the types (``values`` maps its words).
    ``time_zone`` is of instants written without one. ``missing`` are texts that mean nothing is known.
    """

    zhamen_mapping: Literal[1]
    event_type: str | FieldSource
    fields: dict[str, str | FieldSource]
    csv: Csv = Csv()
    time_zone: str | None = None
    missing: tuple[str, ...] = ()
    label: Label | None = None

    @property
    def sources(self) -> dict[str, FieldSource]:
        """Every mapped field, ``type`` first; a bare text in the file names a column."""
        kind = self.event_type
        return {
            "type": FieldSource(constant=kind) if isinstance(kind, str) else kind,
            **{
                name: FieldSource(column=given) if isinstance(given, str) else given
                for name, given in self.fields.items()
            },
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        label = [self.label.column] if self.label else []
        named = [source.column for source in self.sources.values() if source.column is not None]
        return tuple(dict.fromkeys([*named, *label]))


def parse_zone(text: str | None) -> int | None:
    """Read a zone written as ``UTC`` or ``+08:00`` as minutes east.

    >>> parse_zone("UTC"), parse_zone("+08:00"), parse_zone("-03:30"), parse_zone(None)
    (0, 480, -210, None)
    """
    if text is None:
        return None
    if text == "UTC":
        return 0
    match = _ZONE.fullmatch(text)
    if match is None:
        raise InputError(f"{text!r} is not a zone; write UTC or an offset such as +08:00")
    return (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Raises
    ------
    UnreadableFile
        Not YAML, or a mapping that cannot be used; every message says where and what to write.
    """
    try:
        mapping = msgspec.yaml.decode(path.read_bytes(), type=Mapping)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}; check the path") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise UnreadableFile(f"{path}: {error}; see docs/how-to/replay-your-own-data.md") from None
    problems = _problems(mapping)
    if problems:
        raise UnreadableFile("\n".join(f"{path}: {problem}" for problem in problems))
    return mapping


def _problems(mapping: Mapping) -> list[str]:
    found = [problem for name in mapping.fields if (problem := _unknown(name))]
    for name, source in mapping.sources.items():
        if name in FIELDS:
            found += [f"fields.{name}: {problem}" for problem in _of_source(name, source)]
    if isinstance(mapping.event_type, str) and mapping.event_type not in EVENT_TYPES:
        found.append(f"event_type: {mapping.event_type!r} is none of {', '.join(EVENT_TYPES)}")
    try:
        parse_zone(mapping.time_zone)
        _ = mapping.label.delay_micros if mapping.label else None
    except InputError as error:
        found.append(str(error))
    if mapping.label and "event_id" not in mapping.fields:
        found.append("label: a label names the event it is about; map event_id")
    return found


def _unknown(name: str) -> str:
    if name in FIELDS and name not in _DERIVED:
        return ""
    if name in _DERIVED:
        return f"fields.{name}: this field is not mapped; leave it out (the type is event_type)"
    close = difflib.get_close_matches(name, FIELDS, 1)
    hint = f"did you mean {close[0]!r}?" if close else "docs/reference/fields.md lists them"
    return f"fields.{name}: there is no such field; {hint}"


def _of_source(name: str, source: FieldSource) -> list[str]:
    given = [source.column is not None, source.constant is not None, source.row_number]
    problems = []
    if sum(given) != 1:
        problems.append("give one of column, constant or row_number")
    field = FIELDS[name]
    if (source.prefix or source.row_number) and field.kind is not Kind.TEXT:
        problems.append("prefix and row_number are for texts")
    if (source.unit == "major" or source.round) and field.unit is not Unit.MONEY:
        problems.append("unit and round are for amounts")
    if not source.drop.isascii():
        problems.append("drop takes ASCII signs only")
    if source.format != "iso" and field.kind is not Kind.INSTANT:
        problems.append("format is for instants")
    if source.format not in ("iso", "epoch_s", "epoch_ms", "epoch_us") and "%" not in source.format:
        problems.append(
            f"format {source.format!r} is not iso, epoch_s, epoch_ms, epoch_us or a strptime pattern"
        )
    return problems
