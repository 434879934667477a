"""Mule scores as flat numbers, and how compiled code reads them: to the bit what `MuleModel` gives.

::

    table    a place for each model ──► [intercept, inputs] [column, cuts, the cuts, the weights] ...
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.features.compiled import Floats, inlined
from zhamen.networks.mule.model import CERTAIN, MuleModel

__all__ = ["probability", "table_of"]

_INTERCEPT: Final = 0
_INPUTS: Final = 1
_FIRST: Final = 2
"""Where the inputs of a model begin."""
_COLUMN: Final = 0
_CUTS: Final = 1
_CUT: Final = 2
"""Where the cuts of an input begin."""


def table_of(models: Sequence[MuleModel], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Write models down for rows with these columns; the table begins with the place of each.

    Raises
    ------
    InputError
        An input of a model is not among the columns.
    """
    places, table = [], [0.0] * len(models)
    for model in models:
        missing = set(model.names) - set(names)
        if missing:
            raise InputError(f"the mule score needs {', '.join(sorted(missing))}; give these columns too")
        places.append(float(len(table)))
        table += [model.intercept, len(model.inputs)]
        for each in model.inputs:
            table += [names.index(each.name), len(each.cuts), *each.cuts, *each.weights]
    return np.array(places + table[len(models) :], np.float64)


@inlined
def probability(table: Floats, model: int, row: Floats, at: int) -> float:
    """Give what a model of a table says of the row at a place; NaN weighs nothing."""
    start = int(table[model])
    total, each = table[start + _INTERCEPT], start + _FIRST
    for _ in range(int(table[start + _INPUTS])):
        value, cuts = row[at + int(table[each + _COLUMN])], int(table[each + _CUTS])
        weights = each + _CUT + cuts
        if value == value:  # noqa: PLR0124  # NaN
            passed = 0
            while passed < cuts and table[each + _CUT + passed] <= value:
                passed += 1
            total += table[weights + passed]
        each = weights + cuts + 1
    return 1 / (1 + exp(-max(-CERTAIN, min(CERTAIN, total))))
