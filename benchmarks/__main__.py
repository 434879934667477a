"""Run scenarios and write what they gave: ``python -m benchmarks [AREA ...]``.

Without a name, all areas of ``AREAS`` run; ``screening_large``, which takes long, runs by its name only.
Results go to ``benchmarks/results/<area>.json`` with the machine they were measured on, so that a
later run can be compared.
"""

import importlib
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.result import Result

AREAS: Final = (
    "kernel",
    "expressions",
    "gate",
    "journal",
    "http",
    "readers",
    "simulate",
    "handbook",
    "starter_quality",
    "screening",
    "records",
    "feeds",
    "names",
    "audit",
    "networks",
    "typologies",
    "links",
    "mule_score",
    "freeze_quality",
    "casework",
    "projections",
    "console_load",
)
RESULTS: Final = Path(__file__).parent / "results"


def machine() -> dict[str, object]:
    """Say what the figures were measured on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def show(result: Result) -> str:
    """Write one result as a line."""
    ratios = ", ".join(f"{ratio:.1f} x {tool}" for tool, ratio in result.ratio_to.items())
    parts = [f"{result.id:<14}{result.value:>16,.2f} {result.unit:<14}{result.title}", ratios, result.note]
    return "  |  ".join(part for part in parts if part)


def main(areas: list[str]) -> None:
    """Run each area and keep its results."""
    RESULTS.mkdir(exist_ok=True)
    for area in areas or AREAS:
        results: list[Result] = importlib.import_module(f"benchmarks.{area}").run()
        for result in results:
            print(show(result), flush=True)
        record = {"machine": machine(), "results": [asdict(result) for result in results]}
        written = msgspec.json.format(msgspec.json.encode(record), indent=1)
        (RESULTS / f"{area}.json").write_bytes(written + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
