"""The patterns that are looked for, and what is never one."""

from enum import IntEnum
from typing import Final

from zhamen.networks.graph.kinds import AccountKind, EdgeKind

__all__ = ["BULK", "BULK_BITS", "COUNTED_KINDS", "OFFICIAL", "OFFICIAL_BITS", "Typology"]


class Typology(IntEnum):
    """A pattern, by its number in the literature that it is taken from (T8 and T11 are batches)."""

    FAN_IN = 1
    FAN_OUT = 2
    PASS_THROUGH = 3
    CYCLE = 4
    SCATTER_GATHER = 5
    GATHER_SCATTER = 6
    CHAIN = 7
    SPLITTING = 9
    WOKEN = 10
    NEW_PAYERS = 12


COUNTED_KINDS: Final = (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.ENTRY)
"""Edges between two parties; unless both are one owner's."""

BULK: Final = (
    AccountKind.MERCHANT,
    AccountKind.WALLET,
    AccountKind.PAYROLL,
    AccountKind.CLEARING,
    AccountKind.GOVERNMENT,
)
"""Accounts of very many: no pattern is one's, and none goes through one."""

OFFICIAL: Final = (AccountKind.PAYROLL, AccountKind.CLEARING, AccountKind.GOVERNMENT)
"""What they pay is no receipt to pass on, and what they get is no passing on: salary, loan, tax."""

BULK_BITS: Final = sum(1 << int(kind) for kind in BULK)
OFFICIAL_BITS: Final = sum(1 << int(kind) for kind in OFFICIAL)
