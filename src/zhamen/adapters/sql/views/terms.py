"""What entries are found by: terms, and the blocks in which their mentions lie."""

from typing import Final

from zhamen.core.identifiers import identity
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer
from zhamen.features.roles import ENTITIES
from zhamen.gate.decision import Decision, Outcome

__all__ = ["BLOCK", "amount_terms", "block_of", "term", "terms_of"]

BLOCK: Final = 1 << 15
"""Entries in a block: its mentions fit the cache of a writer, and few blocks hold all that is asked for."""
_KINDS: Final = tuple(ENTITIES.values())
_READ: Final = flat_reader(tuple(ENTITIES))


def term(kind: str, value: str) -> int:
    """Give the term of something that entries have: 63 bits, the same in every process.

    >>> term("account", "6222020200112233445") == term("device", "6222020200112233445")
    False
    """
    return identity(f"{kind}\0{value}")


def block_of(seq: int) -> int:
    """Give the block that an entry's mentions are in.

    >>> block_of(1), block_of(BLOCK), block_of(BLOCK + 1)
    (0, 0, 1)
    """
    return (seq - 1) // BLOCK


def amount_terms(least: int, most: int) -> list[int]:
    """Give the terms of which every amount between two has one; amounts are named by their power of two.

    >>> len(amount_terms(100, 1000)), amount_terms(1000, 1000) == amount_terms(512, 1023)
    (4, True)
    """
    return [term("amount", str(bits)) for bits in range(max(least, 1).bit_length(), most.bit_length() + 1)]


def terms_of(event: AnyEvent, decision: Decision, unit: str) -> set[int]:
    """Give the terms of an entry: who and what it is about, and how it was decided."""
    named = [
        f"{kind}\0{value}" for kind, value in zip(_KINDS, _READ(event), strict=True) if value is not None
    ]
    named += (f"unit\0{unit}", f"trace\0{decision.trace_id}")
    if decision.outcome is not Outcome.ALLOW:
        named.append(f"outcome\0{decision.outcome}")
    if decision.reasons:
        named += [f"rule\0{reason.code}" for reason in decision.reasons]
    amount = getattr(event, "amount_minor", None)
    if amount is not None:
        named.append(f"amount\0{amount.bit_length()}")
    if isinstance(event, Transfer | CashWithdrawal):
        named.append(f"event\0{event.event_id}")
    return set(map(identity, named))
