"""Links: at every moment the clusters are those that dicts and sets give."""

from datetime import timedelta
from math import log
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InputError, JournalDamaged, StateFull
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.live import Links
from zhamen.networks.links.settings import LinkSettings
from zhamen.testing.links import PlainLinks

BUDGET = 1 << 21
DAY = 86_400_000_000
ACCOUNTS = range(100, 112)
FEW = LinkSettings(most_accounts=4, kept=timedelta(days=20), smallest_cluster=3, opened_from=2)


class Desk:
    """Links, and the same as dicts and sets."""

    def __init__(self, chosen: LinkSettings = FEW) -> None:
        self.links, self.plain = Links(chosen, budget_bytes=BUDGET), PlainLinks(chosen)

    def tell(self, dice: Random, now: int) -> None:
        at, account = now + dice.randint(-3, 3) * DAY, dice.choice(ACCOUNTS)
        deed = dice.choice((*["note"] * 14, "opened", "opened", "reported", "cleared", "advance", "rebuild"))
        if deed == "note":
            kind, value = dice.choice((LinkKind.DEVICE, LinkKind.IP, LinkKind.COMPANION)), dice.randint(0, 6)
            self.links.note(account, kind, value, at)
            self.plain.note(account, kind, value, at)
        elif deed in ("advance", "rebuild"):
            getattr(self.links, deed)(at)
            getattr(self.plain, deed)(at)
        else:
            getattr(self.links, deed)(account, at)
            getattr(self.plain, deed)(account, at)

    def check(self) -> None:
        for account in ACCOUNTS:
            counts, cluster = self.plain.counts(account), self.links.cluster(account)
            if counts[0] == 1:
                assert cluster is None
                assert set(self.links.members(account)) <= {account}
                assert self.links.shared(account) == ()
                continue
            assert cluster is not None
            assert (cluster.size, cluster.reported, cluster.opened_7d, cluster.growth_7d) == counts
            members = self.links.members(account)
            assert members[0] == account
            assert len(members) == cluster.size
            assert set(members) == self.plain.cluster(account)
            assert cluster.first in members
            assert {
                (tie.kind, tie.value): (tie.accounts, tie.in_cluster) for tie in self.links.shared(account)
            } == self.plain.shared(account)


