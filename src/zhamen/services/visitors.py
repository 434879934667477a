"""How much anyone may ask without saying who they are."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from zhamen.core.errors import QuotaExceeded

__all__ = ["Allowance", "Visitors", "household"]

_REMEMBERED: Final = 100_000
_V6_HOUSEHOLD: Final = 56


@dataclass(frozen=True, slots=True)
class Allowance:
    """At once, and then one more each ``seconds``."""

    at_once: int
    seconds: float


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


def household(address: str) -> str:
    """Give the part of an address that one connection has: all of IPv4, the /56 of IPv6.

    Examples
    --------
    >>> household("192.0.2.7"), household("2001:db8:1:2:3::4"), household("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1::/56', '192.0.2.7')
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found, _V6_HOUSEHOLD), strict=False))
        found = found.ipv4_mapped
    return str(found)


class Visitors:
    """One token bucket for each household, and one for all together.

    Parameters
    ----------
    clock
        Seconds that only grow, such as ``time.monotonic``.

    Notes
    -----
    Remembers the 100,000 households that asked last. One that is forgotten has asked for nothing
    since 100,000 others did, or the bucket of all would have stopped them.

    Examples
    --------
    >>> visitors = Visitors(Allowance(1, 60), Allowance(100, 0.01), clock=lambda: 0.0)
    >>> visitors.take("192.0.2.7")
    >>> visitors.take("192.0.2.7")
    Traceback (most recent call last):
    zhamen.core.errors.QuotaExceeded: this connection has asked too often; ask again in 60 seconds
    """

    def __init__(self, each: Allowance, everyone: Allowance, clock: Callable[[], float]) -> None:
        self._each = each
        self._everyone = everyone
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._all = _Bucket(everyone.at_once, clock())

    def take(self, address: str) -> None:
        """Count one question.

        Raises
        ------
        QuotaExceeded
            This household, or all together, ask too much; ``retry_after`` says when there is room.
        """
        now = self._clock()
        name = household(address)
        bucket = self._buckets.pop(name, None) or _Bucket(self._each.at_once, now)
        self._buckets[name] = bucket
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        wait = _wait(bucket, self._each, now)
        if wait:
            raise QuotaExceeded(
                f"this connection has asked too often; ask again in {wait:.0f} seconds", retry_after=wait
            )
        wait = _wait(self._all, self._everyone, now)
        if wait:
            raise QuotaExceeded("too many people ask at this moment; ask again soon", retry_after=wait)
        bucket.left -= 1
        self._all.left -= 1


def _wait(bucket: _Bucket, allowance: Allowance, now: float) -> float:
    """Fill a bucket up to now and give the seconds until it has one more; 0 when it has."""
    bucket.left = min(allowance.at_once, bucket.left + (now - bucket.at) / allowance.seconds)
    bucket.at = now
    return 0.0 if bucket.left >= 1 else (1 - bucket.left) * allowance.seconds
