"""While requests are answered, the collector looks only at what came since, and threads change often."""

import gc
import sys

from zhamen.bootstrap.interpreter import serving_interpreter


def test_what_was_there_is_out_of_sight_and_comes_back_afterwards() -> None:
    here: list[object] = []
    before = gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()
    with serving_interpreter():
        assert not any(one is here for one in gc.get_objects())
        assert gc.get_threshold() > before[0]
        assert sys.getswitchinterval() < before[1]
    assert any(one is here for one in gc.get_objects())
    assert (gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()) == before


def test_cycles_that_requests_leave_are_still_found() -> None:
    with serving_interpreter():
        cycle: list[object] = []
        cycle.append(cycle)
        del cycle
        assert gc.collect() >= 1
