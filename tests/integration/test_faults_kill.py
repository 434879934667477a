"""`kill -9` under load: nothing acknowledged is missing, and what follows is what would have followed."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def killer(dice: Random, known: int) -> Callable[[Any, "subprocess.Popen[bytes]"], None]:
    """Kill after some new answers, at no particular moment of what follows."""
    enough, moment = known + dice.randrange(1, 400), dice.uniform(0, 0.004)

    def watch(told: Any, process: "subprocess.Popen[bytes]") -> None:
        if len(told.acknowledged) >= enough and process.poll() is None:
            time.sleep(moment)
            process.kill()

    return watch


@pytest.mark.parametrize(("gate", "seed", "kills"), [("tally", 1, 6), ("starter", 3, 4)])
def test_nothing_acknowledged_is_lost_and_the_rest_is_decided_as_without_the_kills(
    loaded_gate: Any, tmp_path: Path, gate: str, seed: int, kills: int
) -> None:
    loaded_gate.gate = gate
    dice = Random(seed)  # noqa: S311  # a test that can be run again
    acknowledged: dict[int, bytes] = {}
    killed = 0
    for _ in range(kills):
        told = loaded_gate.run(watch=killer(dice, len(acknowledged)))
        killed += told.code == -9
        assert all(
            told.acknowledged[seq] == acknowledged[seq] for seq in told.acknowledged.keys() & acknowledged
        )
        acknowledged |= told.acknowledged
        written = {entry.seq: entry.decision for entry in loaded_gate.entries()}
        assert acknowledged.items() <= written.items()
    assert killed >= kills // 2
    assert loaded_gate.run().code == 0

    (tmp_path / "other").mkdir()
    uninterrupted = replace(loaded_gate, folder=tmp_path / "other")
    assert uninterrupted.run().code == 0
    assert loaded_gate.entries() == uninterrupted.entries()
    assert len(loaded_gate.entries()) == loaded_gate.events