@given(st.integers(0, 2**32), st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_clusters_are_at_every_moment_what_dicts_and_sets_give(seed: int, size: int) -> None:
    dice, desk = Random(seed), Desk()  # noqa: S311
    for step in range(size):
        desk.tell(dice, step * DAY // 2)
        desk.check()


@given(st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_restored_links_go_on_as_those_they_were_taken_from(seed: int) -> None:
    dice, desk = Random(seed), Desk()  # noqa: S311
    for step in range(40):
        desk.tell(dice, step * DAY // 2)
    parts = [(name, bytes(part)) for name, part in desk.links.parts()]
    desk.links = Links.restore(parts, FEW, budget_bytes=2 * BUDGET)
    desk.check()
    for step in range(40, 60):
        desk.tell(dice, step * DAY // 2)
    desk.check()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 4)), max_size=60))
@settings(max_examples=40, deadline=None)
def test_after_a_rebuild_the_order_of_notes_does_not_matter(rows: list[tuple[int, int, int]]) -> None:
    found = []
    for notes in (rows, rows[::-1]):
        links = Links(FEW, budget_bytes=BUDGET)
        for kind, account, value in notes:
            links.note(account, LinkKind(kind), value, 0)
        links.rebuild(DAY)
        found.append([(links.cluster(account), sorted(links.members(account))) for account in range(10)])
    sizes = [[cluster.size if cluster else 1 for cluster, _ in each] for each in found]
    assert sizes[0] == sizes[1]
    together = [[members for cluster, members in each if cluster] for each in found]
    assert together[0] == together[1]


def note_all(
    links: Links, accounts: range | tuple[int, ...], *kinds: LinkKind, value: int = 9, at: int = 0
) -> None:
    for account in accounts:
        for kind in kinds:
            links.note(account, kind, value, at)


@pytest.fixture
def links() -> Links:
    return Links(budget_bytes=BUDGET)


class TestWhatLinks:
    def test_one_shared_thing_does_not_and_two_do(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE)
        assert links.cluster(1) is None
        note_all(links, (1,), LinkKind.IP)
        assert links.cluster(1) is None
        note_all(links, (2,), LinkKind.IP)
        assert links.members(1) == (1, 2)

    @pytest.mark.parametrize(("threshold", "linked"), [(1 / log(3), True), (1 / log(3) + 1e-5, False)])
    def test_exactly_the_threshold_is_enough(self, threshold: float, linked: bool) -> None:
        links = Links(LinkSettings(threshold=threshold), budget_bytes=BUDGET)
        note_all(links, (1, 2), LinkKind.DEVICE)
        assert (links.cluster(1) is not None) is linked
        links.rebuild(1)
        assert (links.cluster(1) is not None) is linked

    @pytest.mark.parametrize(("accounts", "linked"), [(6, True), (7, False)])
    def test_two_things_of_six_link_and_of_seven_do_not(
        self, links: Links, accounts: int, linked: bool
    ) -> None:
        note_all(links, range(accounts), LinkKind.DEVICE, LinkKind.IP)
        links.rebuild(1)
        assert (links.cluster(0) is not None) is linked

    @pytest.mark.parametrize(("accounts", "linked"), [(50, True), (51, False)])
    def test_what_more_than_fifty_have_counts_nothing(
        self, links: Links, accounts: int, linked: bool
    ) -> None:
        note_all(links, range(accounts), *LinkKind)
        links.rebuild(1)
        assert (links.cluster(0) is not None) is linked

    def test_the_same_value_of_another_kind_is_another_thing(self, links: Links) -> None:
        for kind, other in ((LinkKind.DEVICE, LinkKind.IP), (LinkKind.PHONE, LinkKind.ADDRESS)):
            links.note(1, kind, 5, 0)
            links.note(2, other, 5, 0)
        links.rebuild(1)
        assert links.cluster(1) is None

    def test_an_outlet_of_many_links_nobody(self, links: Links) -> None:
        note_all(links, range(2000), LinkKind.OUTLET, LinkKind.IP, LinkKind.ADDRESS, LinkKind.PHONE)
        links.rebuild(1)
        assert all(links.cluster(account) is None for account in range(2000))

    def test_seen_again_is_seen_once(self, links: Links) -> None:
        for _ in range(5):
            note_all(links, (1, 2), LinkKind.DEVICE)
        assert links.size.links == 2
        assert links.cluster(1) is None

    def test_a_cluster_stays_until_the_next_rebuild_when_its_things_lose_weight(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP)
        note_all(links, range(3, 60), LinkKind.DEVICE, LinkKind.IP, value=9)
        assert 2 in links.members(1)
        links.rebuild(1)
        assert links.cluster(1) is None


class TestTime:
    def test_a_link_is_kept_for_ninety_days_from_when_it_was_seen_last(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP)
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, at=DAY)
        links.rebuild(91 * DAY - 1)
        assert links.cluster(1) is not None
        links.rebuild(91 * DAY)
        assert links.cluster(1) is None
        assert (links.size.links, links.size.things) == (0, 0)

    def test_a_late_note_makes_no_link_older(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, at=DAY)
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, at=0)
        links.rebuild(91 * DAY - 1)
        assert links.cluster(1) is not None

    def test_what_is_told_after_it_would_be_forgotten_is_not_taken(self, links: Links) -> None:
        links.rebuild(100 * DAY)
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, at=10 * DAY)
        assert links.size.links == 0
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, at=10 * DAY + 1)
        assert links.cluster(1) is not None

    def test_an_opening_counts_for_seven_days(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP)
        links.opened(1, 0)
        links.advance(7 * DAY - 1)
        assert links.values(2)[2:4] == (1, 2)
        links.advance(7 * DAY)
        assert links.values(2)[2:4] == (0, 0)

    def test_an_opening_told_when_it_is_old_does_not_count(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, at=8 * DAY)
        links.opened(1, DAY)
        assert links.values(1)[2] == 0

    def test_who_was_in_a_cluster_does_not_join_another_when_they_become_one(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP, value=1)
        note_all(links, (3, 4), LinkKind.DEVICE, LinkKind.IP, value=2)
        links.advance(8 * DAY)
        note_all(links, (2, 3), LinkKind.DEVICE, LinkKind.IP, value=3, at=8 * DAY)
        assert links.values(1)[0] == 4
        assert links.values(1)[3] == 0


