"""Sums of squares in two words, and the standard deviation that follows from them without loss.

A sum of squares is an unsigned 128-bit number in two words, the low one first. The deviation is
``sqrt(n * squares - sum**2) / n``; the difference is formed exactly, in five limbs of 32 bits,
and rounded to a float once.
"""

import math
from typing import Final

from zhamen.features.compiled import inlined

__all__ = ["add_square", "deviation", "subtract_wide"]

_LIMB: Final = 0xFFFFFFFF
_SIGN: Final = -(2**63)


@inlined
def _below(left: int, right: int) -> bool:
    """Compare two words as unsigned."""
    return (left ^ _SIGN) < (right ^ _SIGN)


@inlined
def _high(word: int) -> int:
    return (word >> 32) & _LIMB


@inlined
def add_square(low: int, high: int, value: int) -> tuple[int, int]:
    """Give the two words of a sum of squares with the square of `value` added."""
    size = abs(value)
    low_half = size & _LIMB
    high_half = size >> 32
    cross = low_half * high_half
    square = low_half * low_half
    square_low = square + (cross << 33)
    square_high = high_half * high_half + (cross >> 31) + _below(square_low, square)
    total = low + square_low
    return total, high + square_high + _below(total, square_low)


@inlined
def subtract_wide(low: int, high: int, less_low: int, less_high: int) -> tuple[int, int]:
    """Give the two words of one sum of squares less another."""
    return low - less_low, high - less_high - _below(low, less_low)


@inlined
def deviation(count: int, total: int, low: int, high: int) -> float:
    """Give the population's standard deviation from count (below 2^31), sum and sum of squares."""
    size = abs(total)
    a, b = size & _LIMB, size >> 32
    aa, ab, bb = a * a, a * b, b * b
    # n * squares - sum^2, limb by limb; `carry` is signed and holds what goes to the next limb.
    carry = count * (low & _LIMB) - (aa & _LIMB)
    limb0 = carry & _LIMB
    carry = (carry >> 32) + count * _high(low) - _high(aa) - 2 * (ab & _LIMB)
    limb1 = carry & _LIMB
    carry = (carry >> 32) + count * (high & _LIMB) - 2 * _high(ab) - (bb & _LIMB)
    limb2 = carry & _LIMB
    carry = (carry >> 32) + count * _high(high) - _high(bb)
    limb3 = carry & _LIMB
    return math.sqrt(_to_float(carry >> 32, limb3, limb2, limb1, limb0)) / count


@inlined
def _to_float(limb4: int, limb3: int, limb2: int, limb1: int, limb0: int) -> float:
    """Round a number of five limbs to the nearest float, as `float(int)` does."""
    shift = 0
    while limb4 | limb3 | limb2 or limb1 >> 30:
        # What is shifted out stays as the lowest bit, so that halves round as they should.
        lost = limb0 & 1
        limb0 = (limb0 >> 1 | (limb1 & 1) << 31) | lost
        limb1 = limb1 >> 1 | (limb2 & 1) << 31
        limb2 = limb2 >> 1 | (limb3 & 1) << 31
        limb3 = limb3 >> 1 | (limb4 & 1) << 31
        limb4 >>= 1
        shift += 1
    return math.ldexp(float(limb1 << 32 | limb0), shift)
