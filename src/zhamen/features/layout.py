"""Where everything stands in the one memory, and what the words of the program mean.

The memory is one flat array of int64 words, cut into regions that only ever grow at their ends::

    header   what the state knows about itself, and the lists of free blocks
    blocks   rings of records and of extremes, and distinct values, in blocks of 2^c of them
    rows     per series, one row per key: a table, with its buckets beside it

The program is the plan as words: a table that the kernel reads and never changes. Names that
begin with the same word are the places within one record of it.
"""

from typing import Final

__all__: list[str] = []

# -- The header of the memory ------------------------------------------------------------------

WATERMARK: Final = 0
"""The newest event time seen."""
LIVE_WORDS: Final = 1
"""Words in use in all regions; what the budget is held against."""
BLOCKS_TOP: Final = 2
"""Where the next new block begins, within its region."""
BLOCK_WORDS: Final = 3
"""Words in blocks in use."""
EVENTS: Final = 4
"""Events seen."""
TABLES: Final = 8
"""The headers of the tables of keys, series by series."""
TABLE_HEADER: Final = 8
SERIES_LIMIT: Final = 64
FREE_BLOCKS: Final = TABLES + TABLE_HEADER * SERIES_LIMIT
"""Heads of the lists of free blocks, by stride and class."""
STRIDE_LIMIT: Final = 64
CLASS_LIMIT: Final = 40
HEADER_WORDS: Final = 4096

# -- The header of a table (rows found by linear hashing) ------------------------------------

TABLE_BUCKETS: Final = 0
"""How many buckets there are."""
TABLE_MASK: Final = 1
TABLE_TOP: Final = 2
"""How many rows were ever used at once."""
TABLE_FREE: Final = 3
"""The first free row + 1."""
TABLE_LIVE: Final = 4
"""Rows in use."""
TABLE_CURSOR: Final = 5
"""The row that the sweep looks at next."""
TABLE_RECORDS: Final = 6
"""Records held."""

FIRST_BUCKETS: Final = 64

# -- The first words of a key's row ------------------------------------------------------------

ROW_CODE: Final = 0
"""What it is found by; -1 in a free row."""
ROW_LINK: Final = 1
"""The next row + 1 in its bucket, or in the list of free rows."""

# Behind these stand the key's tails and totals, as the plan lays them out.

KEY_RING: Final = 2
"""Its records."""
KEY_ENTERED: Final = 5
"""Up to where the records count already; those behind come later (a series with a delay)."""
KEY_ADVANCED: Final = 6
"""The instant its windows stand at."""
KEY_WORDS: Final = 7

# -- A ring ------------------------------------------------------------------------------------

RING_BLOCK: Final = 0
RING_FIRST: Final = 1
RING_END: Final = 2
RING_WORDS: Final = 3

# -- The distinct values of a key: a header in its row, and slots in a block -----------------

VALUES_BLOCK: Final = 0
VALUES_COUNT: Final = 1
VALUES_WORDS: Final = 2
SLOT_VALUE: Final = 0
SLOT_LATEST: Final = 1
"""The position of the latest record with the value + 1; 0 in a free slot."""
SLOT_WORDS: Final = 2

# -- A record ----------------------------------------------------------------------------------

RECORD_TIME: Final = 0
RECORD_FLAGS: Final = 1
"""A bit for each quantity it is in, and above them a bit for each in which a later record has its value."""
RECORD_WORDS: Final = 2

# -- The program: its head ---------------------------------------------------------------------

BUDGET: Final = 0
REGION_WORDS: Final = 1
BLOCKS: Final = 2
"""Where the region of blocks begins."""
INPUT_WORDS: Final = 3
OUTPUT_WORDS: Final = 4
LATENESS: Final = 5
SERIES: Final = 6
"""How many there are, and where the first stands."""
PAIRS: Final = 8
DERIVED: Final = 10
PROGRAM_WORDS: Final = 12

# -- A series ------------------------------------------------------------------------------------

