"""Where everything stands in the memory of a trace, or of all open cases.

One flat array of int64 words, in regions: a table of the accounts that hold traced money, a table
of what older cases took of an edge, pieces, a heap of what to look at next, and cases. Names that
begin with the same word are the places within one record of it.
"""

from typing import Final

__all__: list[str] = []

# -- The header --------------------------------------------------------------------------------------

PIECES: Final = 2
"""How many pieces were ever in use at once; the limit is held against it."""
FREE: Final = 3
"""The first free piece + 1."""
HEAP: Final = 4
"""How many entries the heap has."""
RULE: Final = 5
FORWARD: Final = 6
WATERMARK: Final = 7
"""The first position in the log that is not looked at."""
LIMIT: Final = 8
TRUNCATED: Final = 9
"""1 once the limit was reached; what was not moved stays where it was."""
ESTIMATED: Final = 10
"""1 once an account's balance counted that is an estimate."""
LIVE: Final = 11
"""1 for the memory of open cases: edges come by themselves, and what is spent is given back."""
VICTIMS: Final = 12
"""How many words of victims there are."""
HOLDERS: Final = 16
"""The header of the table of accounts."""
TAKEN: Final = 24
"""The header of the table of edges that cases took of."""
AT_BUCKETS: Final = 32
AT_HOLDERS: Final = 33
AT_TAKEN_BUCKETS: Final = 34
AT_TAKEN: Final = 35
AT_PIECES: Final = 36
AT_HEAP: Final = 37
AT_CASES: Final = 38
AT_VICTIMS: Final = 39
HEADER_WORDS: Final = 512
REGIONS: Final = ("buckets", "holders", "taken_buckets", "taken", "pieces", "heap", "cases", "victims")

# -- An account that holds traced money ---------------------------------------------------------------

H_CODE: Final = 0
"""The account."""
H_FIRST: Final = 2
"""Its first lot + 1: pieces in order of case, then of arrival."""
H_LAST: Final = 3
H_SUM: Final = 4
"""What lies in it, of all cases, and is followed."""
H_DONE: Final = 5
"""The order of the last edge that was looked at, + 1."""
H_NEXT: Final = 6
"""The edge of it in the heap + 1, that is next to be looked at."""
HOLDER_WORDS: Final = 7

# -- An edge that cases took of ----------------------------------------------------------------------

T_CODE: Final = 0
T_AMOUNT: Final = 2
TAKEN_WORDS: Final = 3

# -- A piece: an amount that an edge brought to an account; a lot while some is left ---------------

P_PARENT: Final = 0
"""The piece that it was taken from; -1 for a seed."""
P_EDGE: Final = 1
P_AMOUNT: Final = 2
P_LEFT: Final = 3
P_PLACE: Final = 4
"""Where what can still be matched begins in the account's queue (FIFO)."""
P_END: Final = 5
P_META: Final = 6
"""Case, hop and fate."""
P_NEXT: Final = 7
"""The next lot + 1 of the account, or the next free piece + 1."""
PIECE_WORDS: Final = 8
FATE_BITS: Final = 8
FATE_MASK: Final = 255
HOP_MASK: Final = 0xFFFF
CASE_SHIFT: Final = 24

# -- A case ------------------------------------------------------------------------------------------

C_UNTIL: Final = 0
"""The last posting time that is looked at; backward, the first."""
C_MINIMUM: Final = 1
"""The least that is followed on."""
C_HOPS: Final = 2
C_HUB: Final = 3
"""How many edges an account may have before it is not followed on; 0 for any number."""
C_STOPPED: Final = 4
"""A bit for each kind of account that is not followed on."""
C_VICTIMS: Final = 5
"""Where its victims begin."""
C_VICTIM_COUNT: Final = 6
CASE_WORDS: Final = 8

ORDERS: Final = 2**31 - 1
"""Above every position in the log."""
