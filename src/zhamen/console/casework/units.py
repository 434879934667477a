"""What units are called on pages of cases."""

from collections.abc import Callable

from zhamen.organisation.units import Organisation

__all__ = ["unit_namer"]


def unit_namer(tree: Organisation, language: str) -> Callable[[str], str]:
    """Give what tells the name of a unit by its path, former or present; of one that is gone, its path.

    Examples
    --------
    >>> from zhamen.organisation.history import FOUNDING
    >>> unit_namer(FOUNDING, "zh")("head"), unit_namer(FOUNDING, "en")("head/gone")
    ('总行', 'head/gone')
    """

    def name(path: str) -> str:
        unit = tree.find(path.rpartition("/")[2])
        if unit is None:
            return path
        return unit.zh if language == "zh" else unit.en

    return name
