"""How long something lasted, in the largest unit that still tells enough."""

from collections.abc import Callable
from typing import Final

__all__ = ["lasting"]

_ENOUGH: Final = 2
"""So many of a unit are said in it; of fewer, the next smaller one says more."""
_SPAN_WORDS: Final[dict[int, str]] = {86_400: "天", 3_600: "小时", 60: "分钟", 1: "秒"}


def lasting(say: Callable[[str], str], seconds: float) -> str:
    """Write a length of time.

    >>> [lasting(str, seconds) for seconds in (42.4, 119, 7199, 7200, 2719095)]
    ['42 秒', '119 秒', '119 分钟', '2 小时', '31 天']
    """
    unit = next((unit for unit in _SPAN_WORDS if seconds >= _ENOUGH * unit), 1)
    return f"{seconds // unit if unit > 1 else seconds:,.0f} {say(_SPAN_WORDS[unit])}"
