"""Instants and widths as whole microseconds, and the words people write for them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from zhamen.core.errors import InputError

__all__ = ["EVER", "Micros", "from_micros", "parse_width", "to_micros", "width_name"]

Micros = int
"""Microseconds since 1970-01-01T00:00:00Z, or a width of time; fits int64 for 290,000 years."""

EVER: Final[Micros] = 0
"""The width of a window that never ends."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UNITS: Final = {"s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_WIDTH: Final = re.compile(r"([1-9]\d{0,5})([smhd])")


def to_micros(instant: datetime) -> Micros:
    """Give an aware instant as microseconds since the epoch.

    >>> to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: Micros) -> datetime:
    """Give the aware UTC instant of `micros`.

    >>> from_micros(1_000_000)
    datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc)
    """
    return _EPOCH + timedelta(microseconds=micros)


def parse_width(text: str) -> Micros:
    """Read a window width: ``30s``, ``10m``, ``1h``, ``30d``, or ``ever``.

    Raises
    ------
    InputError
        Anything else, zero and fractions included.

    Examples
    --------
    >>> parse_width("10m") == 10 * 60 * 1_000_000
    True
    >>> parse_width("ever") == EVER
    True
    """
    if text == "ever":
        return EVER
    match = _WIDTH.fullmatch(text)
    if match is None:
        raise InputError(f"{text!r} is not a window width; write 30s, 10m, 1h, 30d or ever")
    return int(match[1]) * _UNITS[match[2]]


def width_name(width: Micros) -> str:
    """Write a width as people do, in the largest unit that fits.

    >>> [width_name(parse_width(w)) for w in ("90s", "60m", "24h", "7d", "ever")]
    ['90s', '1h', '1d', '7d', 'ever']
    """
    if width == EVER:
        return "ever"
    for unit in ("d", "h", "m", "s"):
        if width % _UNITS[unit] == 0:
            return f"{width // _UNITS[unit]}{unit}"
    raise InputError(f"a width of {width} µs is not a whole number of seconds")
