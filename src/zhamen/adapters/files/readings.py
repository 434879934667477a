"""How the text of one field is read, for a whole column and, exactly and with reasons, for one value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from zhamen.adapters.files import kernels
from zhamen.adapters.files.arrow import Strings
from zhamen.adapters.files.mapping import FieldSource
from zhamen.core.errors import InputError
from zhamen.core.instants import to_micros
from zhamen.core.money import minor_digits, parse_minor
from zhamen.events.batch import Column, Numbers, Texts
from zhamen.events.checks import all_fit
from zhamen.events.fields import FIELDS, Field, Kind

__all__ = ["Digits", "Plain", "Reading", "Sure", "reading_of"]

Sure = npt.NDArray[np.bool_]
"""Which rows of a column were read; the others need the exact reading."""

Digits = npt.NDArray[np.int64]
"""The minor digits of each row's currency."""

_NO_ZONE: Final = 10**6
_WHOLE: Final = re.compile(r"([+-]?\d{1,18})(\.0*)?", re.ASCII)
_EPOCHS: Final = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False}


class Reading(Protocol):
    """One way to read a field."""

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:
        """Read a column; `digits` are the minor digits of each row's currency."""

    def value(self, text: str, currency: str) -> object:
        """Read one text as a plain value of the field.

        Raises
        ------
        InputError
            Why it cannot be read.
        """


@dataclass(frozen=True)
class _ByDistinct:
    """Reads each distinct text of a column once, in Python."""

    read: Callable[[str], object]
    as_text: bool

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:  # noqa: ARG002
        codes, firsts = kernels.encode(strings.offsets, strings.data, strings.known)
        values: dict[object, int] = {}
        recoded = np.full(len(firsts) + 1, -1, np.int32)
        right = np.ones(len(firsts) + 1, np.bool_)
        for code, text in enumerate(_texts_at(strings, firsts)):
            try:
                recoded[code] = values.setdefault(self.read(text), len(values))
            except InputError:
                right[code] = False
        codes, sure = recoded[codes], right[codes]
        if self.as_text:
            return Texts(codes, tuple(str(value) for value in values)), sure
        table = np.array([_number(value) for value in values] or [0], np.int64)
        return Numbers(table[codes], codes >= 0), sure

    def value(self, text: str, currency: str) -> object:  # noqa: ARG002
        return self.read(text)


@dataclass(frozen=True)
class Plain:
    """Texts as they stand, with a prefix."""

    prefix: str

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:  # noqa: ARG002
        """Give every text once, with its prefix."""
        codes, firsts = kernels.encode(strings.offsets, strings.data, strings.known)
        texts = _texts_at(strings, firsts)
        values = tuple(texts if not self.prefix else [self.prefix + text for text in texts])
        return Texts(codes, values), np.ones(len(codes), np.bool_)

    def stand_in(self, name: str, strings: Strings) -> Texts | None:
        """Give a column with the first text in every row that has one, if all texts fit field `name`.

        For a field that is checked and then not used; None when the texts must be looked at.
        """
        data = strings.data.tobytes()
        lengths = np.diff(strings.offsets)[strings.known] + len(self.prefix)
        if not data.isascii() or not all_fit(name, self.prefix + data.decode("ascii"), lengths):
            return None
        first = strings[int(np.argmax(strings.known))]
        return Texts(np.where(strings.known, 0, -1).astype(np.int32), (f"{self.prefix}{first}",))

    def value(self, text: str, currency: str) -> object:  # noqa: ARG002
        """Give the text with its prefix."""
        return self.prefix + text


@dataclass(frozen=True)
class _Money:
    """Amounts in major or minor units of the row's currency."""

    major: bool
    rounded: bool

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:
        decimals = digits if self.major else np.zeros(len(strings), np.int64)
        values, sure = kernels.numbers(strings.offsets, strings.data, strings.known, decimals)
        return Numbers(values, strings.known & sure), sure

    def value(self, text: str, currency: str) -> object:
        if not self.major:
            return _whole(text)
        if not self.rounded:
            return parse_minor(text, currency)
        try:
            amount = Decimal(text.strip())
            step = Decimal(1).scaleb(-minor_digits(currency))
            return parse_minor(str(amount.quantize(step, ROUND_HALF_EVEN)), currency)
        except InvalidOperation:
            raise InputError(f"{text[:40]!r} is not a decimal amount") from None


class _Wholes:
    """Whole numbers."""

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:  # noqa: ARG002
        none = np.zeros(len(strings), np.int64)
        values, sure = kernels.numbers(strings.offsets, strings.data, strings.known, none)
        return Numbers(values, strings.known & sure), sure

    def value(self, text: str, currency: str) -> object:  # noqa: ARG002
        return _whole(text)


