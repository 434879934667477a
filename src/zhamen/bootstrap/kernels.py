"""The large kernels, compiled beside each other: once after installing, so that no start waits for them."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Final

from zhamen.features.kernel import kernel
from zhamen.networks.intake.kernel import take_all
from zhamen.networks.links.kernels import rebuild_all
from zhamen.networks.tracing.kernels import trace_all

__all__ = ["LARGE", "compile_large"]

LARGE: Final[Mapping[str, Callable[[], object]]] = {
    "networks": take_all,
    "features": kernel,
    "traces": trace_all,
    "links": rebuild_all,
}
"""What a gate compiles before it opens, those first that take the longest."""


def compile_large(compiled: Callable[[str], object]) -> None:
    """Compile what is not on disk yet, each kernel in a process of its own, as many at once as cores.

    Parameters
    ----------
    compiled
        Told the name of each when it is there.

    Notes
    -----
    Two minutes of processor time where nothing is on disk; a few seconds to find that all is.
    """
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(LARGE)), get_context("spawn")) as pool:
        names = {pool.submit(_compile, name): name for name in LARGE}
        for done in as_completed(names):
            done.result()
            compiled(names[done])


def _compile(name: str) -> None:
    LARGE[name]()
