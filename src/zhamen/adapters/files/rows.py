"""One row of a mapped table by itself: through the door, or refused with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from zhamen.adapters.files import kernels
from zhamen.adapters.files.arrow import Strings
from zhamen.adapters.files.mapping import FieldSource, parse_zone
from zhamen.adapters.files.mapping import Mapping as MappingFile
from zhamen.adapters.files.readings import Reading, reading_of
from zhamen.core.errors import InputError, InvalidEvent, UnreadableFile
from zhamen.events.door import check_currency, convert_event
from zhamen.events.fields import FIELDS
from zhamen.events.model import AnyEvent
from zhamen.ports.sources import Reject

__all__ = ["Row", "RowReader", "without_blanks"]

_DEFAULT_CURRENCY: Final = "CNY"
"""Only for the number of decimals of an amount whose row names no currency; the door refuses it then."""


@dataclass(frozen=True, slots=True)
class Row:
    """Row `at` of a chunk, which is row `number` of the table, counted from 1."""

    chunk: Mapping[str, Strings]
    at: int
    number: int

    def text(self, column: str) -> str | None:
        """Give the text of a column; None when it is blank."""
        return self.chunk[column][self.at]

    @property
    def raw(self) -> str:
        """The mapped columns as JSON."""
        return msgspec.json.encode({name: column[self.at] for name, column in self.chunk.items()}).decode()


class RowReader:
    """Reads rows by a mapping.

    Raises
    ------
    UnreadableFile
        A constant of the mapping that its field cannot have.
    """

    def __init__(self, mapping: MappingFile) -> None:
        zone = parse_zone(mapping.time_zone)
        self.sources: Final = mapping.sources
        self.readings: Final[dict[str, Reading]] = {
            name: reading_of(name, source, zone) for name, source in self.sources.items()
        }
        currency = self.sources.get("currency", FieldSource()).constant or _DEFAULT_CURRENCY
        for name, source in self.sources.items():
            if source.constant is not None:
                self._check_constant(name, source.constant, currency)

    def judge(self, row: Row, currency: str | None) -> AnyEvent | Reject:
        """Let a row in, or say why not; `currency` None takes any."""
        try:
            event = self._event(row)
        except InvalidEvent as error:
            return self._reject(row, "invalid_event", error)
        except InputError as error:
            return self._reject(row, "invalid_value", error)
        try:
            if currency is not None:
                check_currency(event, currency)
        except InvalidEvent as error:
            return self._reject(row, "currency", error)
        return event

    def _event(self, row: Row) -> AnyEvent:
        kind = self._value("type", row, "")
        currency = self._value("currency", row, "") if "currency" in self.sources else None
        plain: dict[str, object] = {"type": kind}
        for name in self.sources:
            field = FIELDS[name]
            if kind not in field.event_types or name == "type":
                continue
            value = self._value(name, row, str(currency or _DEFAULT_CURRENCY))
            if value is None:
                continue
            part = plain
            for step in field.path[:-1]:
                part = part.setdefault(step, {})  # type: ignore[assignment]  # parts are dictionaries
            part[field.path[-1]] = value
        return convert_event(plain)

    def _value(self, name: str, row: Row, currency: str) -> object:
        source = self.sources[name]
        if source.row_number:
            return f"{source.prefix}{row.number}"
        text = source.constant if source.column is None else row.text(source.column)
        if text is None:
            return None
        try:
            return self.readings[name].value(text, currency)
        except InputError as error:
            raise InputError(str(error), path=f"{name} from column {source.column!r}") from None

    def _check_constant(self, name: str, text: str, currency: str) -> None:
        try:
            self.readings[name].value(text, currency)
        except InputError as error:
            raise UnreadableFile(f"the constant of fields.{name} in the mapping: {error}") from None

    def _reject(self, row: Row, code: str, error: InputError) -> Reject:
        return Reject(row=row.number, code=code, message=str(error), path=error.path, raw=row.raw)


def without_blanks(column: Strings, words: tuple[str, ...]) -> Strings:
    """Make empty texts, and those among `words`, unknown."""
    known = column.known & (np.diff(column.offsets) > 0)
    if words:
        blank = Strings.of(list(words))
        known &= ~kernels.equal_to_any(column.offsets, column.data, blank.offsets, blank.data)
    return Strings(column.offsets, column.data, known)
