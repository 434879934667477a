"""Sorts of a closed kind as the small numbers that the views' rows hold."""

from typing import Final, get_args

from zhamen.events.model import EVENT_TYPES
from zhamen.events.parts import Channel
from zhamen.gate.decision import Outcome

__all__ = ["CHANNELS", "OUTCOMES", "TYPES", "channel_at", "type_at"]

TYPES: Final = {name: at for at, name in enumerate(EVENT_TYPES, 1)}
CHANNELS: Final[dict[str | None, int]] = {None: 0} | {
    name: at for at, name in enumerate(get_args(Channel), 1)
}
OUTCOMES: Final = tuple(Outcome)
"""Outcomes by their severity."""
_TYPES: Final[tuple[str, ...]] = ("", *EVENT_TYPES)
_CHANNELS: Final[tuple[str, ...]] = ("", *get_args(Channel))


def type_at(code: int) -> str:
    """Give the event type of a code.

    >>> type_at(TYPES["login"])
    'login'
    """
    return _TYPES[code]


def channel_at(code: int) -> str:
    """Give the channel of a code; empty for none.

    >>> channel_at(CHANNELS["mobile"]), channel_at(CHANNELS[None])
    ('mobile', '')
    """
    return _CHANNELS[code]
