"""Texts of a column to codes, whole numbers and instants, one pass over the bytes each.

A kernel reads the plain spellings only. Where it gives ``sure`` False the row goes to the exact
reading in Python (`readings`), which knows every spelling and makes the message; a kernel never
accepts what that refuses, nor gives another value.
"""

from typing import Any, Final

import numba
import numpy as np

__all__ = ["encode", "equal_to_any", "instants", "numbers"]

_MAX_DIGITS: Final = 18


@numba.njit(cache=True, nogil=True)
def encode(offsets: Any, data: Any, known: Any) -> Any:
    """Give each row the code of its text (-1: not known) and the row where each code stood first."""
    size = len(known)
    capacity = 16
    while capacity < 2 * size:
        capacity *= 2
    table = np.full(capacity, -1, np.int32)
    hashes = np.empty(size, np.uint64)
    firsts = np.empty(size, np.int64)
    codes = np.full(size, -1, np.int32)
    count = 0
    for row in range(size):
        if not known[row]:
            continue
        start, end = offsets[row], offsets[row + 1]
        value = np.uint64(14695981039346656037)  # FNV-1a, 64 bits
        for at in range(start, end):
            value = (value ^ np.uint64(data[at])) * np.uint64(1099511628211)
        slot = np.int64(value ^ (value >> np.uint64(32))) & (capacity - 1)
        while True:
            code = table[slot]
            if code < 0:
                table[slot] = count
                hashes[count] = value
                firsts[count] = row
                codes[row] = count
                count += 1
                break
            if hashes[code] == value and _same(data, offsets, firsts[code], row):
                codes[row] = code
                break
            slot = (slot + 1) & (capacity - 1)
    return codes, firsts[:count]


@numba.njit(cache=True, nogil=True)
def _same(data: Any, offsets: Any, left: int, right: int) -> bool:
    start, other = offsets[left], offsets[right]
    size = offsets[left + 1] - start
    if offsets[right + 1] - other != size:
        return False
    for at in range(size):  # noqa: SIM110  # numba has no `all` over a generator
        if data[start + at] != data[other + at]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def equal_to_any(offsets: Any, data: Any, word_offsets: Any, words: Any) -> Any:
    """Say of each row whether its text is one of the words."""
    size = len(offsets) - 1
    found = np.zeros(size, np.bool_)
    for row in range(size):
        start, length = offsets[row], offsets[row + 1] - offsets[row]
        for word in range(len(word_offsets) - 1):
            other = word_offsets[word]
            if word_offsets[word + 1] - other != length:
                continue
            same = True
            for at in range(length):
                if data[start + at] != words[other + at]:
                    same = False
                    break
            if same:
                found[row] = True
                break
    return found


@numba.njit(cache=True, nogil=True)
def numbers(offsets: Any, data: Any, known: Any, decimals: Any) -> Any:
    """Read ``[+-]digits[.digits]`` as whole numbers of ``10 ** -decimals[row]``, exactly or not at all."""
    size = len(known)
    values = np.zeros(size, np.int64)
    sure = np.zeros(size, np.bool_)
    for row in range(size):
        if not known[row]:
            sure[row] = True
            continue
        at, end = offsets[row], offsets[row + 1]
        negative = at < end and data[at] == 45
        if at < end and (data[at] == 45 or data[at] == 43):
            at += 1
        value, digits, places, seen_point, right = np.int64(0), 0, 0, False, at < end
        wanted = decimals[row]
        while at < end and right:
            byte = data[at]
            at += 1
            if byte == 46 and not seen_point and digits > 0:
                seen_point = True
            elif 48 <= byte <= 57 and seen_point and places >= wanted:
                right = byte == 48
            elif 48 <= byte <= 57:
                value = value * 10 + (byte - 48)
                digits += 1
                places += seen_point
                right = digits <= _MAX_DIGITS
            else:
                right = False
        while right and places < wanted and digits < _MAX_DIGITS:
            value *= 10
            places += 1
            digits += 1
        if right and digits > 0 and places == wanted:
            values[row] = -value if negative else value
            sure[row] = True
    return values, sure


@numba.njit(cache=True, nogil=True)
def _digits(data: Any, at: int, count: int, end: int) -> int:
    """Read `count` digits; -1 when they are not there."""
    if at + count > end:
        return -1
    value = 0
    for place in range(at, at + count):
        if data[place] < 48 or data[place] > 57:
            return -1
        value = value * 10 + (data[place] - 48)
    return value


@numba.njit(cache=True, nogil=True)
def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar, or -2**62 when there is no such day."""
    if year < 1 or month < 1 or month > 12 or day < 1:
        return -(2**62)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    short = 30 if month in (4, 6, 9, 11) else 31
    if day > (28 + leap if month == 2 else short):
        return -(2**62)
    shifted = year - 1 if month <= 2 else year
    months = month + 9 if month <= 2 else month - 3
    era, of_era = shifted // 400, shifted % 400
    of_year = (153 * months + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


@numba.njit(cache=True, nogil=True)
def _zone(data: Any, at: int, end: int) -> int:
    """Read ``Z``, ``+08``, ``+08:00`` or ``+0800`` up to the end as minutes; 10**6 when it is no zone."""
    if at == end - 1 and data[at] == 90:
        return 0
    if at >= end or (data[at] != 43 and data[at] != 45):
        return 10**6
    hours, minutes = _digits(data, at + 1, 2, end), 0
    rest = at + 3
    if rest < end and data[rest] == 58:
        rest += 1
    if rest < end:
        minutes = _digits(data, rest, 2, end)
        rest += 2
    if rest != end or hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return 10**6
    return (hours * 60 + minutes) * (-1 if data[at] == 45 else 1)


@numba.njit(cache=True, nogil=True)
def _instant(data: Any, at: int, end: int, zone_minutes: int) -> Any:
    """Read ``YYYY-MM-DD[T ]HH:MM[:SS[.f]][zone]``; a text without zone is in `zone_minutes` (10**6: none)."""
    if end - at < 16 or data[at + 4] != 45 or data[at + 7] != 45 or data[at + 13] != 58:
        return 0, False
    if data[at + 10] != 84 and data[at + 10] != 32:
        return 0, False
    days = _days(_digits(data, at, 4, end), _digits(data, at + 5, 2, end), _digits(data, at + 8, 2, end))
    hour, minute = _digits(data, at + 11, 2, end), _digits(data, at + 14, 2, end)
    second, micros, place = 0, 0, at + 16
    if place < end and data[place] == 58:
        second = _digits(data, place + 1, 2, end)
        place += 3
        if place < end and data[place] == 46:
            place += 1
            scale, first = 100_000, place
            while place < end and 48 <= data[place] <= 57:
                micros += (data[place] - 48) * scale
                scale //= 10
                place += 1
            if place == first:
                return 0, False
    offset = zone_minutes if place == end else _zone(data, place, end)
    if days < -(2**40) or not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60) or offset == 10**6:
        return 0, False
    minutes = days * 1440 + hour * 60 + minute - offset
    return (minutes * 60 + second) * 1_000_000 + micros, True


@numba.njit(cache=True, nogil=True)
def instants(offsets: Any, data: Any, known: Any, zone_minutes: int) -> Any:
    """Read texts as microseconds since 1970 in UTC; see `_instant` for the spellings."""
    size = len(known)
    values = np.zeros(size, np.int64)
    sure = np.zeros(size, np.bool_)
    for row in range(size):
        if known[row]:
            values[row], sure[row] = _instant(data, offsets[row], offsets[row + 1], zone_minutes)
        else:
            sure[row] = True
    return values, sure
