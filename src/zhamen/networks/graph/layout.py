"""Where everything stands in the memory of the graph.

The memory is one flat array of int64 words that is never moved, cut into regions that only ever
grow at their ends::

    header     counts, and where the regions begin
    buckets    of the table of accounts
    accounts   a row for each account, found by its identity; the row's number is the account
    log        a record for each edge, in posting order; the record's number is the edge
    slots      numbers of edges by account and direction, in blocks; words of 32 bits
    reversals  what each reversal takes back of which edge

Names that begin with the same word are the places within one record of it.
"""

from typing import Final

__all__: list[str] = []

# -- The header --------------------------------------------------------------------------------

EDGES: Final = 2
"""How many edges are in the log."""
UNITS: Final = 3
"""Where the next block of slots begins, in units."""
REVERSALS: Final = 4
"""How many reversals there are."""
FIRST_EDGE: Final = 5
"""The number in public of the first edge of the log; more than 0 once older ones have expired."""
REFUSED: Final = 6
"""Why the last posting was refused."""
ACCOUNTS: Final = 8
"""The header of the table of accounts."""
AT_BUCKETS: Final = 16
AT_ACCOUNTS: Final = 17
AT_LOG: Final = 18
AT_SLOTS: Final = 19
"""In words of 32 bits."""
AT_REVERSALS: Final = 20
BUDGET: Final = 21
HEADER_WORDS: Final = 512

# -- An account: its row in the table ------------------------------------------------------------

NOBODY: Final = 0
"""The account that stands for no account: cash, the bank itself, what is not known."""
NOBODY_CODE: Final = -2

A_CODE: Final = 0
"""Its identity."""
A_BALANCE: Final = 2
A_PAID: Final = 3
"""All that it ever paid out."""
A_OPENING: Final = 4
"""What it held before the first edge of the log, and ever paid out before it: units of its queue."""
A_PAID_BEFORE: Final = 5
"""What it had paid out before the first edge of the log."""
A_OUT: Final = 6
"""The index of its edges as debtor: unit of the newest block in the upper half, count in the lower."""
A_IN: Final = 7
"""The same as creditor."""
A_BACK: Final = 8
"""The same of reversals that it paid."""
A_KIND: Final = 9
"""Its kind, and above `KIND_BITS` bits the first edge + 1 since which its balance is an estimate."""
A_KNOWN: Final = 10
"""The first edge that its kind counts for; what came before is traced as if nobody knew it."""
ACCOUNT_WORDS: Final = 11
KIND_BITS: Final = 8

# -- An edge: its record in the log --------------------------------------------------------------

E_TIME: Final = 0
"""Its posting time, and in the lowest `META_BITS` bits its kind and flags."""
E_SIDES: Final = 1
"""Debtor in the upper half, creditor in the lower."""
E_AMOUNT: Final = 2
E_PAID: Final = 3
"""What the debtor had ever paid out before: where the edge begins in the queue of its money."""
E_PLACE: Final = 4
"""What the creditor had ever paid out and still held before: where in its queue the money comes to stand."""
EDGE_WORDS: Final = 5
META_BITS: Final = 8
KIND_MASK: Final = 15
SAME_OWNER: Final = 16
REVERSED: Final = 32
"""A later edge takes some of it back."""
FROM_OUTSIDE: Final = 64
"""The debtor is not an account of ours."""
TO_OUTSIDE: Final = 128
"""The creditor is not."""

EDGE_LIMIT: Final = 2**31 - 2
"""Edges in one log: their numbers are of 32 bits in slots."""
UNITS_LIMIT: Final = 2**31 - 1
TOTAL_LIMIT: Final = 2**62
"""What an account may ever pay out and hold, in minor units."""

# -- A block of slots ------------------------------------------------------------------------------

UNIT: Final = 4
"""Slots in the smallest block; a block of class k has twice as many as one of class k - 1."""
SLOT_BEFORE: Final = 0
"""The unit of the block before; 0 in the first. Behind it stand the entries."""

# -- A reversal ----------------------------------------------------------------------------------------

R_EDGE: Final = 0
R_ORIGINAL: Final = 1
"""The edge that it takes back."""
R_WITHIN: Final = 2
"""How much of it is within what was left of the original."""
R_UNSPENT: Final = 3
"""How much of the original's money its creditor still held, first in first out."""
REVERSAL_WORDS: Final = 4

# -- A posting: what the writer is given ---------------------------------------------------------

IN_TIME: Final = 0
IN_KIND: Final = 1
"""An `EdgeKind`, with `SAME_OWNER` where it applies."""
IN_DEBTOR: Final = 2
"""An identity; -1 when there is none."""
IN_CREDITOR: Final = 3
IN_AMOUNT: Final = 4
IN_DEBTOR_AFTER: Final = 5
"""The debtor's balance after, as the core has it; `UNKNOWN` when it does not say."""
IN_CREDITOR_AFTER: Final = 6
IN_ORIGINAL: Final = 7
"""The edge that a reversal takes back, as numbered in the log; -1 for other kinds."""
IN_WORDS: Final = 8
UNKNOWN: Final = -(2**62)

# -- Why a posting is refused ------------------------------------------------------------------------

BAD_KIND: Final = 1
BAD_AMOUNT: Final = 2
NO_DEBTOR: Final = 3
NO_CREDITOR: Final = 4
BAD_ORIGINAL: Final = 5
OTHER_SIDES: Final = 6
TOTAL_TOO_LARGE: Final = 7
LOG_FULL: Final = 8
BUDGET_USED: Final = 9
BAD_TIME: Final = 10
BAD_BALANCE: Final = 11
TIME_LIMIT: Final = 2**54
"""Microseconds since 1970; posting times lie within as many."""
