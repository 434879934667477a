"""Many sources that pay the same targets: the groups are those that sets give."""

from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.typologies.groups import DenseGroup, GroupSettings, dense_groups

BUDGET = 1 << 20


class Paid:
    """A graph of transfers between accounts, and the pairs."""

    def __init__(self) -> None:
        self.graph = TransferGraph(budget_bytes=BUDGET)
        self.pairs: set[tuple[int, int]] = set()

    def pay(self, debtor: int, creditor: int, **more: object) -> None:
        """Post a transfer."""
        given = {
            "kind": EdgeKind.TRANSFER,
            "amount_minor": 100,
            "debtor": debtor,
            "creditor": creditor,
            **more,
        }
        self.graph.append(Posting(posted_at=self.graph.watermark, **given))  # type: ignore[arg-type]
        if debtor != creditor:
            self.pairs.add((self.graph.account(debtor), self.graph.account(creditor)))

    def groups(self, chosen: GroupSettings | None = None) -> tuple[DenseGroup, ...]:
        """Give the groups of all."""
        return dense_groups(self.graph, since=0, before=self.graph.watermark, settings=chosen)

    def of(self, *identities: int) -> tuple[int, ...]:
        """Give accounts by number, in order."""
        return tuple(sorted(self.graph.account(identity) for identity in identities))


def plain_groups(
    pairs: set[tuple[int, int]], chosen: GroupSettings
) -> set[tuple[frozenset[int], frozenset[int]]]:
    few = {
        (u, v)
        for u, v in pairs
        if sum(a == u for a, _ in pairs) <= chosen.most_degree
        and sum(b == v for _, b in pairs) <= chosen.most_degree
    }
    found = set()
    for one, other in combinations(sorted({u for u, _ in few}), 2):
        targets = {v for u, v in few if u == one} & {v for u, v in few if u == other}
        if len(targets) < max(2, chosen.targets_least):
            continue
        many = {u: sum((u, v) in few for v in targets) for u, _ in few if u not in targets}
        sources = {u for u, paid in many.items() if paid >= max(2, chosen.share * len(targets))}
        if len(sources) >= chosen.sources_least:
            found.add((frozenset(sources), frozenset(targets)))
    return {
        group
        for group in found
        if not any(group != other and group[0] <= other[0] and group[1] <= other[1] for other in found)
    }


@given(seed=st.integers(0, 2**32), size=st.integers(0, 80), accounts=st.integers(2, 14))
@settings(max_examples=60, deadline=None)
def test_groups_are_those_of_sets(seed: int, size: int, accounts: int) -> None:
    dice, paid = Random(seed), Paid()  # noqa: S311
    for _ in range(size):
        paid.pay(dice.randrange(accounts), dice.randrange(accounts))
    chosen = GroupSettings(
        sources_least=dice.choice((1, 2, 3)),
        targets_least=dice.choice((1, 2, 3)),
        share=dice.choice((0.3, 0.5, 0.8)),
        most_degree=dice.choice((3, 6, 50)),
    )
    found = paid.groups(chosen)
    assert {(frozenset(group.sources), frozenset(group.targets)) for group in found} == plain_groups(
        paid.pairs, chosen
    )
    assert len(set(found)) == len(found)
    for group in found:
        together = sum((u, v) in paid.pairs for u in group.sources for v in group.targets)
        assert group.density == together / (len(group.sources) * len(group.targets)) >= chosen.share
        others = [set(other.sources) & set(group.targets) for other in found]
        assert group.stacked == any(len(shared) >= 2 for shared in others)


def test_two_joined_groups_are_a_stack() -> None:
    paid = Paid()
    for first in (1, 2, 3):
        for second in (11, 12, 13):
            paid.pay(first, second)
    for second in (11, 12, 13):
        for third in (21, 22):
            paid.pay(second, third)
    assert paid.groups() == (
        DenseGroup(paid.of(1, 2, 3), paid.of(11, 12, 13), 1.0, stacked=True),
        DenseGroup(paid.of(11, 12, 13), paid.of(21, 22), 1.0, stacked=False),
    )


def test_merchants_own_accounts_and_what_came_back_make_no_group() -> None:
    paid = Paid()
    for shop in (11, 12):
        paid.graph.enrol(shop, AccountKind.MERCHANT)
        for customer in range(5):
            paid.pay(customer, shop)
    for number, own in enumerate((21, 22, 23, 24)):
        paid.pay(number % 2, own - number % 2, same_owner=True)
    for edge, (debtor, creditor) in enumerate([(31, 41), (31, 42), (32, 41), (32, 42)]):
        paid.pay(debtor, creditor)
        original = paid.graph.watermark - 1
        if edge == 0:
            paid.graph.append(
                Posting(posted_at=99, kind=EdgeKind.REVERSAL, amount_minor=100, original=original)
            )
    assert paid.groups() == ()


def test_nothing_gives_no_group() -> None:
    assert Paid().groups() == ()
