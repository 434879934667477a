"""Distinct values come and go by the thousand, and the count is that of a set."""

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.features.definitions import Definitions, Operation, Quantity, Series, WindowFeature
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState

_SECOND = 1_000_000
_WINDOW = 60 * _SECOND


def _state() -> FeatureState:
    definitions = Definitions(
        series=(Series("out", {"transfer": ("debtor_account_id",)}),),
        quantities=(Quantity("amounts", "out", of="amount_minor"),),
        features=(WindowFeature("debtor_account", "amounts", Operation.DISTINCT, _WINDOW),),
        allowed_lateness=0,
    )
    return FeatureState(Plan(definitions), budget_bytes=1 << 24)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40), st.integers(-4, 4) | st.integers(0, 3000) | st.integers(-(2**52), 2**52)
        ),
        max_size=400,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_coming_and_going_is_counted_as_a_set_counts_it(steps: list[tuple[int, int]]) -> None:
    state, held, now = _state(), deque[tuple[int, int]](), 0
    for wait, amount in steps:
        now += wait * _SECOND
        held.append((now, amount))
        while held[0][0] <= now - _WINDOW:
            held.popleft()
        assert state.advance((now, "transfer", amount, "A")) == [float(len({value for _, value in held}))]


def test_a_key_that_held_thousands_of_values_gives_their_memory_back() -> None:
    state = _state()
    assert state.advance((0, "transfer", 0, "A")) == [1.0]
    small = state.memory.block_bytes
    for amount in range(5000):
        assert state.advance((_SECOND, "transfer", amount, "A")) == [float(amount + 1)]
    assert state.memory.block_bytes > 5000 * 16
    assert state.advance((1000 * _SECOND, "transfer", 7, "A")) == [1.0]
    assert state.advance((1001 * _SECOND, "transfer", 7, "A")) == [1.0]
    assert state.memory.block_bytes <= 4 * small
