"""Files of sources become claims, by a mapping file for each source."""

from zhamen.adapters.feeds.mapping import Feed, read_feed
from zhamen.adapters.feeds.read import read_claims

__all__ = ["Feed", "read_claims", "read_feed"]
