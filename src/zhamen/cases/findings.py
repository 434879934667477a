"""What closed cases came to: something to tell the police, and accounts that were confirmed as suspects."""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

__all__ = ["Finding", "Findings", "grouped_findings", "sum_findings"]


class Finding(Struct, frozen=True, kw_only=True):
    """One case that was closed as fraud or as suspicious.

    ``unit`` is the path of the unit that closed it, ``channel`` that of the alert that opened it, empty where
    it had none. ``scam`` is the kind of scam, or the typology where nobody has told the kind. ``suspects``
    are numbers of accounts.
    """

    unit: str
    closed_at: datetime
    channel: str
    scam: str
    confirmed: bool
    suspects: tuple[int, ...] = ()


class Findings(Struct, frozen=True, kw_only=True):
    """What cases that were closed in a period came to.

    ``clues`` are cases with something to tell the police: confirmed or suspicious. ``suspects`` are the
    accounts that the confirmed ones suspect, each once.
    """

    confirmed: int = 0
    clues: int = 0
    suspects: int = 0


def sum_findings(found: Iterable[Finding]) -> Findings:
    """Count cases and suspects.

    Examples
    --------
    >>> from datetime import UTC
    >>> def closed(*suspects, confirmed=True):
    ...     return Finding(unit="HQ", closed_at=datetime(2026, 3, 2, tzinfo=UTC), channel="", scam="task",
    ...                    confirmed=confirmed, suspects=suspects)
    >>> sum_findings([closed(1, 2), closed(2), closed(3, confirmed=False)])
    Findings(confirmed=2, clues=3, suspects=2)
    """
    cases = list(found)
    confirmed = [one for one in cases if one.confirmed]
    suspects = {account for one in confirmed for account in one.suspects}
    return Findings(confirmed=len(confirmed), clues=len(cases), suspects=len(suspects))


def grouped_findings(found: Iterable[Finding], key: Callable[[Finding], str]) -> dict[str, Findings]:
    """Count cases and suspects under each value of a key; a suspect of two values counts under both."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return {value: sum_findings(group) for value, group in groups.items()}
