"""Links and clusters by dicts and sets: everything counted anew whenever it is asked for."""

from dataclasses import dataclass, field
from itertools import combinations

from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.settings import LinkSettings

__all__ = ["PlainLinks"]

Thing = tuple[LinkKind, int]


@dataclass
class PlainLinks:
    """What `zhamen.networks.links` keeps, in the plainest way."""

    settings: LinkSettings = field(default_factory=LinkSettings)
    seen: dict[tuple[int, Thing], int] = field(default_factory=dict)
    clusters: list[set[int]] = field(default_factory=list)
    """Of two members or more."""
    reports: set[int] = field(default_factory=set)
    opened_at: dict[int, int] = field(default_factory=dict)
    newly_opened: dict[int, int] = field(default_factory=dict)
    """When newly opened accounts were told of."""
    joined: dict[int, int] = field(default_factory=dict)
    clock: int = -(2**62)
    horizon: int = -(2**62)

    def advance(self, at: int) -> None:
        """Be told the time."""
        self.clock = max(self.clock, at)

    def note(self, account: int, kind: LinkKind, value: int, at: int) -> None:
        """Be told that an account was seen with something."""
        self.advance(at)
        thing = (kind, value % 2**61)
        if at <= self.horizon:
            return
        new = (account, thing) not in self.seen
        self.seen[account, thing] = max(at, self.seen.get((account, thing), at))
        if new:
            for other in self.accounts_with(thing) - {account}:
                if self.shared_weight(account, other, through=thing) >= self.settings.needed:
                    self._meet(account, other)

    def opened(self, account: int, at: int) -> None:
        """Be told that an account was opened."""
        self.advance(at)
        if account not in self.opened_at:
            self.opened_at[account] = at
            if at > self.clock - self.settings.window_micros:
                self.newly_opened[account] = self.clock

    def reported(self, account: int, at: int) -> None:
        """Be told that an account was reported."""
        self.advance(at)
        self.reports.add(account)

    def cleared(self, account: int, at: int) -> None:
        """Be told that it was reported wrongly."""
        self.advance(at)
        self.reports.discard(account)

    def rebuild(self, now: int) -> None:
        """Forget old links, and join whoever is linked by those that are left."""
        self.advance(now)
        self.horizon = self.clock - self.settings.kept_micros
        self.seen = {link: at for link, at in self.seen.items() if at > self.horizon}
        before, self.joined = self.joined, {}
        self.clusters = []
        for one, other in combinations(sorted({account for account, _ in self.seen}), 2):
            if self.shared_weight(one, other) >= self.settings.needed:
                self._meet(one, other)
        for account in self.joined:
            self.joined[account] = before.get(account, self.clock)

    def accounts_with(self, thing: Thing) -> set[int]:
        """Give the accounts that were seen with a thing."""
        return {account for account, other in self.seen if other == thing}

    def things_of(self, account: int) -> set[Thing]:
        """Give what an account was seen with."""
        return {thing for other, thing in self.seen if other == account}

    def weight(self, thing: Thing) -> int:
        """Give what a thing weighs."""
        return self.settings.weight(len(self.accounts_with(thing)))

    def shared_weight(self, one: int, other: int, through: Thing | None = None) -> int:
        """Give what two accounts share; 0 when `through` is given and does not count."""
        if through is not None and not self.weight(through):
            return 0
        return sum(self.weight(thing) for thing in self.things_of(one) & self.things_of(other))

    def _meet(self, one: int, other: int) -> None:
        mine, theirs = self.cluster(one), self.cluster(other)
        if mine is not theirs:
            self.clusters = [each for each in self.clusters if each is not mine and each is not theirs]
            self.clusters.append(mine | theirs)
            for account in (one, other):
                self.joined.setdefault(account, self.clock)

    def cluster(self, account: int) -> set[int]:
        """Give the cluster of an account; itself alone when it has none."""
        return next((each for each in self.clusters if account in each), {account})

    def counts(self, account: int) -> tuple[int, int, int, int]:
        """Give the size of an account's cluster, and its reported, newly opened and newly joined members."""
        mine, since = self.cluster(account), self.clock - self.settings.window_micros
        return (
            len(mine),
            len(mine & self.reports),
            sum(self.newly_opened.get(member, since) > since for member in mine),
            sum(self.joined.get(member, since) > since for member in mine),
        )

    def shared(self, account: int) -> dict[Thing, tuple[int, int]]:
        """Give what ties an account to its cluster: how many have it, and how many others of the cluster."""
        others = self.cluster(account) - {account}
        ties = {thing: self.accounts_with(thing) for thing in self.things_of(account) if self.weight(thing)}
        return {thing: (len(have), len(have & others)) for thing, have in ties.items() if have & others}
