"""The scorer logic-v2 of nomenklatura, asked the same names; run by an interpreter that has it.

Takes a JSON object on stdin, gives one on stdout. The scorer compares two entities, so a search is a scan of
the list. Names that are listed come with an order in which to look, nearest first: it decides nothing but
how soon a scan may stop, for from `_SURE` on no other entity can change whether the name is found.
"""

import json
import sys
from collections.abc import Iterable
from importlib.metadata import version
from itertools import count
from time import perf_counter
from typing import Any, Final

from followthemoney import model  # type: ignore[import-not-found]
from nomenklatura.matching import LogicV2  # type: ignore[import-not-found]

_SURE: Final = 0.95
_NEVER: Final = 2.0
_CONFIG: Final = LogicV2.default_config()
_ASKED: Final = count(1_000_000)
"""The scorer remembers an entity's names by its id, so each that is asked has one of its own."""


def _entity(number: int, schema: str, names: list[str]) -> Any:
    return model.get_proxy({"id": f"e{number}", "schema": schema, "properties": {"name": names}})


def _best(name: str, listed: Iterable[Any], enough: float) -> float:
    """Give the best score, or the first that is enough."""
    asked, best = _entity(next(_ASKED), "Person", [name]), 0.0
    for entity in listed:
        best = max(best, LogicV2.compare(asked, entity, _CONFIG).score)
        if best >= enough:
            break
    return best


def main() -> None:
    """Score the listed names until one is sure, and the others against the whole list."""
    asked = json.load(sys.stdin)
    listed = [_entity(at, one["schema"], one["names"]) for at, one in enumerate(asked["listed"])]
    started = perf_counter()
    negatives = [_best(name, listed, _NEVER) for name in asked["negatives"]]
    took = perf_counter() - started
    positives = [_best(name, (listed[at] for at in order), _SURE) for name, order in asked["positives"]]
    json.dump(
        {
            "version": version("nomenklatura"),
            "rate": len(negatives) / took,
            "positives": positives,
            "negatives": negatives,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
