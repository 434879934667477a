"""The id that follows one request through every system: the caller's, or one made here."""

import itertools
import re
import secrets
from collections.abc import Callable
from typing import Final

__all__ = ["TRACE_PARENT", "trace_ids"]

TRACE_PARENT: Final = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
"""W3C Trace Context, section 3.2; longer values belong to versions after 00."""


def trace_ids() -> Callable[[bytes | None], str]:
    """Make the function that names requests.

    It gives the trace id of a ``traceparent`` header; when there is none, or one that the standard
    tells us to ignore, a new id: 16 hexadecimal digits of this process, 16 of the request.

    Examples
    --------
    >>> name = trace_ids()
    >>> name(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    '4bf92f3577b34da6a3ce929d0e0e4736'
    >>> name(b"nonsense") != name(None)
    True
    """
    process = secrets.token_hex(8)
    counter = itertools.count(1)

    def name(header: bytes | None) -> str:
        if header is not None:
            given = _given(header)
            if given is not None:
                return given
        return f"{process}{next(counter):016x}"

    return name


def _given(header: bytes) -> str | None:
    match = TRACE_PARENT.fullmatch(header)
    if match is None:
        return None
    version, trace, parent, more = match.groups()
    if version == b"ff" or (version == b"00" and more) or not trace.strip(b"0") or not parent.strip(b"0"):
        return None
    return trace.decode()
