"""What people ask of a cluster: who is in it, and what ties an account to it."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from zhamen.networks.links.cluster import Shared
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.layout import (
    A_CODE,
    A_LINKS,
    A_NEXT,
    A_PARENT,
    ACCOUNT_WORDS,
    AT_ACCOUNTS,
    AT_LINKS,
    AT_THINGS,
    HALF,
    KIND_SHIFT,
    L_NEXT,
    L_SEEN,
    L_SIDES,
    LINK_WORDS,
    LOWER,
    MOST,
    T_ACCOUNTS,
    T_CODE,
    T_LINKS,
    THING_WORDS,
    WEIGHTS,
)
from zhamen.networks.links.settings import UNIT

__all__ = ["members_of", "shared_of"]

_Memory = npt.NDArray[np.int64]


def members_of(words: _Memory, account: int, limit: int) -> tuple[int, ...]:
    """Give the identities of an account's cluster, itself first, at most `limit`."""
    found: list[int] = []
    at = account
    while len(found) < limit:
        row = _account(words, at)
        found.append(int(words[row + A_CODE]))
        at = int(words[row + A_NEXT])
        if at == account:
            break
    return tuple(found)


def shared_of(words: _Memory, account: int) -> tuple[Shared, ...]:
    """Give what ties an account to others of its cluster, what weighs most first."""
    first, found = _first_of(words, account), []
    for link in _links(words, int(words[_account(words, account) + A_LINKS]), HALF):
        row = int(words[AT_THINGS]) + (int(words[link + L_SIDES]) & LOWER) * THING_WORDS
        accounts = int(words[row + T_ACCOUNTS])
        if not 2 <= accounts <= int(words[MOST]):
            continue
        others = [
            int(words[other + L_SIDES]) >> HALF for other in _links(words, int(words[row + T_LINKS]), 0)
        ]
        within = sum(other != account and _first_of(words, other) == first for other in others)
        if within:
            found.append(_shared(words, row, within, int(words[link + L_SEEN])))
    return tuple(sorted(found, key=lambda each: (-each.weight, each.kind, each.value)))


def _shared(words: _Memory, row: int, within: int, seen_at: int) -> Shared:
    code, accounts = int(words[row + T_CODE]), int(words[row + T_ACCOUNTS])
    return Shared(
        kind=LinkKind(code >> KIND_SHIFT & 7),
        value=code & (1 << KIND_SHIFT) - 1,
        accounts=accounts,
        in_cluster=within,
        weight=int(words[WEIGHTS + accounts]) / UNIT,
        seen_at=seen_at,
    )


def _account(words: _Memory, account: int) -> int:
    return int(words[AT_ACCOUNTS]) + account * ACCOUNT_WORDS


def _links(words: _Memory, link: int, shift: int) -> Iterator[int]:
    """Give the rows of the links from one on, along an account (shift `HALF`) or a thing (0)."""
    while link:
        row = int(words[AT_LINKS]) + (link - 1) * LINK_WORDS
        yield row
        link = int(words[row + L_NEXT]) >> shift & LOWER


def _first_of(words: _Memory, account: int) -> int:
    while (above := int(words[_account(words, account) + A_PARENT])) != account:
        account = above
    return account
