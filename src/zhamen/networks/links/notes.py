"""What is told of an account: that it was seen with a thing, opened, reported."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import LIVE_WORDS
from zhamen.networks.links.layout import (
    A_LINKS,
    A_OPENED,
    A_OPENINGS,
    A_REPORTED,
    A_REPORTS,
    AT_SUMS,
    BUDGET,
    CLEARED,
    CLOCK,
    HALF,
    HORIZON,
    IN_ACCOUNT,
    IN_AT,
    IN_VALUE,
    IN_WHAT,
    L_NEXT,
    L_SEEN,
    LOWER,
    NEEDED,
    NEVER,
    OPENED,
    RECENT_END,
    RECENT_WORDS,
    REPORTED,
    T_LINKS,
    TIME_PASSES,
    WINDOW,
)
from zhamen.networks.links.rows import (
    account_of,
    account_row,
    add_link,
    enrol,
    enrol_thing,
    find_link,
    link_row,
    thing_of,
    thing_row,
    weight_of,
)
from zhamen.networks.links.unions import first_of, forget_recent, meet, note_recent

__all__ = ["has_room", "take"]


@inlined
def has_room(links: Words) -> bool:
    """Tell whether more may be taken."""
    return links[LIVE_WORDS] + links[RECENT_END] * RECENT_WORDS < links[BUDGET]


@inlined
def take(links: Words, given: Words, at: int) -> None:
    """Take one thing that is told."""
    what, instant = given[at + IN_WHAT], given[at + IN_AT]
    links[CLOCK] = max(links[CLOCK], instant)
    forget_recent(links)
    if what == TIME_PASSES:
        return
    account = enrol(links, given[at + IN_ACCOUNT])
    if what == OPENED:
        _open(links, account, instant)
    elif what == REPORTED:
        _report(links, account, 1)
    elif what == CLEARED:
        _report(links, account, 0)
    elif instant > links[HORIZON]:
        _see(links, account, enrol_thing(links, what, given[at + IN_VALUE]), instant)


@inlined
def _open(links: Words, account: int, instant: int) -> None:
    row = account_row(links, account)
    if links[row + A_OPENED] != NEVER:
        return
    links[row + A_OPENED] = instant
    if instant > links[CLOCK] - links[WINDOW]:
        note_recent(links, account, 0)
        links[account_row(links, first_of(links, account)) + A_OPENINGS] += 1


@inlined
def _report(links: Words, account: int, reported: int) -> None:
    row = account_row(links, account)
    links[account_row(links, first_of(links, account)) + A_REPORTS] += reported - links[row + A_REPORTED]
    links[row + A_REPORTED] = reported


@inlined
def _see(links: Words, account: int, thing: int, instant: int) -> None:
    row = find_link(links, account, thing)
    if row >= 0:
        links[row + L_SEEN] = max(links[row + L_SEEN], instant)
        return
    row = add_link(links, account, thing)
    links[row + L_SEEN] = instant
    if weight_of(links, thing) > 0:
        _meet_others(links, account, thing)


@inlined
def _meet_others(links: Words, account: int, thing: int) -> None:
    """Join the account with those that have the thing too, where all that they share weighs enough."""
    _add_weights(links, account, 1)
    link = links[thing_row(links, thing) + T_LINKS]
    while link != 0:
        row = link_row(links, link - 1)
        other = account_of(links, row)
        if other != account and links[links[AT_SUMS] + other] >= links[NEEDED]:
            meet(links, account, other)
        link = links[row + L_NEXT] & LOWER
    _add_weights(links, account, 0)


@inlined
def _add_weights(links: Words, account: int, keep: int) -> None:
    """Add up for each other account what it shares with this one; with 0, make the sums 0 again."""
    link, sums = links[account_row(links, account) + A_LINKS], links[AT_SUMS]
    while link != 0:
        row = link_row(links, link - 1)
        thing = thing_of(links, row)
        weight = weight_of(links, thing)
        other = links[thing_row(links, thing) + T_LINKS] if weight > 0 else 0
        while other != 0:
            others = link_row(links, other - 1)
            place = sums + account_of(links, others)
            links[place] = (links[place] + weight) * keep
            other = links[others + L_NEXT] & LOWER
        link = links[row + L_NEXT] >> HALF
