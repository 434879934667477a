"""A recorded run and its pack brought together."""

from collections.abc import Callable
from pathlib import Path

from zhamen.adapters.duck.recorded import open_run
from zhamen.adapters.packs import read_pack
from zhamen.features.plan import Plan
from zhamen.gate.pack import load_pack
from zhamen.services.verify import Verification, verify

__all__ = ["verify_run"]


def verify_run(run: Path, pack: str, started: Callable[[int, int], Callable[[int], None]]) -> Verification:
    """Compute the features of a recorded run anew with DuckDB and compare.

    Parameters
    ----------
    pack
        The name of a shipped pack, or a path.
    started
        Told how many events and features there are; gives what is told of each feature done.

    Raises
    ------
    InvalidPack, PackNotFound, UnreadableFile
        The pack or the run cannot be used.
    PackMismatch
        The run lacks features of the pack.
    """
    plan = Plan(load_pack(read_pack(pack), pack).definitions)
    with open_run(run) as recorded:
        return verify(plan, recorded, started(recorded.events, len(plan.names)))
