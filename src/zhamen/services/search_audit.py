"""Deeds found in several stores as if they were one."""

from collections.abc import Sequence

from zhamen.organisation.scope import Scope
from zhamen.ports.audit import AuditPage, AuditSearch, Place, Wanted, place_of

__all__ = ["JoinedSearch"]


class JoinedSearch:
    """The deeds of some stores, newest first; see the port `AuditSearch`. No chain is in two of them."""

    def __init__(self, stores: Sequence[AuditSearch]) -> None:
        self._stores = stores

    def list_entries(
        self, scope: Scope | None, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        """Give the deeds of those within a scope, newest first; without a scope, of everybody."""
        pages = [store.list_entries(scope, wanted, after=after, limit=limit) for store in self._stores]
        entries = sorted((one for page in pages for one in page.entries), key=place_of, reverse=True)
        more = len(entries) > limit or any(page.after is not None for page in pages)
        return AuditPage(entries[:limit], place_of(entries[:limit][-1]) if more else None)