@dataclass(frozen=True)
class _Epoch:
    """Instants as whole seconds, milliseconds or microseconds since 1970."""

    unit_micros: int

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:  # noqa: ARG002
        none = np.zeros(len(strings), np.int64)
        values, sure = kernels.numbers(strings.offsets, strings.data, strings.known, none)
        sure &= np.abs(values) <= 2**62 // self.unit_micros
        return Numbers(np.where(sure, values, 0) * self.unit_micros, strings.known & sure), sure

    def value(self, text: str, currency: str) -> object:  # noqa: ARG002
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=_whole(text) * self.unit_micros)
        except OverflowError:
            raise InputError(f"{text[:40]!r} lies outside the years 1 to 9999; check the format") from None


@dataclass(frozen=True)
class _Iso:
    """Instants as ISO 8601 writes them; `zone` (minutes east) is of those without one."""

    zone: int | None

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:  # noqa: ARG002
        zone = _NO_ZONE if self.zone is None else self.zone
        values, sure = kernels.instants(strings.offsets, strings.data, strings.known, zone)
        return Numbers(values, strings.known & sure), sure

    def value(self, text: str, currency: str) -> object:  # noqa: ARG002
        try:
            return _zoned(datetime.fromisoformat(text), self.zone, text)
        except ValueError:
            raise InputError(f"{text[:40]!r} is not an ISO 8601 instant; set its format") from None


def reading_of(name: str, source: FieldSource, zone: int | None) -> Reading:
    """Give the way to read field `name` from `source`; `zone` is minutes east for texts without one."""
    field = FIELDS[name]
    if source.values:
        return _ByDistinct(_of_words(field, source), field.kind is Kind.TEXT)
    if field.kind is Kind.TEXT:
        return Plain(source.prefix)
    if field.kind is Kind.FLAG:
        return _ByDistinct(_flag, as_text=False)
    if field.kind is Kind.INSTANT:
        return _instants(source, zone)
    exact: Reading = _Money(source.unit == "major", source.round) if name.endswith("_minor") else _Wholes()
    return _Dropping(exact, source.drop) if source.drop else exact


@dataclass(frozen=True)
class _Dropping:
    """Numbers written with signs to leave out, such as a thousands comma."""

    exact: Reading
    drop: str

    def column(self, strings: Strings, digits: Digits) -> tuple[Column, Sure]:
        left_out = np.isin(strings.data, np.frombuffer(self.drop.encode(), np.uint8))
        before = np.concatenate([[0], np.cumsum(left_out)])
        kept = Strings(strings.offsets - before[strings.offsets], strings.data[~left_out], strings.known)
        return self.exact.column(kept, digits)

    def value(self, text: str, currency: str) -> object:
        return self.exact.value(text.translate(dict.fromkeys(map(ord, self.drop))), currency)


def _instants(source: FieldSource, zone: int | None) -> Reading:
    if source.format == "iso":
        return _Iso(zone)
    if source.format in _EPOCHS:
        return _Epoch(_EPOCHS[source.format])

    def read(text: str) -> object:
        try:
            return _zoned(datetime.strptime(text, source.format), zone, text)  # noqa: DTZ007  # zoned next
        except ValueError:
            raise InputError(f"{text[:40]!r} does not look like {source.format!r}") from None

    return _ByDistinct(read, as_text=False)


def _of_words(field: Field, source: FieldSource) -> Callable[[str], object]:
    def read(text: str) -> object:
        if text not in source.values:
            raise InputError(
                f"{text[:40]!r} is not among the values of the mapping: {', '.join(source.values)}"
            )
        word = source.values[text]
        if field.kind is Kind.TEXT:
            return word
        return _flag(word) if field.kind is Kind.FLAG else _whole(word)

    return read


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise InputError(f"{text[:40]!r} is not true, false, 1 or 0; map its values")
    return _FLAGS[text.lower()]


def _whole(text: str) -> int:
    match = _WHOLE.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{text[:40]!r} is not a whole number")
    return int(match[1])


def _zoned(instant: datetime, zone: int | None, text: str) -> datetime:
    if instant.tzinfo is not None:
        return instant
    if zone is None:
        raise InputError(f"{text[:40]!r} has no zone; set time_zone in the mapping, such as '+08:00'")
    return instant.replace(tzinfo=timezone(timedelta(minutes=zone)))


def _number(value: object) -> int:
    return to_micros(value) if isinstance(value, datetime) else int(value)  # type: ignore[call-overload]


def _texts_at(strings: Strings, rows: npt.NDArray[np.int64]) -> list[str]:
    data = strings.data.tobytes()
    places = list(zip(strings.offsets[rows].tolist(), strings.offsets[rows + 1].tolist(), strict=True))
    if data.isascii():
        text = data.decode("ascii")
        return [text[start:end] for start, end in places]
    return [data[start:end].decode() for start, end in places]
