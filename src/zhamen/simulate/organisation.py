"""Who is who in the synthetic bank: head office, regions, 13 branches, 350 outlets and their tellers."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from zhamen.simulate.dice import Dice
from zhamen.simulate.names import CITIES, REGIONS, STREETS

__all__ = ["Organisation", "Unit", "found_organisation"]

_OUTLETS: Final = 350


@dataclass(frozen=True, slots=True)
class Unit:
    """One place of the organisation."""

    id: str
    level: Literal["head_office", "region", "branch", "outlet"]
    parent: str | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """The four levels; outlets are known elsewhere by their index in `outlets`."""

    units: tuple[Unit, ...]
    outlets: tuple[Unit, ...]
    branch_of: npt.NDArray[np.int64]
    """The index of each outlet's branch."""
    tellers: tuple[tuple[str, ...], ...]
    """Operator ids of each outlet."""
    crowd: npt.NDArray[np.float64]
    """The share of customers of each outlet."""


def found_organisation(dice: Dice) -> Organisation:
    """Build the organisation; names and sizes are fixed, tellers and crowds are drawn."""
    head = Unit("HQ", "head_office", None, "闸门银行总行", "Zhamen Bank Head Office")
    regions = tuple(
        Unit(f"R{number}", "region", head.id, f"{zh}分行", f"{en} Region")
        for number, (zh, en) in enumerate(REGIONS, 1)
    )
    branches = tuple(
        Unit(f"B{number:02d}", "branch", regions[number % 3].id, f"{zh}分行", f"{en} Branch")
        for number, (zh, en) in enumerate(CITIES, 1)
    )
    sizes = _sizes(len(branches))
    outlets = tuple(
        Unit(f"{branch.id}-{at + 1:03d}", "outlet", branch.id, f"{city[0]}{zh}支行", f"{city[1]} {en} Outlet")
        for branch, city, size in zip(branches, CITIES, sizes, strict=True)
        for at, (zh, en) in enumerate(STREETS[:size])
    )
    crowd = dice.gamma(4.0, size=_OUTLETS)
    tellers = tuple(
        tuple(f"T-{outlet.id}-{number}" for number in range(1, count + 1))
        for outlet, count in zip(outlets, dice.integers(3, 9, _OUTLETS).tolist(), strict=True)
    )
    branch_of = np.repeat(np.arange(len(branches)), sizes)
    return Organisation(
        (head, *regions, *branches, *outlets), outlets, branch_of, tellers, crowd / crowd.sum()
    )


def _sizes(branches: int) -> list[int]:
    """Share the outlets out, from the largest branch (about 45) to the smallest (about 15)."""
    weights = 1 / (np.arange(branches) + 6.0)
    sizes = np.floor(weights / weights.sum() * _OUTLETS).astype(int)
    sizes[: _OUTLETS - sizes.sum()] += 1
    return [int(size) for size in sizes]