class TestTypology:
    def test_three_are_no_cluster_to_look_at_and_four_with_a_report_are(self, links: Links) -> None:
        flag = CLUSTER_NAMES.index("cluster_t11")
        note_all(links, (1, 2, 3), LinkKind.DEVICE, LinkKind.IP)
        links.reported(1, 1)
        assert links.values(1)[flag] == 0
        note_all(links, (4,), LinkKind.DEVICE, LinkKind.IP)
        assert links.values(1)[flag] == 1
        links.cleared(1, 2)
        assert links.values(1)[flag] == 0

    def test_newly_opened_accounts_make_it_one_too(self, links: Links) -> None:
        note_all(links, (1, 2, 3, 4), LinkKind.DEVICE, LinkKind.IP)
        for account in (1, 2, 3):
            assert not links.cluster(4).suspicious  # type: ignore[union-attr]
            links.opened(account, 1)
        cluster = links.cluster(4)
        assert cluster is not None
        assert cluster.suspicious
        assert cluster.risk == 0.75

    def test_a_family_with_a_tablet_and_a_network_is_too_small(self, links: Links) -> None:
        note_all(links, (1, 2, 3), LinkKind.DEVICE, LinkKind.IP, LinkKind.ADDRESS)
        for account in (1, 2, 3):
            links.opened(account, 1)
        assert links.values(1)[CLUSTER_NAMES.index("cluster_t11")] == 0
        assert links.values(1)[CLUSTER_NAMES.index("cluster_risk")] == 0

    def test_who_is_alone_has_no_values(self, links: Links) -> None:
        links.note(1, LinkKind.DEVICE, 2, 0)
        assert np.isnan(links.values(1)).all()
        assert np.isnan(links.values(77)).all()


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "given",
        [(-1, 5, 0), (2**63, 5, 0), (1, -1, 0), (1, 2**63, 0), (1, 5, 2**60), (1, 5, -(2**60))],
    )
    def test_not_an_identity_or_not_an_instant(self, links: Links, given: tuple[int, int, int]) -> None:
        account, value, at = given
        with pytest.raises(InputError):
            links.note(account, LinkKind.IP, value, at)
        assert links.size.accounts == 0

    def test_many_are_checked_before_any_is_taken(self, links: Links) -> None:
        for row in ([7, 1, 1, 0], [0, -1, 1, 0], [0, 1, 1, 2**60]):
            with pytest.raises(InputError):
                links.note_many(np.array([[0, 1, 1, 0], row]))
        assert links.size.accounts == 0
        links.note_many(np.array([[0, 1, 1, 0], [1, 1, 1, 0]]))
        assert links.size.links == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"threshold": 0.0},
            {"threshold": float("nan")},
            {"most_accounts": 1},
            {"most_accounts": 501},
            {"kept": timedelta()},
            {"window": timedelta(days=4000)},
            {"smallest_cluster": 0},
        ],
    )
    def test_settings_out_of_their_range(self, wrong: dict[str, object]) -> None:
        with pytest.raises(InputError, match=next(iter(wrong))):
            LinkSettings(**wrong)  # type: ignore[arg-type]

    def test_more_than_the_budget_and_what_was_taken_stays(self) -> None:
        links = Links(budget_bytes=1 << 16)
        with pytest.raises(StateFull):
            note_all(links, range(5000), LinkKind.DEVICE)
        held = links.size
        with pytest.raises(StateFull):
            links.note(6000, LinkKind.IP, 1, 0)
        assert links.size == held
        links.rebuild(DAY)
        assert links.size.links == held.links

    def test_snapshots_cut_short_of_other_settings_or_of_another_format(self, links: Links) -> None:
        note_all(links, (1, 2), LinkKind.DEVICE, LinkKind.IP)
        parts = {name: bytes(part) for name, part in links.parts()}
        for wrong in (
            {**parts, "links": parts["links"][:-8]},
            {**parts, "about": b"{}"},
            {name: part for name, part in parts.items() if name != "accounts"},
        ):
            with pytest.raises(JournalDamaged):
                Links.restore(wrong.items(), budget_bytes=BUDGET)
        with pytest.raises(JournalDamaged, match="settings"):
            Links.restore(parts.items(), FEW, budget_bytes=BUDGET)
        assert Links.restore(parts.items(), budget_bytes=BUDGET).members(1) == (1, 2)


def test_several_things_of_one_account_are_noted_at_once(links: Links) -> None:
    for account in (1, 2):
        links.note_all(account, [(LinkKind.PHONE, value) for value in range(20)], 0)
    links.note_all(3, (), 0)
    assert (links.size.accounts, links.size.links) == (2, 40)
    assert len(links.shared(1)) == 20


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    dice = np.random.default_rng(3)
    rows = np.stack(
        [
            dice.integers(0, 7, 3000),
            dice.integers(0, 400, 3000),
            dice.integers(0, 300, 3000),
            np.arange(3000),
        ],
        axis=1,
    )
    once, singly = Links(budget_bytes=BUDGET), Links(budget_bytes=BUDGET)
    once.note_many(rows)
    for what, one, thing, at in rows.tolist():
        singly.note(one, LinkKind(what), thing, at)
    assert all(once.cluster(one) == singly.cluster(one) for one in range(400))
    assert any(once.cluster(one) for one in range(400))
