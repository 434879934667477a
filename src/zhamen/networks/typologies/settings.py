"""From where on a pattern counts as one."""

from datetime import timedelta
from typing import Any, Final

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.core.money import MAX_AMOUNT_MINOR

__all__ = ["TypologySettings", "check_settings", "micros"]

_MICROSECOND: Final = timedelta(microseconds=1)
_SPANS: Final = (
    "window",
    "pass_within",
    "scatter_window",
    "chain_within",
    "idle_for",
    "woken_for",
    "young_for",
)
_COUNTS: Final = (
    "fan_in_least",
    "fan_out_least",
    "cycle_least",
    "scatter_least",
    "gather_least",
    "spread_least",
    "chain_least",
    "split_least",
    "new_payers_least",
)
_RANGES: Final[dict[str, tuple[Any, Any]]] = {
    **dict.fromkeys(_SPANS, (timedelta(microseconds=1), timedelta(days=3653))),
    **dict.fromkeys(_COUNTS, (1, 2**31 - 1)),
    "cycle_longest": (2, 8),
    "most_edges": (1, 64),
    "most_legs": (1, 16),
    "cycle_budget": (1, 256),
    "chain_memory": (1, 2**26),
}


class TypologySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What windows, counts, amounts (minor units) and shares make a pattern; the defaults are where to begin.

    Shares count to a millionth.
    """

    window: timedelta = timedelta(hours=24)
    """Of all that has no window of its own."""
    fan_in_least: int = 8
    fan_in_sum_minor: int = 2_000_000
    fan_out_least: int = 6
    largest_share: float = 0.6
    """Of what an account pays, what one payee gets at most for it to be scattered."""
    pass_within: timedelta = timedelta(minutes=30)
    pass_minor: int = 500_000
    """A receipt below it is not looked at."""
    pass_share: float = 0.9
    cycle_longest: int = 5
    cycle_least: int = 3
    """A shorter cycle is told, and does not fire: two friends pay each other."""
    cycle_low: float = 0.5
    cycle_high: float = 1.2
    scatter_window: timedelta = timedelta(hours=6)
    scatter_least: int = 3
    gather_least: int = 5
    spread_least: int = 5
    covered_share: float = 0.8
    chain_within: timedelta = timedelta(minutes=60)
    chain_least: int = 3
    chain_low: float = 0.8
    """What is passed on of what came, at least; at most all of it."""
    split_from_minor: int = 4_000_000
    split_limit_minor: int = 5_000_000
    split_over_minor: int = 6_000_000
    split_least: int = 3
    split_over_share: float = 0.2
    """Of the transfers from ``split_from_minor`` to ``split_over_minor``, fewer than this reach the limit."""
    idle_for: timedelta = timedelta(days=180)
    woken_for: timedelta = timedelta(hours=72)
    woken_sum_minor: int = 2_000_000
    woken_share: float = 0.9
    probe_minor: int = 1_000
    young_for: timedelta = timedelta(days=30)
    new_payers_least: int = 10
    most_edges: int = 64
    """Edges of one account that one look goes through; there may be more, then it says so."""
    most_legs: int = 16
    """First legs of a scatter-gather looked at, of one account."""
    cycle_budget: int = 256
    """Edges looked at for one cycle."""
    chain_memory: int = 2**21
    """A power of two: how many of the newest edges a chain can go on from."""


def check_settings(settings: TypologySettings) -> None:
    """Refuse settings that say nothing.

    Raises
    ------
    InputError
        One is out of its range.
    """
    for name in settings.__struct_fields__:
        least, most = _RANGES.get(name, (0, MAX_AMOUNT_MINOR if name.endswith("_minor") else 2))
        if not least <= getattr(settings, name) <= most:
            raise InputError(f"{name} must be {least} to {most}", path=f"$.{name}")
    if settings.chain_memory & (settings.chain_memory - 1):
        raise InputError("chain_memory must be a power of two", path="$.chain_memory")
    if max(settings.pass_within, settings.scatter_window, settings.chain_within) > settings.window:
        raise InputError("no window may be longer than the one of all", path="$.window")


def micros(span: timedelta) -> int:
    """Give a span in microseconds."""
    return span // _MICROSECOND
