"""Random movements: the patterns told of each edge are those that lists and loops find, to the last bit."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from math import isnan
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from zhamen.networks.graph.expiry import keep_from
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.layout import TAIL_EDGE, WHOLE
from zhamen.networks.typologies.live import Typologies
from zhamen.networks.typologies.names import TYPOLOGY_NAMES
from zhamen.networks.typologies.settings import TypologySettings
from zhamen.testing.typologies import Moved, PlainTypologies

BUDGET = 1 << 20
ACCOUNTS = tuple(range(10, 17))
KINDS = (*[EdgeKind.TRANSFER] * 12, *EdgeKind)
ACCOUNT_KINDS = (*[AccountKind.UNKNOWN] * 8, AccountKind.MERCHANT, AccountKind.PAYROLL)
AMOUNTS = (40, 45, 50, 55, 60, 100, 95, 90, 1, 5)
HUGE = 10**14
OF_ALL_EDGES = {
    "debtor_account_new_payers",
    "creditor_account_new_payers",
    "transfer_t12",
    "transfer_truncated",
}
"""Columns that depend on edges before the window too."""

thorough = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def span(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


WIDE = TypologySettings(
    window=span(40),
    fan_in_least=3,
    fan_in_sum_minor=100,
    fan_out_least=2,
    pass_within=span(12),
    pass_minor=50,
    scatter_window=span(25),
    scatter_least=2,
    gather_least=2,
    spread_least=2,
    chain_within=span(8),
    chain_least=2,
    split_from_minor=40,
    split_limit_minor=50,
    split_over_minor=60,
    split_least=2,
    split_over_share=0.5,
    idle_for=span(15),
    woken_for=span(30),
    woken_sum_minor=50,
    woken_share=0.5,
    probe_minor=5,
    young_for=span(70),
    new_payers_least=2,
)


def narrow(dice: Random) -> TypologySettings:
    """Give settings whose bounds are met often."""
    return replace(
        WIDE,
        most_edges=dice.choice((1, 2, 4)),
        most_legs=dice.choice((1, 2)),
        cycle_budget=dice.choice((1, 4, 9)),
        chain_memory=dice.choice((1, 4, 64)),
    )


@dataclass
class Books:
    """The same movements, kept both ways."""

    settings: TypologySettings
    dice: Random
    accounts: tuple[int, ...] = tuple(ACCOUNTS)
    graph: TransferGraph = field(default_factory=lambda: TransferGraph(budget_bytes=BUDGET))

    def __post_init__(self) -> None:
        self.typologies = Typologies(self.graph, self.settings, budget_bytes=BUDGET)
        kinds = {
            self.graph.enrol(identity, kind): kind
            for identity in self.accounts
            for kind in [self.dice.choice(ACCOUNT_KINDS)]
        }
        self.plain = PlainTypologies(self.settings, kinds)

    def post(self, number: int, *, huge: bool = False) -> None:
        """Post a random movement both ways."""
        dice, size = self.dice, self.graph.watermark
        kind = dice.choice(KINDS)
        original = dice.randrange(max(0, size - 12), size) if size else -1
        if kind is EdgeKind.UNEXPLAINED or (kind is EdgeKind.REVERSAL and not self._reversible(original)):
            kind = EdgeKind.TRANSFER
        reversal = kind is EdgeKind.REVERSAL
        amount = dice.choice((HUGE, HUGE - 1, HUGE // 2)) if huge else dice.choice(AMOUNTS)
        debtor = dice.choice((*self.accounts, None) if kind is EdgeKind.ENTRY else self.accounts)
        creditor = dice.choice((*self.accounts, None) if kind is EdgeKind.EXIT else self.accounts)
        self.graph.append(
            Posting(
                posted_at=number * 2 + dice.randint(-3, 3),
                kind=kind,
                amount_minor=self.plain.edges[original].amount
                if reversal and dice.random() < 0.7
                else amount,
                debtor=None if kind in (EdgeKind.CASH_IN, EdgeKind.REVERSAL) else debtor,
                creditor=None if kind in (EdgeKind.CASH_OUT, EdgeKind.FEE, EdgeKind.REVERSAL) else creditor,
                original=original if reversal else None,
                same_owner=dice.random() < 0.1,
            )
        )
        self.note(size, original if reversal else -1)

    def _reversible(self, original: int) -> bool:
        unfit = (EdgeKind.REVERSAL, EdgeKind.UNEXPLAINED)
        return original >= 0 and self.plain.edges[original].kind not in unfit

    def note(self, edge: int, original: int) -> None:
        """Take what the graph made of it into the list."""
        made = self.graph.edge(edge)
        moved = Moved(
            made.posted_at,
            made.kind,
            made.debtor,
            made.creditor,
            made.amount_minor,
            made.same_owner,
            original,
        )
        self.plain.add(moved)

    def open_one(self, at: int, identity: int | None = None) -> None:
        """Tell both of the opening of an account, a random one if not given."""
        account = self.graph.account(identity or self.dice.choice(self.accounts))
        opening = at - self.dice.randint(0, 80)
        self.typologies.opened(account, opening)
        self.plain.opened(account, opening)


def same(told: list[float], plain: dict[str, float]) -> list[str]:
    """Give the columns that differ."""
    assert set(plain) == set(TYPOLOGY_NAMES)
    return [
        f"{name}: {value} instead of {plain[name]}"
        for name, value in zip(TYPOLOGY_NAMES, told, strict=True)
        if value != plain[name] and not (isnan(value) and isnan(plain[name]))
    ]


@pytest.mark.parametrize("bounded", [False, True])
@given(seed=st.integers(0, 2**32), size=st.integers(1, 70), huge=st.booleans())
@thorough
def test_every_column_is_that_of_lists_and_loops(bounded: bool, seed: int, size: int, huge: bool) -> None:
    dice = Random(seed)  # noqa: S311
    books = Books(narrow(dice) if bounded else WIDE, dice)
    for number in range(size):
        if dice.random() < 0.1:
            books.open_one(2 * number)
        books.post(number, huge=huge)
        books.typologies.follow()
        assert same(books.typologies.values(), books.plain.values(number)) == [], (number, books.plain.edges)


@pytest.mark.parametrize(("size", "accounts"), [(200, 12), (600, 40), (2000, 150)])
def test_every_column_is_that_of_lists_and_loops_in_a_bank_of_more(size: int, accounts: int) -> None:
    dice = Random(size)  # noqa: S311
    wide = replace(
        WIDE, window=span(120), scatter_window=span(60), chain_within=span(30), pass_within=span(30)
    )
    books = Books(wide, dice, tuple(range(10, 10 + accounts)))
    for number in range(size):
        if dice.random() < 0.1:
            books.open_one(2 * number)
        books.post(number)
        books.typologies.follow()
        if number % max(1, size // 150) == 0 or number > size - 30:
            assert same(books.typologies.values(), books.plain.values(number)) == [], number


@given(seed=st.integers(0, 2**32), size=st.integers(1, 70), step=st.integers(1, 9))
@thorough
def test_what_is_told_of_an_edge_is_the_same_however_many_were_posted_after_it(
    seed: int, size: int, step: int
) -> None:
    books = Books(narrow(Random(seed)), Random(seed))  # noqa: S311
    one_by_one = Typologies(books.graph, books.settings, budget_bytes=BUDGET)
    told = []
    for number in range(size):
        books.post(number)
        one_by_one.follow()
        told.append(one_by_one.values())
    rows = np.empty((size, len(TYPOLOGY_NAMES)))
    for start in range(0, size, step):
        assert books.typologies.follow_many(rows[start : start + step]) == min(step, size - start)
    np.testing.assert_array_equal(rows, np.array(told))
    assert [bytes(part) for _, part in books.typologies.parts()] == [
        bytes(part) for _, part in one_by_one.parts()
    ]


@given(seed=st.integers(0, 2**32), size=st.integers(20, 90), cut=st.integers(1, 19))
@thorough
def test_what_is_restored_goes_on_the_same_also_on_a_graph_without_its_old_edges(
    seed: int, size: int, cut: int
) -> None:
    dice = Random(seed)  # noqa: S311
    books = Books(replace(WIDE, most_edges=4), dice)
    for number in range(cut):
        books.post(number)
        books.open_one(number)
    for number in range(cut, size):
        books.post(number)
    books.typologies.follow()
    oldest = int(books.typologies.memory.words[WHOLE + TAIL_EDGE])
    parts = [(name, bytes(part)) for name, part in books.typologies.parts()]
    copy = Typologies.restore(books.graph, parts, budget_bytes=BUDGET)
    kept = keep_from(books.graph, oldest, budget_bytes=BUDGET)
    moved = Typologies.restore(kept, parts, budget_bytes=BUDGET)
    same_there = [n for n, name in enumerate(TYPOLOGY_NAMES) if name not in OF_ALL_EDGES]
    for number in range(size, size + 30):
        posting = Posting(
            posted_at=number * 2,
            kind=EdgeKind.TRANSFER,
            amount_minor=dice.choice(AMOUNTS),
            debtor=dice.choice(ACCOUNTS),
            creditor=dice.choice(ACCOUNTS),
        )
        books.graph.append(posting)
        kept.append(posting)
        for typologies in (books.typologies, copy, moved):
            typologies.follow()
        np.testing.assert_array_equal(books.typologies.values(), copy.values())
        ours, theirs = np.array(books.typologies.values()), np.array(moved.values())
        np.testing.assert_array_equal(ours[same_there], theirs[same_there])


class Found:
    """What the evidence of an edge comes to."""

    def __init__(self, books: Books, edge: int) -> None:
        self.edge = books.plain.edges[edge]
        self.edges = books.plain.edges
        self.typologies, self.number = books.typologies, edge

    def of(self, typology: Typology) -> list[Moved]:
        return [self.edges[number] for number in self.typologies.evidence(self.number, typology)]

    def fan_in(self) -> tuple[int, int]:
        found = self.of(Typology.FAN_IN)
        return len({edge.debtor for edge in found} - {0}), sum(edge.amount for edge in found)

    def fan_out(self) -> tuple[int, int]:
        found = self.of(Typology.FAN_OUT)
        return len({edge.creditor for edge in found} - {0}), sum(edge.amount for edge in found)

    def passed(self) -> float:
        first, *left = self.of(Typology.PASS_THROUGH) or [self.edge]
        return min(1.0, sum(edge.amount for edge in left) / first.amount)

    def woken(self) -> tuple[int, int]:
        found = self.of(Typology.WOKEN)
        came = sum(edge.amount for edge in found if edge.creditor == self.edge.debtor)
        return came, sum(edge.amount for edge in found if edge.debtor == self.edge.debtor)

    def ways(self) -> int:
        legs = self.of(Typology.SCATTER_GATHER)
        second = {edge.debtor for edge in legs if edge.creditor == self.edge.creditor}
        first = {edge.creditor for edge in legs if edge.creditor != self.edge.creditor}
        payers = {edge.debtor for edge in legs if edge.creditor != self.edge.creditor}
        assert first == second
        assert len(payers) <= 1
        return len(second)

    def path(self, typology: Typology) -> list[Moved]:
        path = self.of(typology)
        assert all(one.creditor == next_.debtor for one, next_ in pairwise(path))
        return path


@given(seed=st.integers(0, 2**32), size=st.integers(1, 50), bounded=st.booleans())
@thorough
def test_evidence_comes_to_what_was_told_also_long_after(seed: int, size: int, bounded: bool) -> None:
    dice = Random(seed)  # noqa: S311
    books = Books(narrow(dice) if bounded else WIDE, dice)
    for identity in dice.sample(ACCOUNTS, 3):
        books.open_one(0, identity)
    for number in range(size):
        books.post(number)
    books.typologies.follow()
    for number in range(size):
        told, found = books.plain.values(number), Found(books, number)
        if not found.edge.counted:
            continue
        ours = {name[len("debtor_account_") :]: told[name] for name in told if name.startswith("debtor")}
        theirs = {name[len("creditor_account_") :]: told[name] for name in told if name.startswith("cred")}
        if found.edge.creditor:
            assert found.fan_in() == (theirs["fan_in"], theirs["fan_in_sum"])
            if not isnan(theirs["new_payers"]) and not bounded:
                assert len(found.of(Typology.NEW_PAYERS)) == theirs["new_payers"]
        if found.edge.debtor:
            assert found.fan_out() == (ours["fan_out"], ours["fan_out_sum"])
            assert len(found.of(Typology.SPLITTING)) == ours["splits"]
            assert found.passed() == (
                0.0 if isnan(ours["pass_through_share"]) else ours["pass_through_share"]
            )
            if not isnan(ours["woken_share"]):
                came, went = found.woken()
                assert (came, min(came, went) / max(came, went, 1)) == (
                    ours["woken_in_sum"],
                    ours["woken_share"],
                )
        cycle = found.path(Typology.CYCLE)
        assert len(cycle) == told["transfer_cycle_length"]
        assert not cycle or cycle[0].debtor == cycle[-1].creditor
        assert len(found.path(Typology.CHAIN)) == told["transfer_chain_length"]
        assert found.ways() == told["transfer_scatter_gather"]


@given(seed=st.integers(0, 2**32), size=st.integers(1, 70))
@thorough
def test_what_was_told_of_an_edge_is_found_again_however_many_were_posted_since(seed: int, size: int) -> None:
    dice = Random(seed)  # noqa: S311
    books, told = Books(WIDE, dice), list[dict[str, float]]()
    for account in books.accounts[:3]:
        books.open_one(0, account)
    for number in range(size):
        books.post(number)
        books.typologies.follow()
        told.append(dict(zip(TYPOLOGY_NAMES, books.typologies.values(), strict=True)))
    for edge, then in enumerate(told):
        if then["transfer_truncated"]:
            continue
        again = books.typologies.numbers(edge)
        assert [
            (name, value, then[name])
            for name, value in again.items()
            if value != then[name] and not (isnan(value) and isnan(then[name]))
        ] == [], (edge, books.plain.edges)
        fires = {each for each in Typology if then[f"transfer_t{int(each)}"]}
        assert set(books.typologies.complete(edge)) == fires
