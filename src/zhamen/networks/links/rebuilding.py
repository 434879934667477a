"""Every night: old links are forgotten, and clusters are made anew of those that are left."""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import ROW_CODE, TABLE_TOP
from zhamen.features.table import free_row
from zhamen.networks.links.layout import (
    A_JOINED,
    A_JOININGS,
    A_LINKS,
    A_NEXT,
    A_OPENINGS,
    A_PARENT,
    A_REPORTED,
    A_REPORTS,
    A_SIZE,
    ACCOUNTS,
    AT_LINK_BUCKETS,
    AT_LINKS,
    AT_RECENT,
    AT_SUMS,
    AT_THING_BUCKETS,
    AT_THINGS,
    C_AT,
    C_WHAT,
    CLOCK,
    HALF,
    HORIZON,
    KEPT,
    L_NEXT,
    L_SEEN,
    LINK_WORDS,
    LINKS,
    NEEDED,
    NEVER,
    RECENT_END,
    RECENT_FIRST,
    RECENT_WORDS,
    T_ACCOUNTS,
    T_LINKS,
    THING_WORDS,
    THINGS,
    WINDOW,
)
from zhamen.networks.links.rows import account_of, account_row, link_row, push, thing_of, thing_row, weight_of
from zhamen.networks.links.unions import count, first_of, join, note_recent

__all__ = ["rebuild"]

_FREE: Final = -1


@inlined
def rebuild(links: Words, ends: Words, members: Words, now: int) -> None:
    """Forget what is old and part all clusters, then join whoever is linked.

    `ends` has a word for each thing, `members` one for each link; what is in them does not matter.
    """
    links[CLOCK] = max(links[CLOCK], now)
    links[HORIZON] = links[CLOCK] - links[KEPT]
    _part(links)
    _drop_links(links)
    _drop_things(links)
    _gather(links, ends, members)
    for account in range(links[ACCOUNTS + TABLE_TOP]):
        _join_linked(links, ends, members, account)
    _recall_recent(links)


@inlined
def _part(links: Words) -> None:
    for account in range(links[ACCOUNTS + TABLE_TOP]):
        row = account_row(links, account)
        links[row + A_LINKS] = 0
        links[row + A_PARENT] = account
        links[row + A_NEXT] = account
        links[row + A_SIZE] = 1
        links[row + A_REPORTS] = links[row + A_REPORTED]
        links[row + A_OPENINGS] = 0
        links[row + A_JOININGS] = 0


@inlined
def _drop_links(links: Words) -> None:
    """Forget old links; thread the rest anew, so that those of an account stand in the order of memory."""
    for thing in range(links[THINGS + TABLE_TOP]):
        row = thing_row(links, thing)
        links[row + T_LINKS] = 0
        links[row + T_ACCOUNTS] = 0
    for back in range(links[LINKS + TABLE_TOP]):
        row = link_row(links, links[LINKS + TABLE_TOP] - 1 - back)
        if links[row + ROW_CODE] == _FREE:
            continue
        if links[row + L_SEEN] > links[HORIZON]:
            push(links, row)
        else:
            free_row(links, LINKS, links[AT_LINK_BUCKETS], links[AT_LINKS], LINK_WORDS, row)


@inlined
def _drop_things(links: Words) -> None:
    for thing in range(links[THINGS + TABLE_TOP]):
        row = thing_row(links, thing)
        if links[row + T_ACCOUNTS] == 0 and links[row + ROW_CODE] != _FREE:
            free_row(links, THINGS, links[AT_THING_BUCKETS], links[AT_THINGS], THING_WORDS, row)


@inlined
def _gather(links: Words, ends: Words, members: Words) -> None:
    """Write the accounts of each thing that weighs something side by side, up to its end in `ends`."""
    end = 0
    for thing in range(links[THINGS + TABLE_TOP]):
        ends[thing] = end
        if weight_of(links, thing) > 0:
            end += links[thing_row(links, thing) + T_ACCOUNTS]
    for link in range(links[LINKS + TABLE_TOP]):
        row = link_row(links, link)
        if links[row + ROW_CODE] != _FREE and weight_of(links, thing_of(links, row)) > 0:
            members[ends[thing_of(links, row)]] = account_of(links, row)
            ends[thing_of(links, row)] += 1


@inlined
def _join_linked(links: Words, ends: Words, members: Words, account: int) -> None:
    """Join an account with every later one that is linked with it."""
    sums, needed, first = links[AT_SUMS], links[NEEDED], account_row(links, account) + A_LINKS
    for adding in (True, False):
        link = links[first]
        while link != 0:
            row = link_row(links, link - 1)
            thing = thing_of(links, row)
            weight = weight_of(links, thing)
            size = links[thing_row(links, thing) + T_ACCOUNTS] if weight > 0 else 0
            for at in range(ends[thing] - size, ends[thing]):
                other = members[at]
                if adding:
                    links[sums + other] += weight
                    continue
                if other > account and links[sums + other] >= needed:
                    _join_once(links, account, other)
                links[sums + other] = 0
            link = links[row + L_NEXT] >> HALF


@inlined
def _join_once(links: Words, account: int, other: int) -> None:
    one, two = first_of(links, account), first_of(links, other)
    if one != two:
        join(links, one, two)


@inlined
def _recall_recent(links: Words) -> None:
    """Count what is recent in the new clusters; who was alone until now has joined one now."""
    for account in range(links[ACCOUNTS + TABLE_TOP]):
        if _is_alone(links, account):
            links[account_row(links, account) + A_JOINED] = NEVER
    kept, since = 0, links[CLOCK] - links[WINDOW]
    for recent in range(links[RECENT_FIRST], links[RECENT_END]):
        at, to = links[AT_RECENT] + recent * RECENT_WORDS, links[AT_RECENT] + kept * RECENT_WORDS
        instant, what = links[at + C_AT], links[at + C_WHAT]
        joined = links[account_row(links, what >> 1) + A_JOINED]
        if instant > since and (what & 1 == 0 or joined == instant):
            links[to + C_AT] = instant
            links[to + C_WHAT] = what
            count(links, what, 1)
            kept += 1
    links[RECENT_FIRST] = 0
    links[RECENT_END] = kept
    for account in range(links[ACCOUNTS + TABLE_TOP]):
        row = account_row(links, account)
        if links[row + A_JOINED] == NEVER and not _is_alone(links, account):
            links[row + A_JOINED] = links[CLOCK]
            note_recent(links, account, 1)
            count(links, (account << 1) | 1, 1)


@inlined
def _is_alone(links: Words, account: int) -> bool:
    return links[account_row(links, first_of(links, account)) + A_SIZE] == 1