S_TABLE: Final = 0
S_BUCKETS: Final = 1
S_ROWS: Final = 2
S_ROW_WORDS: Final = 3
S_STRIDE: Final = 4
S_HORIZON: Final = 5
"""Longest finite window and allowed lateness."""
S_DELAY: Final = 6
S_EVER: Final = 7
"""1 when it keeps totals for ever."""
S_WIDTHS: Final = 8
S_QUANTITIES: Final = 10
S_READS: Final = 12
S_BITS: Final = 14
"""The input that holds the bits of the quantities an event is in."""
S_KEYS: Final = 15
"""Where the input of the key stands for each event type; -1 when the type is not gathered."""
S_FIELDS: Final = 16
"""What a record holds: pairs of (place in the record, input)."""
S_OLDEST: Final = 18
"""Where the tail of the longest window stands; that of the records that count when there is none."""
S_VALUES: Final = 19
"""What it counts distinctly: pairs of (place of the header in the row, input)."""
S_QUEUES: Final = 21
"""Its queues of extremes: pairs of places in the key's row, of the queue and of the tail of the longest
window that asks."""
S_WORDS: Final = 23

# -- A window width of a series, and a cell: a quantity within it -----------------------------

W_WIDTH: Final = 0
W_TAIL: Final = 1
"""Where in the key's row its oldest record's position stands."""
W_CELLS: Final = 2
W_WORDS: Final = 4

C_BIT: Final = 0
C_SUPERSEDED: Final = 1
C_VALUE: Final = 2
C_LEVEL: Final = 3
C_EXPIRED: Final = 4
"""Where what has left the window is totalled."""
C_DISTINCT: Final = 5
C_FIRST: Final = 6
C_WORDS: Final = 7

# -- A quantity of a series --------------------------------------------------------------------

Q_BIT: Final = 0
Q_SUPERSEDED: Final = 1
Q_INPUT: Final = 2
"""The input of its value; the event's time when it has none."""
Q_VALUE: Final = 3
"""Where in the record the value stands; the time when it has none."""
Q_LEVEL: Final = 4
Q_TOTAL: Final = 5
Q_LAST: Final = 6
"""Where the position of its last record + 1 stands."""
Q_EVER_FIRST: Final = 7
"""Where the time and value of its first record ever stand."""
Q_DROPPED: Final = 8
"""Where the time and value of the last record that was dropped stand."""
Q_TABLE: Final = 9
"""Where the header of its distinct values stands."""
Q_DISTINCTS: Final = 10
"""Its distinct counts: pairs of places in the row, of the tail and of the count."""
Q_MAX: Final = 12
"""Where its queue of maxima stands, and the tail of the longest window that asks."""
Q_MIN: Final = 14
Q_CELLS: Final = 16
"""Its totals of what has left: pairs of (place in the row, level)."""
Q_WORDS: Final = 18

# -- What a total holds ---------------------------------------------------------------------------

LEVEL_COUNT: Final = 1
LEVEL_SUM: Final = 2
LEVEL_SQUARES: Final = 4
"""As many words: count, sum, and the squares' sum in two (low, high)."""

# -- A read: a series under one role's key --------------------------------------------------------

R_KEY: Final = 0
R_ROW: Final = 1
R_BEFORE: Final = 2
"""Its questions about what was before the event, how many and where."""
R_WITH: Final = 4
"""Its questions with the event included."""
R_WORDS: Final = 6

# -- A question: one operation on one quantity in one window -------------------------------------

O_CODE: Final = 0
O_OUTPUT: Final = 1
O_WIDTH: Final = 2
O_TAIL: Final = 3
O_QUANTITY: Final = 4
O_TOTAL: Final = 5
O_EXPIRED: Final = 6
O_CELL: Final = 7
"""Where in the row the operation's own word stands: distinct count, first position."""
O_WORDS: Final = 8

COUNT: Final = 0
SUM: Final = 1
MEAN: Final = 2
STD: Final = 3
DISTINCT: Final = 4
MIN: Final = 5
MAX: Final = 6
FIRST: Final = 7
SINCE_FIRST: Final = 8
LAST: Final = 9
SINCE_LAST: Final = 10

# -- A derived feature ------------------------------------------------------------------------------

D_CODE: Final = 0
D_OUTPUT: Final = 1
D_LEFT: Final = 2
D_RIGHT: Final = 3
D_LEFT_WIDTH: Final = 4
D_RIGHT_WIDTH: Final = 5
D_WORDS: Final = 6

QUOTIENT: Final = 0
TREND: Final = 1

# -- A key made of two identities ---------------------------------------------------------------

K_OUTPUT: Final = 0
K_LEFT: Final = 1
K_RIGHT: Final = 2
K_WORDS: Final = 3

# -- Bounds of time --------------------------------------------------------------------------------

NEVER: Final = -(2**62)
ALWAYS: Final = 2**62

IN_TIME: Final = 0
IN_TYPE: Final = 1
"""The type code + 1; 0 for a type that no series gathers."""
IN_FIELDS: Final = 2
