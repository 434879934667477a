"""Where everything stands in the memory of links.

The memory is one flat array of int64 words that is never moved, cut into regions that only ever
grow at their ends::

    header    the clock, the settings, and where the regions begin
    accounts  a row for each account, found by its identity
    things    a row for each device, address and so on, found by its kind and identity
    links     a row for each account and thing that were seen together
    recent    openings and joinings of the last days, in the order they were told
    sums      a word for each account, 0 but while weights are added up

Tables have their buckets in a region beside them. Names that begin with the same word are the
places within one record of it.
"""

from typing import Final

__all__: list[str] = []

# -- The header: words 0 to 7 are as in `zhamen.features.layout` ----------------------------------

CLOCK: Final = 2
"""The latest instant that was told."""
HORIZON: Final = 3
"""Links last seen by then are forgotten."""
RECENT_FIRST: Final = 4
RECENT_END: Final = 5
"""Which records of the recent are in the window."""
BUDGET: Final = 6
ACCOUNTS: Final = 8
THINGS: Final = 16
LINKS: Final = 24
"""The headers of the tables."""
AT_ACCOUNT_BUCKETS: Final = 32
AT_ACCOUNTS: Final = 33
AT_THING_BUCKETS: Final = 34
AT_THINGS: Final = 35
AT_LINK_BUCKETS: Final = 36
AT_LINKS: Final = 37
AT_RECENT: Final = 38
AT_SUMS: Final = 39
NEEDED: Final = 40
"""Settings, from here on."""
MOST: Final = 41
KEPT: Final = 42
WINDOW: Final = 43
WEIGHTS: Final = 64
"""What a thing weighs, by how many accounts have it; up to `MOST`."""
HEADER_WORDS: Final = 1024

REGIONS: Final = (
    "account_buckets",
    "accounts",
    "thing_buckets",
    "things",
    "link_buckets",
    "links",
    "recent",
    "sums",
)

NEVER: Final = -(2**62)

# -- An account ------------------------------------------------------------------------------------

A_CODE: Final = 0
"""Its identity."""
A_LINKS: Final = 2
"""The first of its links + 1."""
A_PARENT: Final = 3
"""An account of its cluster that was known before it; the first of all is its own."""
A_NEXT: Final = 4
"""Another account of its cluster; they form a circle."""
A_OPENED: Final = 5
"""When it was opened, or `NEVER`."""
A_JOINED: Final = 6
"""When it came into a cluster, or `NEVER`."""
A_REPORTED: Final = 7
"""1 when it was reported."""
A_SIZE: Final = 8
"""These four are kept of the whole cluster, at its first account."""
A_REPORTS: Final = 9
A_OPENINGS: Final = 10
A_JOININGS: Final = 11
ACCOUNT_WORDS: Final = 12

# -- A thing ---------------------------------------------------------------------------------------

T_CODE: Final = 0
"""Its kind in the upper 3 bits, its identity's lower 61 below."""
T_LINKS: Final = 2
"""The first of its links + 1."""
T_ACCOUNTS: Final = 3
"""How many accounts have it."""
THING_WORDS: Final = 4
KIND_SHIFT: Final = 61

# -- A link ----------------------------------------------------------------------------------------

L_CODE: Final = 0
L_SIDES: Final = 2
"""Account in the upper half, thing in the lower."""
L_NEXT: Final = 3
"""The next link + 1 of the account in the upper half, of the thing in the lower."""
L_SEEN: Final = 4
"""When it was seen last."""
LINK_WORDS: Final = 5
HALF: Final = 32
LOWER: Final = 2**32 - 1

# -- Something recent ------------------------------------------------------------------------------

C_AT: Final = 0
C_WHAT: Final = 1
"""The account, and in the lowest bit whether it joined a cluster (1) or was opened (0)."""
RECENT_WORDS: Final = 2

# -- What the writer is given ----------------------------------------------------------------------

IN_WHAT: Final = 0
"""A `LinkKind`, or one of those below."""
IN_ACCOUNT: Final = 1
IN_VALUE: Final = 2
IN_AT: Final = 3
IN_WORDS: Final = 4
OPENED: Final = 8
REPORTED: Final = 9
CLEARED: Final = 10
TIME_PASSES: Final = 11

# -- What a reader gets of an account --------------------------------------------------------------

OUT_FIRST: Final = 0
"""The identity of its cluster's first account."""
OUT_SIZE: Final = 1
"""0 for an account that is not known."""
OUT_REPORTS: Final = 2
OUT_OPENINGS: Final = 3
OUT_JOININGS: Final = 4
OUT_ACCOUNT: Final = 5
"""Its number; -1 for an account that is not known."""
OUT_WORDS: Final = 6
