"""A full scan of all names with rapidfuzz, as a user would do it instead."""

from collections.abc import Callable, Iterable
from typing import Final

from rapidfuzz import fuzz, process, utils

__all__ = ["SCAN_CUT", "scan_of"]

SCAN_CUT: Final = 90
"""The score from which a name counts as found."""


def scan_of(listed: Iterable[str]) -> Callable[[str], bool]:
    """Give what tells whether a name is found among those listed."""
    folded = [utils.default_process(name) for name in listed]

    def found(name: str) -> bool:
        asked = utils.default_process(name)
        return process.extractOne(asked, folded, scorer=fuzz.WRatio, score_cutoff=SCAN_CUT) is not None

    return found
