"""The screening index with 100 million records: as `benchmarks.screening`, its ids with ``-100M``."""

from dataclasses import replace
from typing import Final

from benchmarks import screening
from benchmarks.result import Result

__all__ = ["run"]

_RECORDS: Final = 100_000_000


def run() -> list[Result]:
    """Measure; needs 40 GB of disk in the working directory, 24 GB of memory and an hour."""
    return [replace(one, id=f"{one.id}-100M") for one in screening.run(_RECORDS)]
