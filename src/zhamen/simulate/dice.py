"""Randomness: named streams that grow from one seed and do not disturb each other."""

from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["Dice", "chance", "lot", "pick", "round_money", "stream"]

Dice = np.random.Generator


def stream(seed: int, name: str, number: int = 0) -> Dice:
    """Give the stream `name` (and `number` within it) of `seed`; the same arguments give the same stream.

    >>> float(stream(1, "salary").random()) == float(stream(1, "salary").random())
    True
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()), number)))


def chance(dice: Dice, probability: float) -> bool:
    """Say yes with `probability`."""
    return bool(dice.random() < probability)


def pick(dice: Dice, choices: npt.NDArray[np.int64] | npt.NDArray[np.int32]) -> int:
    """Give one of `choices`, all alike."""
    return int(choices[int(dice.integers(len(choices)))])


def round_money(amount_minor: float) -> int:
    """Round as people do when they name a sum: to two leading digits, in whole yuan.

    >>> round_money(12_345_678), round_money(98_765), round_money(120)
    (12000000, 99000, 100)
    """
    yuan = max(1, round(amount_minor / 100))
    unit: int = 10 ** max(0, len(str(yuan)) - 2)
    return max(1, round(yuan / unit)) * unit * 100


def lot(who: npt.NDArray[np.int64], salt: int, size: int) -> npt.NDArray[np.int64]:
    """Give each of `who` a number below `size` that stays theirs for ever (a rent day, say).

    >>> bool((lot(np.arange(5), 1, 28) == lot(np.arange(5), 1, 28)).all())
    True
    """
    mixed = (who + salt * 1_000_003) * 0x9E3779B1 & 0xFFFF_FFFF
    return (mixed >> 8) % size
