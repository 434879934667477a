"""Where everything stands in the memory of the patterns.

One flat array of int64 words that is never moved, in regions that only grow at their ends::

    header   tails of the windows, the settings, the headers of the tables
    rows     one for each account, at its number
    pairs    debtor and creditor with a transfer in the window; a table
    woken    accounts that moved again after long; a table
    taken    transfers that came back, while in the window; a table
    chains   how long the chain is that ends at each of the newest edges; a ring
    marks    the effective time at every so many edges
    lists    what one look writes down; not kept
    largest  how much an account's largest payee got, a word each; not kept

Edges are places in the graph's log, from 0; where 0 stands for none, the place + 1.
"""

from typing import Final

__all__: list[str] = []

# -- The header --------------------------------------------------------------------------------

FOLLOWED: Final = 2
"""The first edge that was not followed."""
NOW: Final = 3
"""The effective time: the latest of all edges followed."""
FULL: Final = 4
"""The budget is used up."""
FIRST_NUMBER: Final = 5
"""The number in public of the first edge of the log."""
FIRST_MARK: Final = 6
"""Which mark is the first in its region."""
ROWS_USED: Final = 7
"""Above every account that has a row."""
TAILS: Final = 8
"""A record for each window."""
PAIRS: Final = 32
"""The headers of the tables."""
WOKEN: Final = 40
TAKEN: Final = 48
AT_ROWS: Final = 64
AT_PAIR_BUCKETS: Final = 65
AT_PAIRS: Final = 66
AT_WOKEN_BUCKETS: Final = 67
AT_WOKEN: Final = 68
AT_TAKEN_BUCKETS: Final = 69
AT_TAKEN: Final = 70
AT_CHAINS: Final = 71
AT_MARKS: Final = 72
AT_LISTS: Final = 73
BUDGET: Final = 74
AT_LARGEST: Final = 75
SETTINGS: Final = 128
HEADER_WORDS: Final = 512

# -- A window: how far its tail has come -------------------------------------------------------------

TAIL_EDGE: Final = 0
"""The oldest edge within it."""
TAIL_TIME: Final = 1
"""The effective time of the edge before."""
TAIL_WIDTH: Final = 2
TAIL_WORDS: Final = 4
WHOLE: Final = TAILS
"""The window of all that has none of its own."""
PASSING: Final = TAILS + TAIL_WORDS
SCATTER: Final = TAILS + 2 * TAIL_WORDS
HOLDING: Final = TAILS + 3 * TAIL_WORDS

# -- An account: its row --------------------------------------------------------------------------------

R_FANS: Final = 0
"""Distinct payers in the upper half, payees in the lower."""
R_IN_SUM: Final = 1
R_OUT_SUM: Final = 2
R_SPLITS: Final = 3
"""Transfers just below the limit in the upper half, at or just above it in the lower."""
R_NEWEST: Final = 4
"""The newest transfer in + 1 in the upper half, out + 1 in the lower."""
R_LARGE: Final = 5
"""The newest large receipt + 1 in the upper half; the new payers in the lower."""
R_SEEN: Final = 6
"""When it last moved, + `LATER`; 0 for never."""
R_OPENED: Final = 7
"""When it was opened, + `LATER`, above `MARK_BITS` bits; 0 there for not told."""
ROW_WORDS: Final = 8
LATER: Final = 2**55
"""Makes every time positive."""
MARK_BITS: Final = 2
GATHERED: Final = 1
"""It had many payers when it came to many payees."""
IS_WOKEN: Final = 2
"""It has a row among the woken."""
HALF: Final = 2**32
LOWER: Final = HALF - 1

# -- A pair -----------------------------------------------------------------------------------------------

P_COUNT: Final = 2
"""Transfers in the window in the upper half; in the lower the first one ever + 1, where it counts as new."""
P_SUM: Final = 3
PAIR_WORDS: Final = 4

# -- An account that moved again ------------------------------------------------------------------------

W_SINCE: Final = 2
W_IDLE: Final = 3
"""How long it had not moved."""
W_PROBE: Final = 4
"""1 when the first movement was a small one."""
W_IN: Final = 5
W_OUT: Final = 6
W_EDGE: Final = 7
"""The movement that woke it."""
WOKEN_WORDS: Final = 8

# -- A transfer that came back ----------------------------------------------------------------------------

T_BACK: Final = 2
"""How much of it."""
TAKEN_WORDS: Final = 4

# -- Marks and lists --------------------------------------------------------------------------------------

MARK_EDGES: Final = 4096
"""A mark stands at every edge whose number this divides."""
L_EDGES: Final = 0
"""Edges of an account; behind them those of another."""
L_OTHERS: Final = 512
L_HEADS: Final = 1024
"""The edges that a cycle is looked for behind."""
L_PAYERS: Final = 2048
"""Who scattered, through how many, and through whom last."""
L_SEEN: Final = 2304
LIST_WORDS: Final = 4096

# -- The settings --------------------------------------------------------------------------------------------

S_FAN_IN: Final = SETTINGS
S_FAN_IN_SUM: Final = SETTINGS + 1
S_FAN_OUT: Final = SETTINGS + 2
S_LARGEST: Final = SETTINGS + 3
"""Shares are in millionths."""
S_PASS_MINOR: Final = SETTINGS + 4
S_PASS_SHARE: Final = SETTINGS + 5
S_CYCLE_LONGEST: Final = SETTINGS + 6
S_CYCLE: Final = SETTINGS + 7
S_CYCLE_LOW: Final = SETTINGS + 8
S_CYCLE_HIGH: Final = SETTINGS + 9
S_SCATTER: Final = SETTINGS + 10
S_GATHER: Final = SETTINGS + 11
S_SPREAD: Final = SETTINGS + 12
S_COVERED: Final = SETTINGS + 13
S_CHAIN: Final = SETTINGS + 14
S_CHAIN_LOW: Final = SETTINGS + 15
S_SPLIT_FROM: Final = SETTINGS + 16
S_SPLIT_LIMIT: Final = SETTINGS + 17
S_SPLIT_OVER: Final = SETTINGS + 18
S_SPLIT: Final = SETTINGS + 19
S_SPLIT_SHARE: Final = SETTINGS + 20
S_IDLE: Final = SETTINGS + 21
S_WOKEN_FOR: Final = SETTINGS + 22
S_WOKEN_SUM: Final = SETTINGS + 23
S_WOKEN_SHARE: Final = SETTINGS + 24
S_PROBE: Final = SETTINGS + 25
S_YOUNG: Final = SETTINGS + 26
S_NEW_PAYERS: Final = SETTINGS + 27
S_MOST_EDGES: Final = SETTINGS + 28
S_MOST_LEGS: Final = SETTINGS + 29
S_CYCLE_BUDGET: Final = SETTINGS + 30
S_CHAIN_MEMORY: Final = SETTINGS + 31
MILLION: Final = 1_000_000.0
