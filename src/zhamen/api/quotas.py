"""How much each caller may ask: a rate, and a number under way at once."""

from collections.abc import Callable
from dataclasses import dataclass

from zhamen.core.errors import QuotaExceeded

__all__ = ["Quotas"]


@dataclass(slots=True)
class _Account:
    left: float
    at: float
    under_way: int = 0


class Quotas:
    """One token bucket and one counter per API key; a bucket holds one second's worth.

    Parameters
    ----------
    rate
        Events a second.
    under_way
        Events at once.
    clock
        Seconds that only grow, such as ``time.monotonic``.
    """

    def __init__(self, rate: int, under_way: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._most = under_way
        self._clock = clock
        self._accounts: dict[str, _Account] = {}

    def take(self, key_id: str, events: int = 1) -> None:
        """Count `events` of a key as under way, all or none; `give_back` must follow.

        Raises
        ------
        QuotaExceeded
            Too many at once, or too many in this second; ``retry_after`` says when there is room.
        """
        now = self._clock()
        account = self._accounts.get(key_id)
        if account is None:
            account = self._accounts[key_id] = _Account(self._rate, now)
        left = min(self._rate, account.left + (now - account.at) * self._rate)
        account.left, account.at = left, now
        if account.under_way + events > self._most:
            raise QuotaExceeded(
                f"the API key {key_id} has {account.under_way} events under way, of {self._most} allowed; "
                "wait for answers before sending more",
                retry_after=0.1,
            )
        if left < events:
            raise QuotaExceeded(
                f"the API key {key_id} sends more than {self._rate} events a second; send more slowly",
                retry_after=round((events - left) / self._rate, 3),
            )
        account.left = left - events
        account.under_way += events

    def give_back(self, key_id: str, events: int = 1) -> None:
        """Count `events` of a key as answered."""
        self._accounts[key_id].under_way -= events
