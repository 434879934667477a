"""Who is who in the synthetic bank: head office, regions, 13 branches, sub-branches, 350 outlets, tellers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.organisation.units import Level, Unit
from zhamen.organisation.units import Organisation as Tree
from zhamen.simulate.dice import Dice
from zhamen.simulate.names import CITIES, QUARTERS, REGIONS, STREETS

__all__ = ["Organisation", "bank_tree", "found_organisation"]

_OUTLETS: Final = 350
_TOGETHER: Final = 8
"""About so many outlets are below one sub-branch."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What events need of it; outlets are known elsewhere by their index in `outlets`."""

    outlets: tuple[Unit, ...]
    branch_of: npt.NDArray[np.int64]
    """The index of each outlet's branch."""
    tellers: tuple[tuple[str, ...], ...]
    """Operator ids of each outlet."""
    crowd: npt.NDArray[np.float64]
    """The share of customers of each outlet."""


def bank_tree() -> Tree:
    """Give the units of the synthetic bank, the same for every seed.

    >>> bank_tree().path("B01-003")
    'HQ/R1/B01/B01-S1/B01-003'
    """
    units = [Unit(code="HQ", level=Level.HEAD_OFFICE, zh="闸门银行总行", en="Zhamen Bank Head Office")]
    units += [
        Unit(code=f"R{number}", level=Level.REGION, parent="HQ", zh=f"{zh}分行", en=f"{en} Region")
        for number, (zh, en) in enumerate(REGIONS, 1)
    ]
    for number, (city, size) in enumerate(zip(CITIES, _sizes(len(CITIES)), strict=True)):
        units += _branch(f"B{number + 1:02d}", f"R{number % len(REGIONS) + 1}", city, size)
    return Tree(units)


def _branch(code: str, region: str, city: tuple[str, str], size: int) -> list[Unit]:
    """Give a second-level branch, its sub-branches, and its outlets, shared out among them in order."""
    zh, en = city
    quarters = QUARTERS[: -(-size // _TOGETHER)]
    return [
        Unit(code=code, level=Level.BRANCH, parent=region, zh=f"{zh}分行", en=f"{en} Branch"),
        *(
            Unit(
                code=f"{code}-S{at}",
                level=Level.SUB_BRANCH,
                parent=code,
                zh=f"{zh}{quarter}支行",
                en=f"{en} {name} Sub-branch",
            )
            for at, (quarter, name) in enumerate(quarters, 1)
        ),
        *(
            Unit(
                code=f"{code}-{at + 1:03d}",
                level=Level.OUTLET,
                parent=f"{code}-S{at * len(quarters) // size + 1}",
                zh=f"{zh}{street}网点",
                en=f"{en} {name} Outlet",
            )
            for at, (street, name) in enumerate(STREETS[:size])
        ),
    ]


def found_organisation(dice: Dice) -> Organisation:
    """Staff the outlets and fill them; tellers and crowds are drawn."""
    every = (unit for unit in bank_tree().units if unit.level is Level.OUTLET)
    outlets = tuple(sorted(every, key=lambda outlet: outlet.code))
    crowd = dice.gamma(4.0, size=_OUTLETS)
    tellers = tuple(
        tuple(f"T-{outlet.code}-{number}" for number in range(1, count + 1))
        for outlet, count in zip(outlets, dice.integers(3, 9, _OUTLETS).tolist(), strict=True)
    )
    sizes = _sizes(len(CITIES))
    return Organisation(outlets, np.repeat(np.arange(len(sizes)), sizes), tellers, crowd / crowd.sum())


def _sizes(branches: int) -> list[int]:
    """Share the outlets out, from the largest branch (about 45) to the smallest (about 15)."""
    weights = 1 / (np.arange(branches) + 6.0)
    sizes = np.floor(weights / weights.sum() * _OUTLETS).astype(int)
    sizes[: _OUTLETS - sizes.sum()] += 1
    return [int(size) for size in sizes]
