"""Clusters as a forest: who is its first account, how two become one, and who is new."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.links.layout import (
    A_JOINED,
    A_JOININGS,
    A_NEXT,
    A_OPENINGS,
    A_PARENT,
    A_REPORTS,
    A_SIZE,
    AT_RECENT,
    C_AT,
    C_WHAT,
    CLOCK,
    RECENT_END,
    RECENT_FIRST,
    RECENT_WORDS,
    WINDOW,
)
from zhamen.networks.links.rows import account_row

__all__ = ["count", "first_of", "forget_recent", "join", "meet", "note_recent"]


@inlined
def first_of(links: Words, account: int) -> int:
    """Give the first account of an account's cluster; itself when it is alone."""
    row = account_row(links, account)
    while links[row + A_PARENT] != account:
        above = account_row(links, links[row + A_PARENT])
        links[row + A_PARENT] = links[above + A_PARENT]
        account = links[row + A_PARENT]
        row = account_row(links, account)
    return account


@inlined
def join(links: Words, one: int, other: int) -> None:
    """Make one cluster of those with these two first accounts."""
    row, gone = account_row(links, min(one, other)), account_row(links, max(one, other))
    links[gone + A_PARENT] = min(one, other)
    for word in (A_SIZE, A_REPORTS, A_OPENINGS, A_JOININGS):
        links[row + word] += links[gone + word]
    after = links[row + A_NEXT]
    links[row + A_NEXT] = links[gone + A_NEXT]
    links[gone + A_NEXT] = after


@inlined
def meet(links: Words, one: int, other: int) -> None:
    """Put two linked accounts into one cluster; who was alone has joined it now."""
    one, other = first_of(links, one), first_of(links, other)
    if one == other:
        return
    for account in (one, other):
        row = account_row(links, account)
        if links[row + A_SIZE] == 1:
            links[row + A_JOINED] = links[CLOCK]
            note_recent(links, account, 1)
            links[row + A_JOININGS] += 1
    join(links, one, other)


@inlined
def note_recent(links: Words, account: int, joined: int) -> None:
    """Remember that an account was opened, or joined a cluster, now."""
    at = links[AT_RECENT] + links[RECENT_END] * RECENT_WORDS
    links[at + C_AT] = links[CLOCK]
    links[at + C_WHAT] = (account << 1) | joined
    links[RECENT_END] += 1


@inlined
def forget_recent(links: Words) -> None:
    """Count no more what the window has left behind."""
    since = links[CLOCK] - links[WINDOW]
    while links[RECENT_FIRST] < links[RECENT_END]:
        at = links[AT_RECENT] + links[RECENT_FIRST] * RECENT_WORDS
        if links[at + C_AT] > since:
            return
        count(links, links[at + C_WHAT], -1)
        links[RECENT_FIRST] += 1


@inlined
def count(links: Words, what: int, step: int) -> None:
    """Count something recent in, or out, of its account's cluster."""
    row = account_row(links, first_of(links, what >> 1))
    links[row + (A_JOININGS if what & 1 else A_OPENINGS)] += step
