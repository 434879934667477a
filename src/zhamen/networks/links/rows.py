"""Rows of accounts, things and links, by number and by what they are found by."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.table import add_row, find_row, scatter
from zhamen.networks.links.layout import (
    A_JOINED,
    A_LINKS,
    A_NEXT,
    A_OPENED,
    A_PARENT,
    A_SIZE,
    ACCOUNT_WORDS,
    ACCOUNTS,
    AT_ACCOUNT_BUCKETS,
    AT_ACCOUNTS,
    AT_LINK_BUCKETS,
    AT_LINKS,
    AT_THING_BUCKETS,
    AT_THINGS,
    HALF,
    KIND_SHIFT,
    L_NEXT,
    L_SIDES,
    LINK_WORDS,
    LINKS,
    LOWER,
    MOST,
    NEVER,
    T_ACCOUNTS,
    T_LINKS,
    THING_WORDS,
    THINGS,
    WEIGHTS,
)

__all__ = [
    "account_of",
    "account_row",
    "add_link",
    "enrol",
    "enrol_thing",
    "find_account",
    "find_link",
    "link_row",
    "push",
    "thing_of",
    "thing_row",
    "weight_of",
]


@inlined
def account_row(links: Words, account: int) -> int:
    """Give where the row of an account stands."""
    return links[AT_ACCOUNTS] + account * ACCOUNT_WORDS


@inlined
def thing_row(links: Words, thing: int) -> int:
    """Give where the row of a thing stands."""
    return links[AT_THINGS] + thing * THING_WORDS


@inlined
def link_row(links: Words, link: int) -> int:
    """Give where the row of a link stands."""
    return links[AT_LINKS] + link * LINK_WORDS


@inlined
def account_of(links: Words, row: int) -> int:
    """Give the account of the link whose row stands there."""
    return links[row + L_SIDES] >> HALF


@inlined
def thing_of(links: Words, row: int) -> int:
    """Give the thing of the link whose row stands there."""
    return links[row + L_SIDES] & LOWER


@inlined
def weight_of(links: Words, thing: int) -> int:
    """Give what a thing weighs; 0 when one account has it, or too many."""
    accounts = links[thing_row(links, thing) + T_ACCOUNTS]
    return 0 if accounts > links[MOST] else links[WEIGHTS + accounts]


@inlined
def find_account(links: Words, identity: int) -> int:
    """Give the account with this identity, or -1."""
    row = find_row(links, ACCOUNTS, links[AT_ACCOUNT_BUCKETS], links[AT_ACCOUNTS], ACCOUNT_WORDS, identity)
    return -1 if row < 0 else (row - links[AT_ACCOUNTS]) // ACCOUNT_WORDS


@inlined
def enrol(links: Words, identity: int) -> int:
    """Give the account with this identity; a new one, alone, when there is none."""
    account = find_account(links, identity)
    if account < 0:
        base = links[AT_ACCOUNTS]
        row = add_row(links, ACCOUNTS, links[AT_ACCOUNT_BUCKETS], base, ACCOUNT_WORDS, identity)
        account = (row - base) // ACCOUNT_WORDS
        links[row + A_PARENT] = account
        links[row + A_NEXT] = account
        links[row + A_SIZE] = 1
        links[row + A_OPENED] = NEVER
        links[row + A_JOINED] = NEVER
    return account


@inlined
def enrol_thing(links: Words, kind: int, value: int) -> int:
    """Give the thing of this kind and identity; a new one when there is none."""
    code = (kind << KIND_SHIFT) | (value & ((1 << KIND_SHIFT) - 1))
    buckets, base = links[AT_THING_BUCKETS], links[AT_THINGS]
    row = find_row(links, THINGS, buckets, base, THING_WORDS, code)
    if row < 0:
        row = add_row(links, THINGS, buckets, base, THING_WORDS, code)
    return (row - base) // THING_WORDS


@inlined
def find_link(links: Words, account: int, thing: int) -> int:
    """Give the row of the link between an account and a thing, or -1."""
    code = scatter((account << HALF) | thing)
    return find_row(links, LINKS, links[AT_LINK_BUCKETS], links[AT_LINKS], LINK_WORDS, code)


@inlined
def add_link(links: Words, account: int, thing: int) -> int:
    """Link an account with a thing that it has no link with; give the link's row."""
    sides = (account << HALF) | thing
    row = add_row(links, LINKS, links[AT_LINK_BUCKETS], links[AT_LINKS], LINK_WORDS, scatter(sides))
    links[row + L_SIDES] = sides
    push(links, row)
    return row


@inlined
def push(links: Words, row: int) -> None:
    """Put a link in front of its account's and of its thing's."""
    account, thing = account_row(links, account_of(links, row)), thing_row(links, thing_of(links, row))
    link = (row - links[AT_LINKS]) // LINK_WORDS + 1
    links[row + L_NEXT] = (links[account + A_LINKS] << HALF) | links[thing + T_LINKS]
    links[account + A_LINKS] = link
    links[thing + T_LINKS] = link
    links[thing + T_ACCOUNTS] += 1
