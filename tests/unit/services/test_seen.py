"""The filter of event ids never denies one it has, and is seldom wrong about others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.errors import UnreadableFile
from zhamen.services import seen as module
from zhamen.services.seen import Seen


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST", 1 << 8)


def filled(count: int) -> Seen:
    seen = Seen()
    for number in range(count):
        seen.add(f"T{number}")
    return seen


@given(st.sets(st.text(min_size=1), max_size=50))
def test_what_was_added_is_never_denied(ids: set[str]) -> None:
    seen = Seen()
    for each in ids:
        seen.add(each)
    assert all(each in seen for each in ids)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("count", [0, 255, 256, 257, 1280, 1281, 20_000])
def test_growing_keeps_every_id_and_few_others(count: int) -> None:
    seen = filled(count)
    assert all(f"T{number}" in seen for number in range(count))
    assert sum(f"U{number}" in seen for number in range(10_000)) < 500


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("count", [0, 1, 256, 3000])
def test_it_comes_back_from_its_parts_and_goes_on_alike(count: int) -> None:
    seen = filled(count)
    again = Seen.restore({name: memoryview(part.tobytes()) for name, part in seen.parts()})
    for number in range(count, count + 2000):
        seen.add(f"T{number}")
        again.add(f"T{number}")
    assert [part.tobytes() for _, part in seen.parts()] == [part.tobytes() for _, part in again.parts()]


def test_a_missing_part_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="table0"):
        Seen.restore({"room": np.array([5], np.uint64).data, "else": memoryview(b"")})
    with pytest.raises(UnreadableFile, match="room"):
        Seen.restore({})
