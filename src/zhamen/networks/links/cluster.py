"""What is known of a cluster of accounts, as numbers for rules and as evidence for people."""

from math import nan
from typing import Final

from msgspec import Struct

from zhamen.core.instants import Micros
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.settings import LinkSettings

__all__ = ["CLUSTER_NAMES", "CLUSTER_WORDS", "NO_CLUSTER", "Cluster", "Shared"]

CLUSTER_WORDS: Final = {
    "cluster_size": ("关联账户群的账户数", "accounts in its cluster"),
    "cluster_reported": ("关联账户群中被举报的账户数", "reported accounts in its cluster"),
    "cluster_opened_7d": ("关联账户群中7日内新开的账户数", "accounts of its cluster opened within 7 days"),
    "cluster_growth_7d": ("7日内加入关联账户群的账户数", "accounts that joined its cluster within 7 days"),
    "cluster_risk": ("关联账户群中被举报或新开账户的占比", "share of its cluster reported or newly opened"),
    "cluster_t11": ("关联账户群可疑", "its cluster is suspicious (T11)"),
}
"""What `Links.values` gives of an account, in Chinese and English."""

CLUSTER_NAMES: Final = tuple(CLUSTER_WORDS)
"""In the order of `Links.values`."""

NO_CLUSTER: Final = (nan,) * len(CLUSTER_NAMES)
"""The values of an account that is alone."""


class Cluster(Struct, frozen=True, kw_only=True):
    """Accounts that are linked, directly or through one another, as of the latest instant told."""

    first: int
    """The identity of the member that was known first; it names the cluster until another one joins it."""
    size: int
    reported: int
    opened_7d: int
    """Members opened within the window (seven days)."""
    growth_7d: int
    """Members that were alone before, and joined a cluster within the window."""
    settings: LinkSettings

    @property
    def risk(self) -> float:
        """The share of members that were reported or newly opened, at most 1; 0 in a small cluster."""
        if self.size < self.settings.smallest_cluster:
            return 0.0
        return min(1.0, (self.reported + self.opened_7d) / self.size)

    @property
    def suspicious(self) -> bool:
        """Whether it is typology T11: large enough, with enough reported or newly opened members."""
        return self.size >= self.settings.smallest_cluster and (
            self.reported >= self.settings.reported_from or self.opened_7d >= self.settings.opened_from
        )

    def values(self) -> tuple[float, ...]:
        """Give it as `CLUSTER_NAMES`."""
        return (
            float(self.size),
            float(self.reported),
            float(self.opened_7d),
            float(self.growth_7d),
            self.risk,
            float(self.suspicious),
        )


class Shared(Struct, frozen=True, kw_only=True):
    """A thing that ties an account to others of its cluster."""

    kind: LinkKind
    value: int
    """The lower 61 bits of its identity: all that is kept of it."""
    accounts: int
    """How many accounts have it."""
    in_cluster: int
    """How many of them are other members of the cluster."""
    weight: float
    seen_at: Micros
    """When the account was last seen with it."""
