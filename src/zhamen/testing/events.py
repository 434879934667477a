"""Events and journal entries with boring contents."""

from datetime import timedelta

import msgspec

from zhamen.events.door import content_digest
from zhamen.events.model import Transfer
from zhamen.events.parts import Account
from zhamen.ports.journal import GENESIS, Entry, link
from zhamen.testing.clock import NOON
from zhamen.testing.gate import TallyGate

__all__ = ["make_entries", "make_transfer"]


def make_transfer(number: int) -> Transfer:
    """Make the transfer T`number`: from one of 7 accounts to one of 3, a second after the one before.

    >>> make_transfer(8).event_id, make_transfer(8).debtor_account.id
    ('T8', 'debtor-1')
    """
    return Transfer(
        event_id=f"T{number}",
        occurred_at=NOON + timedelta(seconds=number % 240),
        debtor_account=Account(id=f"debtor-{number % 7}"),
        creditor_account=Account(id=f"creditor-{number % 3}"),
        amount_minor=100 + number,
        currency="CNY",
    )


def make_entries(count: int, *, after: Entry | None = None) -> list[Entry]:
    """Make `count` entries that follow from `after`, decided by a gate that saw nothing before them."""
    gate, entries = TallyGate(), []
    seq, chain = (0, GENESIS) if after is None else (after.seq, after.chain)
    for number in range(seq + 1, seq + count + 1):
        event = make_transfer(number)
        decision = msgspec.json.encode(gate.decide(event, trace_id=f"trace-{number}", decided_at=NOON))
        content = msgspec.json.encode(event)
        chain = link(chain, content, decision)
        entry = Entry(
            seq=number,
            event_id=event.event_id,
            digest=content_digest(event),
            chain=chain,
            event=content,
            decision=decision,
        )
        entries.append(entry)
    return entries
