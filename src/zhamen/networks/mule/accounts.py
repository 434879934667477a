"""Whose accounts are scored."""

from typing import Final

from zhamen.networks.graph.kinds import AccountKind
from zhamen.networks.tracing.request import NOT_FOLLOWED

__all__ = ["SCORED_BITS", "is_scored"]


def is_scored(kind: AccountKind) -> bool:
    """Say whether the score is of any use for accounts of a kind.

    Not for those that hold the money of very many, whose everyday is what makes a mule, nor for those
    at another institution, of which too little is seen.

    >>> is_scored(AccountKind.PERSON), is_scored(AccountKind.MERCHANT), is_scored(AccountKind.EXTERNAL)
    (True, False, False)
    """
    return kind is not AccountKind.EXTERNAL and kind not in NOT_FOLLOWED


SCORED_BITS: Final = sum(1 << int(kind) for kind in AccountKind if is_scored(kind))
"""A bit for each kind whose accounts are scored."""
