"""The one clock that decisions are made by."""

import time
from datetime import datetime

from zhamen.core.instants import from_micros

__all__ = ["utc_now"]


def utc_now() -> datetime:
    """Give the present instant, aware, to the microsecond."""
    return from_micros(time.time_ns() // 1000)
