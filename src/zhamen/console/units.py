"""Units by their names, not by the codes of their paths."""

from collections.abc import Callable

from zhamen.organisation.units import Organisation

__all__ = ["unit_names"]


def unit_names(tree: Organisation, language: str) -> Callable[[str], str]:
    """Give what names the unit of a path in a language; a path that the tree does not know stays as it is.

    A unit that was closed or moved is found by its code, which it keeps.
    """

    def name(path: str) -> str:
        unit = tree.find(path.rpartition("/")[2]) if path else None
        return path if unit is None else unit.zh if language == "zh" else unit.en

    return name
