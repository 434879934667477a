"""How fast accounts are linked and clustered: a million accounts with their devices, addresses and owners.

The same clusters are asked of plain Python (dicts, a union-find) and of DuckDB (a self-join for the
links, then a union-find over what it gives), and compared. Choose a size with
``ZHAMEN_ACCOUNTS=100000 python -m benchmarks links``; without, a million.
"""

import os
from collections import defaultdict
from collections.abc import Iterable
from math import log
from time import perf_counter_ns, thread_time
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.live import Links

__all__ = ["run"]

_ACCOUNTS: Final = 1_000_000
_SINGLE: Final = 20_000
_MOST: Final = 50

_Numbers = npt.NDArray[np.int64]


def make_notes(accounts: int, seed: int = 7) -> _Numbers:
    """Make three links an account: households share, rings of twelve work from three devices, outlets."""
    dice = np.random.default_rng(seed)
    everybody = np.arange(accounts)
    household = dice.integers(0, accounts * 2 // 3, accounts)
    rows = [
        (LinkKind.DEVICE, everybody, everybody),
        (LinkKind.IP, everybody, household),
        (LinkKind.OUTLET, everybody, dice.integers(0, max(1, accounts // 5000), accounts)),
    ]
    for ring in range(accounts // 2500):
        mules = dice.integers(0, accounts, 36)
        devices = accounts + 3 * ring + np.arange(36) % 3
        rows += [(LinkKind.DEVICE, mules, devices), (LinkKind.IP, mules, devices)]
    kinds = np.concatenate([np.full(len(who), int(kind)) for kind, who, _ in rows])
    who, what = (np.concatenate([row[at] for row in rows]) for at in (1, 2))
    notes = np.stack([kinds, who + 1, what, np.zeros(len(who), np.int64)], axis=1)
    return dice.permutation(notes).astype(np.int64)


def _components(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    parents: dict[int, int] = {}

    def first(account: int) -> int:
        while parents.setdefault(account, account) != account:
            parents[account] = parents[parents[account]]
            account = parents[account]
        return account

    for one, other in pairs:
        parents[max(first(one), first(other))] = min(first(one), first(other))
    return {account: first(account) for account in list(parents)}


def _plain(notes: _Numbers) -> dict[int, int]:
    have: dict[tuple[int, int], set[int]] = defaultdict(set)
    for kind, account, value, _ in notes.tolist():
        have[kind, value].add(account)
    sums: dict[tuple[int, int], float] = defaultdict(float)
    for accounts in have.values():
        if 2 <= len(accounts) <= _MOST:
            inside, weight = sorted(accounts), 1 / log(1 + len(accounts))
            for at, one in enumerate(inside):
                for other in inside[at + 1 :]:
                    sums[one, other] += weight
    return _components(pair for pair, weight in sums.items() if weight >= 1)


_LINKED: Final = """
with link as (select distinct kind, account, value from notes),
     thing as (select kind, value, 1 / ln(1 + count(*)) as weight from link
               group by kind, value having count(*) between 2 and $most)
select one.account, other.account from thing
  join link one using (kind, value) join link other using (kind, value)
where one.account < other.account
group by one.account, other.account having sum(weight) >= 1
"""


def _duckdb(notes: _Numbers) -> dict[int, int]:
    with duckdb.connect() as base:
        base.execute("set threads = 1")
        kind, account, value, _ = notes.T
        columns = {"kind": kind.copy(), "account": account.copy(), "value": value.copy()}
        base.register("notes", columns)
        return _components(base.execute(_LINKED, {"most": _MOST}).fetchall())


def _timed(work: object, *arguments: object) -> tuple[float, object]:
    before = thread_time()
    found = work(*arguments)  # type: ignore[operator]
    return thread_time() - before, found


def _singles(links: Links, notes: _Numbers) -> _Numbers:
    """Time notes one by one: of an account with a device that is new to it."""
    taken = np.empty(len(notes), np.int64)
    for at, (_, account, value, _) in enumerate(notes.tolist()):
        before = perf_counter_ns()
        links.note(account, LinkKind.PHONE, value % 200_000, 1)
        taken[at] = perf_counter_ns() - before
    return taken


def _check(links: Links, plain: object, accounts: int) -> None:
    """See that an account in a hundred has the same first member here and there."""
    assert isinstance(plain, dict)
    for account in range(1, accounts, 97):
        members = links.members(account, accounts) if links.cluster(account) else (account,)
        assert min(members) == plain.get(account, account)


def run() -> list[Result]:
    """Measure with one thread."""
    accounts = int(os.environ.get("ZHAMEN_ACCOUNTS", _ACCOUNTS))
    notes = make_notes(accounts)
    links = Links()
    links.note_many(notes[:1000])
    links.rebuild(0)
    adding, _ = _timed(links.note_many, notes)
    size = links.size
    rebuilding = min(_timed(links.rebuild, 0)[0] for _ in range(3))
    plain_takes, plain = _timed(_plain, notes)
    duck_takes, duck = _timed(_duckdb, notes)
    assert plain == duck
    _check(links, plain, accounts)
    taken = _singles(links, notes[:: max(1, len(notes) // _SINGLE)])
    of = f"{size.links:,} links, {size.accounts:,} accounts, {size.things:,} things"
    beside = {"plain Python": plain_takes / rebuilding, "DuckDB self-join": duck_takes / rebuilding}
    return [
        Result("LINKS-01", "taking links, each joined at once", len(notes) / adding, "links/s", note=of),
        Result("LINKS-02", "making all clusters anew", rebuilding, "s", beside, of),
        Result("LINKS-03", "a new link, one by one, p50", float(np.percentile(taken, 50)) / 1000, "µs"),
        Result("LINKS-04", "a new link, one by one, p99", float(np.percentile(taken, 99)) / 1000, "µs"),
        Result("LINKS-05", "memory, all included, a link", size.bytes / size.links, "bytes", note=of),
    ]
