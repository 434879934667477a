"""The rules of tracing, the directions, and what can become of a piece of traced money."""

from enum import IntEnum

__all__ = ["ENDED", "HELD", "Direction", "Fate", "Rule"]


class Rule(IntEnum):
    """Which part of the money that leaves an account is the stolen money."""

    STOLEN_FIRST = 0
    """All of it, as long as there is any. Finds most; what remains is least."""
    FIFO = 1
    """First in, first out (Clayton's case). Exact, and blind where accounts hold money of their own."""
    HAIRCUT = 2
    """Pro rata to the stolen share of the balance, rounded down to the minor unit."""
    LIBR = 3
    """None, as long as other money covers it (lowest intermediate balance): what may be claimed."""
    POISON = 4
    """Everything that leaves an account once stolen money has come in: who is suspect, not how much."""


class Direction(IntEnum):
    """Which way money is followed. Backward is each rule's mirror image, in reversed posting order."""

    BACKWARD = 0
    """Where it came from."""
    FORWARD = 1
    """Where it went."""


class Fate(IntEnum):
    """What became of a piece, or of what is left of it."""

    RESTING = 0
    """In the account; followed on. Backward: from what the account had before the records begin."""
    HUB = 1
    """In an account of very many, or of a kind that is not followed on."""
    HOPS = 2
    """In an account as many hops away as are followed."""
    LATE = 3
    """In an account whose next transfer was later than is followed."""
    BELOW = 4
    """Too little to follow on."""
    EXITED = 5
    """At another institution."""
    CASHED = 6
    """Taken as cash; backward, brought as cash or paid by nobody's account."""
    CHARGED = 7
    """Taken by the bank as a fee."""
    UNEXPLAINED = 8
    """Gone by what no posting tells; a balance shows it."""
    RECOVERED = 9
    """Back with the victim."""
    MET_AGAIN = 10
    """Poison only: in an account that was reached before."""


HELD = (Fate.RESTING, Fate.HUB, Fate.HOPS, Fate.LATE)
"""Fates of money that lies in an account of ours."""
ENDED = tuple(fate for fate in Fate if fate not in HELD)
