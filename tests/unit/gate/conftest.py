"""A small pack to break, one line at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhamen.core.errors import InvalidPack
from zhamen.gate.pack import load_pack

SMALL = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def small() -> str:
    return SMALL


Break = Callable[[str, str], tuple[str, ...]]


@pytest.fixture
def problems_of() -> Callable[[str], tuple[str, ...]]:
    def load(text: str) -> tuple[str, ...]:
        with pytest.raises(InvalidPack) as raised:
            load_pack(text, "small.yaml")
        return raised.value.problems

    return load


@pytest.fixture
def broken(problems_of: Callable[[str], tuple[str, ...]]) -> Break:
    """Put `new` in the place of `old` in the small pack and give what is wrong then."""

    def load(old: str, new: str) -> tuple[str, ...]:
        assert SMALL.count(old) == 1, f"{old!r} stands {SMALL.count(old)} times"
        return problems_of(SMALL.replace(old, new))

    return load
