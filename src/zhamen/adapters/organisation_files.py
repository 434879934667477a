"""The organisation as a file that people keep: YAML or CSV."""

import csv
import io
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from zhamen.core.errors import InputError, InvalidOrganisation, TooLarge, UnreadableFile
from zhamen.organisation.units import Organisation, Unit

__all__ = ["organisation_csv", "read_organisation"]

_COLUMNS: Final = ("code", "level", "parent", "zh", "en")
_MOST_BYTES: Final = 32 << 20
_MOST_UNITS: Final = 200_000


def read_organisation(path: Path) -> Organisation:
    """Read and check a tree of units.

    A ``.csv`` has the columns code, level, parent, zh and en; a ``.yaml`` or ``.yml`` has a list ``units``
    of entries with these keys. Both are in UTF-8.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is neither.
    InvalidOrganisation
        A unit is not one, or the units are no tree.
    TooLarge
        More than 32 MB or 200,000 units.
    """
    readers = {".csv": _from_csv, ".yaml": _from_yaml, ".yml": _from_yaml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"{path.name} is neither .csv nor .yaml; save the organisation as one of them")
    rows = reader(path.name, _text(path))
    if len(rows) > _MOST_UNITS:
        raise TooLarge(f"{path.name} has {len(rows)} units; {_MOST_UNITS} are allowed")
    units, problems = [], []
    for where, row in rows:
        try:
            units.append(msgspec.convert(row, Unit))
        except msgspec.ValidationError as error:
            problems.append(f"{where}: {error}")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidOrganisation(f"{problems[0]}{more}", path=path.name, problems=tuple(problems))
    return Organisation(units)


def organisation_csv(organisation: Organisation) -> str:
    """Write a tree of units as CSV, as `read_organisation` reads it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for unit in organisation.units:
        writer.writerow((unit.code, unit.level, unit.parent, unit.zh, unit.en))
    return out.getvalue()


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise TooLarge(f"{path.name} is larger than {_MOST_BYTES >> 20} MB")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = "it is not in UTF-8" if isinstance(error, UnicodeError) else error.strerror
        raise UnreadableFile(f"{path.name} cannot be read: {reason}") from None


def _from_csv(name: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        if set(reader.fieldnames or ()) != set(_COLUMNS):
            raise InputError(f"the first line must name the columns {', '.join(_COLUMNS)}", path=name)
        return [
            (f"line {reader.line_num}", {field: (row[field] or "").strip() for field in _COLUMNS})
            for row in reader
        ]
    except csv.Error as error:
        raise UnreadableFile(f"{name}, line {reader.line_num}: {error}") from None


def _from_yaml(name: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        content = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # texts only, no objects
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f", line {mark.line + 1}"
        raise UnreadableFile(f"{name}{where}: this is not YAML") from None
    if not isinstance(content, dict) or set(content) != {"units"} or not isinstance(content["units"], list):
        raise InputError("write one list, `units:`, and nothing beside it", path=name)
    return [(f"unit {number}", row) for number, row in enumerate(content["units"], 1)]
