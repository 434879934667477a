"""Kernels compiled before the first test, each by one of the processes that run tests side by side.

From a clean checkout that is a minute and a half of work, which each process would do for itself.
"""

from collections.abc import Callable, Mapping
from typing import Final

from zhamen.features.kernel import kernel
from zhamen.networks.graph.kernels import post_all
from zhamen.networks.intake.kernel import take_all as take_events
from zhamen.networks.links.kernels import rebuild_all, take_all
from zhamen.networks.tracing.kernels import follow_all, trace_all
from zhamen.networks.typologies.kernels import follow_all as follow_patterns

__all__ = ["compile_share"]

LARGE: Final[tuple[Callable[[], object], ...]] = (
    take_events, kernel, take_all, follow_patterns, rebuild_all, trace_all, post_all, follow_all,
)  # fmt: skip
"""Those that take more than two seconds, in an order that gives two processes as much to do."""


def compile_share(worker: Mapping[str, object]) -> None:
    """Compile what falls to a worker of xdist, by its ``workerinput``; the others find it on disk."""
    number, count = int(str(worker["workerid"]).removeprefix("gw")), int(str(worker["workercount"]))
    for compiled in LARGE[number::count]:
        compiled()
