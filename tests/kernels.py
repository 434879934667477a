"""Kernels compiled before the first test, each by one of the processes that run tests side by side.

From a clean checkout that is a minute and a half of work, which each process would do for itself.
"""

from collections.abc import Callable, Mapping
from typing import Final

from zhamen.bootstrap.kernels import LARGE
from zhamen.networks.graph.kernels import post_all
from zhamen.networks.links.kernels import take_all
from zhamen.networks.tracing.kernels import follow_all
from zhamen.networks.typologies.kernels import follow_all as follow_patterns

__all__ = ["compile_share"]

_APART: Final[tuple[Callable[[], object], ...]] = (take_all, follow_patterns, post_all, follow_all)
"""Parts of the large ones that tests ask for on their own, and that take more than two seconds."""


def compile_share(worker: Mapping[str, object]) -> None:
    """Compile what falls to a worker of xdist, by its ``workerinput``; the others find it on disk."""
    number, count = int(str(worker["workerid"]).removeprefix("gw")), int(str(worker["workercount"]))
    for compiled in (*LARGE.values(), *_APART)[number::count]:
        compiled()
