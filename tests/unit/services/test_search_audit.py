"""Deeds of several stores on pages, as if they stood in one."""

from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.audit import AuditEntry, Chain
from zhamen.core.instants import from_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import AuditPage, Place, Wanted, place_of
from zhamen.services.search_audit import JoinedSearch


class Kept:
    """Entries of one store, for any question."""

    def __init__(self, entries: list[AuditEntry]) -> None:
        self._entries = sorted(entries, key=place_of, reverse=True)

    def list_entries(
        self, scope: Scope | None, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        assert (scope, wanted) == (None, Wanted())
        left = [one for one in self._entries if after is None or place_of(one) < after]
        return AuditPage(left[:limit], place_of(left[limit - 1]) if len(left) > limit else None)


def entries(chain: Chain, instants: list[int]) -> list[AuditEntry]:
    return [
        AuditEntry(
            at=from_micros(at), actor="li", unit="HQ", act="sign-in", chain=chain, number=number, digest=""
        )
        for number, at in enumerate(instants, 1)
    ]


INSTANTS = st.lists(st.integers(0, 5), max_size=8)


@given(INSTANTS, INSTANTS, st.integers(1, 4))
def test_pages_of_all_stores_give_every_deed_once_and_in_order(
    work: list[int], records: list[int], limit: int
) -> None:
    stores = [entries("work", work), entries("records", records)]
    search = JoinedSearch([Kept(store) for store in stores])
    pages = [search.list_entries(None, Wanted(), limit=limit)]
    while (after := pages[-1].after) is not None:
        pages.append(search.list_entries(None, Wanted(), after=after, limit=limit))
    expected = sorted([*stores[0], *stores[1]], key=place_of, reverse=True)
    assert [one for page in pages for one in page.entries] == expected
    assert all(len(page.entries) == limit for page in pages[:-1])
