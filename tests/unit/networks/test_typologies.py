"""Patterns of mules: where each begins, and what looks like one and is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from msgspec.structs import replace

from zhamen.core.errors import InputError, JournalDamaged, NotFoundError, StateFull
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting, Postings
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.live import Typologies
from zhamen.networks.typologies.names import COLUMNS, TYPOLOGY_NAMES, TYPOLOGY_WORDS
from zhamen.networks.typologies.past import Past
from zhamen.networks.typologies.settings import TypologySettings

BUDGET = 1 << 20
HOUR = 3_600_000_000
MINUTE = 60_000_000
DAY = 24 * HOUR
MULE, OTHER = 1, 2
YUAN = 100


class Bank:
    """Transfers one by one, and what is told of the last."""

    def __init__(self, chosen: TypologySettings | None = None) -> None:
        self.graph = TransferGraph(budget_bytes=BUDGET)
        self.typologies = Typologies(self.graph, chosen, budget_bytes=BUDGET)
        self.told: dict[str, float] = {}

    def pay(self, at: int, debtor: int | None, creditor: int | None, yuan: float, **more: object) -> int:
        """Post a transfer."""
        given = {"kind": EdgeKind.TRANSFER, "debtor": debtor, "creditor": creditor, **more}
        edge = self.graph.append(Posting(posted_at=at, amount_minor=int(yuan * YUAN), **given))  # type: ignore[arg-type]
        self.typologies.follow()
        self.told = dict(zip(TYPOLOGY_NAMES, self.typologies.values(), strict=True))
        return edge

    def cash_out(self, at: int, debtor: int, yuan: float) -> None:
        """Post cash paid out."""
        self.pay(at, debtor, None, yuan, kind=EdgeKind.CASH_OUT)

    def take_back(self, at: int, original: int, yuan: float) -> None:
        """Post a reversal."""
        self.pay(at, None, None, yuan, kind=EdgeKind.REVERSAL, original=original)

    def open(self, account: int, at: int) -> None:
        """Tell of an opening."""
        self.typologies.opened(self.graph.enrol(account), at)

    @property
    def fires(self) -> set[Typology]:
        """The patterns that the last transfer completed."""
        return {typology for typology in Typology if self.told[f"transfer_t{int(typology)}"]}


def gather(bank: Bank, payers: int, yuan: float, *, start: int = 0, to: int = MULE) -> None:
    for payer in range(payers):
        bank.pay(start + payer * MINUTE, 100 + payer, to, yuan)


def scatter(bank: Bank, payees: int, yuan: float, *, start: int = 0, by: int = MULE) -> None:
    for payee in range(payees):
        bank.pay(start + payee * MINUTE, by, 200 + payee, yuan)


# -- T1 and T2 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payers", "yuan", "fires"), [(7, 3000, False), (8, 2500, True), (9, 2500, True), (8, 2499.99, False)]
)
def test_fan_in_begins_with_its_least_payers_and_sum(payers: int, yuan: float, fires: bool) -> None:
    bank = Bank()
    gather(bank, payers, yuan)
    assert (Typology.FAN_IN in bank.fires) is fires
    assert bank.told["creditor_account_fan_in"] == payers


def test_one_payer_many_times_is_one_payer() -> None:
    bank = Bank()
    for _ in range(20):
        gather(bank, 7, 1000)
    assert bank.told["creditor_account_fan_in"] == 7
    assert Typology.FAN_IN not in bank.fires


@pytest.mark.parametrize(("later", "payers"), [(DAY - 1, 9), (DAY, 8), (DAY + MINUTE, 7)])
def test_what_is_as_old_as_the_window_is_wide_is_out_of_it(later: int, payers: int) -> None:
    bank = Bank()
    gather(bank, 8, 3000)
    bank.pay(later, 99, MULE, 3000)
    assert bank.told["creditor_account_fan_in"] == payers


def test_a_late_posting_counts_as_of_the_latest_time_before_it() -> None:
    bank = Bank()
    bank.pay(DAY, 98, OTHER, 1)
    bank.pay(0, 99, MULE, 1)
    bank.pay(2 * DAY - 1, 97, MULE, 1)
    assert bank.told["creditor_account_fan_in"] == 2
    bank.pay(2 * DAY, 97, MULE, 1)
    assert bank.told["creditor_account_fan_in"] == 1


@pytest.mark.parametrize(("payees", "fires"), [(5, False), (6, True)])
def test_fan_out_begins_with_its_least_payees(payees: int, fires: bool) -> None:
    bank = Bank()
    scatter(bank, payees, 1000)
    assert (Typology.FAN_OUT in bank.fires) is fires


@pytest.mark.parametrize(("largest", "fires"), [(7500, True), (7501, False)])
def test_an_account_that_pays_mostly_one_payee_scatters_nothing(largest: float, fires: bool) -> None:
    bank = Bank()
    bank.pay(0, MULE, 300, largest)
    scatter(bank, 5, 1000)
    assert (Typology.FAN_OUT in bank.fires) is fires


def test_a_share_of_more_transfers_than_are_looked_at_is_not_told() -> None:
    bank = Bank(TypologySettings(most_edges=8))
    scatter(bank, 8, 1000)
    assert bank.told["debtor_account_fan_out_largest_share"] == 1 / 8
    assert not bank.told["transfer_truncated"]
    scatter(bank, 1, 1000)
    assert np.isnan(bank.told["debtor_account_fan_out_largest_share"])
    assert bank.told["transfer_truncated"]
    assert Typology.FAN_OUT in bank.fires


# -- T3 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("out", "fires"), [(8999.99, False), (9000, True), (20_000, True)])
def test_pass_through_begins_with_its_share(out: float, fires: bool) -> None:
    bank = Bank()
    bank.pay(0, 100, MULE, 10_000)
    bank.pay(10 * MINUTE, MULE, 200, out)
    assert (Typology.PASS_THROUGH in bank.fires) is fires


@pytest.mark.parametrize(("later", "fires"), [(30 * MINUTE - 1, True), (30 * MINUTE, False)])
def test_what_stayed_half_an_hour_was_not_passed_through(later: int, fires: bool) -> None:
    bank = Bank()
    bank.pay(0, 100, MULE, 10_000)
    bank.pay(later, MULE, 200, 10_000)
    assert (Typology.PASS_THROUGH in bank.fires) is fires


def test_cash_is_passing_on_too() -> None:
    bank = Bank()
    bank.pay(0, 100, MULE, 10_000)
    bank.pay(MINUTE, MULE, 200, 5000)
    bank.cash_out(2 * MINUTE, MULE, 5000)
    assert bank.fires == {Typology.PASS_THROUGH}
    assert bank.typologies.evidence(2, Typology.PASS_THROUGH) == (0, 1, 2)
    assert bank.told["debtor_account_fan_out"] == 1


def test_what_was_paid_before_the_receipt_is_no_passing_on() -> None:
    bank = Bank()
    bank.pay(0, MULE, 200, 10_000)
    bank.pay(1, 100, MULE, 10_000)
    bank.pay(2, MULE, 200, 5000)
    assert bank.told["debtor_account_pass_through_share"] == 0.5


# -- T4 to T7 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "found"), [(2, 2), (3, 3), (5, 5), (6, 0)])
def test_a_cycle_is_found_up_to_its_longest(length: int, found: int) -> None:
    bank = Bank()
    for number in range(length):
        bank.pay(number, 10 + number, 10 + (number + 1) % length, 1000)
    assert bank.told["transfer_cycle_length"] == found
    assert (Typology.CYCLE in bank.fires) is (found >= 3)
    assert len(bank.typologies.evidence(length - 1, Typology.CYCLE)) == found


def test_a_cycle_goes_by_order_of_posting_and_not_by_time() -> None:
    bank = Bank()
    bank.pay(0, 11, 12, 1000)
    bank.pay(0, 10, 11, 1000)
    bank.pay(0, 12, 10, 1000)
    assert bank.told["transfer_cycle_length"] == 0
    bank.pay(0, 11, 12, 1000)
    bank.pay(0, 12, 10, 1000)
    assert bank.told["transfer_cycle_length"] == 3


@pytest.mark.parametrize(("first", "found"), [(499, 0), (500, 2), (1200, 2), (1201, 0)])
def test_a_cycle_is_of_about_one_amount(first: float, found: int) -> None:
    bank = Bank()
    bank.pay(0, MULE, OTHER, first)
    bank.pay(1, OTHER, MULE, 1000)
    assert bank.told["transfer_cycle_length"] == found


def test_a_look_for_a_cycle_ends_at_its_budget_and_says_so() -> None:
    bank = Bank(TypologySettings(cycle_budget=20))
    bank.pay(0, MULE, OTHER, 1000)
    gather(bank, 20, 1000, to=OTHER)
    bank.pay(DAY // 2, OTHER, MULE, 1000)
    assert (bank.told["transfer_cycle_length"], bank.told["transfer_truncated"]) == (0, 1)


@pytest.mark.parametrize(("ways", "fires"), [(2, False), (3, True)])
def test_scatter_gather_begins_with_its_least_ways(ways: int, fires: bool) -> None:
    bank = Bank()
    for way in range(ways):
        bank.pay(way, 50, 10 + way, 1000)
        bank.pay(way, 50, 10 + way, 1000)
    for way in range(ways):
        bank.pay(100 + way, 10 + way, 60, 1000)
        bank.pay(100 + way, 10 + way, 60, 1000)
    assert bank.told["transfer_scatter_gather"] == ways
    assert (Typology.SCATTER_GATHER in bank.fires) is fires


def test_a_second_leg_before_the_first_is_no_way() -> None:
    bank = Bank()
    for way in range(3):
        bank.pay(0, 10 + way, 60, 1000)
    for way in range(3):
        bank.pay(1, 50, 10 + way, 1000)
    bank.pay(2, 10, 60, 1000)
    assert bank.told["transfer_scatter_gather"] == 1


def test_gather_scatter_is_many_payers_and_then_many_payees() -> None:
    bank = Bank()
    gather(bank, 5, 1000)
    scatter(bank, 5, 1000, start=HOUR)
    assert Typology.GATHER_SCATTER in bank.fires
    assert bank.typologies.evidence(9, Typology.GATHER_SCATTER) == tuple(range(10))


def test_payers_who_come_after_the_payees_do_not_make_it_gather_scatter() -> None:
    bank = Bank()
    gather(bank, 4, 2000)
    scatter(bank, 5, 1000, start=HOUR)
    gather(bank, 5, 2000, start=2 * HOUR)
    bank.pay(3 * HOUR, MULE, 299, 1000)
    assert bank.told["debtor_account_fan_in"] == 5
    assert Typology.GATHER_SCATTER not in bank.fires


@pytest.mark.parametrize(("received", "fires"), [(799, False), (800, True)])
def test_gather_scatter_pays_what_it_received(received: float, fires: bool) -> None:
    bank = Bank()
    gather(bank, 5, received)
    scatter(bank, 5, 1000, start=HOUR)
    assert (Typology.GATHER_SCATTER in bank.fires) is fires


@pytest.mark.parametrize(
    ("held", "kept", "length"),
    [
        (60 * MINUTE - 1, 0.8, 4),
        (60 * MINUTE, 0.8, 1),
        (MINUTE, 0.79, 1),
        (MINUTE, 1.0, 4),
        (MINUTE, 1.01, 1),
    ],
)
def test_a_chain_is_passed_on_soon_and_nearly_whole(held: int, kept: float, length: int) -> None:
    bank = Bank()
    for hop in range(4):
        bank.pay(hop * held, 10 + hop, 11 + hop, 100_000 * kept**hop)
    assert bank.told["transfer_chain_length"] == length
    assert (Typology.CHAIN in bank.fires) is (length >= 3)
    assert len(bank.typologies.evidence(3, Typology.CHAIN)) == length


def test_money_that_goes_to_and_fro_is_no_chain() -> None:
    bank = Bank()
    for hop in range(6):
        bank.pay(hop, 10 + hop % 2, 11 - hop % 2, 1000)
    assert bank.told["transfer_chain_length"] == 1


# -- T9, T10, T12 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "fires"),
    [
        ([49_999, 40_000], False),
        ([49_999, 40_000, 45_000], True),
        ([39_999, 40_000, 45_000], False),
        ([50_000, 40_000, 45_000], False),
        ([45_000] * 4 + [50_000], False),
        ([45_000] * 5 + [59_999], True),
        ([45_000] * 4 + [60_000], True),
    ],
)
def test_splitting_is_many_just_below_the_limit_and_few_above(amounts: Sequence[float], fires: bool) -> None:
    bank = Bank()
    for number, amount in enumerate(amounts):
        bank.pay(number * HOUR, MULE, OTHER, amount)
    assert (Typology.SPLITTING in bank.fires) is fires


@pytest.mark.parametrize(("idle", "fires"), [(180 * DAY - 1, False), (180 * DAY, True)])
def test_an_account_that_slept_and_then_passes_on_is_woken(idle: int, fires: bool) -> None:
    bank = Bank()
    bank.pay(0, MULE, OTHER, 100)
    bank.pay(idle, 100, MULE, 10)
    bank.pay(idle + DAY, 101, MULE, 20_000)
    bank.pay(idle + 3 * DAY - 1, MULE, 200, 18_010)
    assert (Typology.WOKEN in bank.fires) is fires
    if fires:
        assert bank.told["debtor_account_idle_days"] == 180
        assert bank.told["debtor_account_woken_probe"] == 1
        assert bank.typologies.evidence(3, Typology.WOKEN) == (1, 2, 3)
        bank.pay(idle + 3 * DAY, MULE, 200, 100)
        assert Typology.WOKEN not in bank.fires


def test_an_account_sleeps_from_its_opening() -> None:
    bank = Bank()
    bank.open(MULE, 0)
    bank.pay(200 * DAY, 100, MULE, 20_000)
    bank.pay(200 * DAY + HOUR, MULE, 200, 20_000)
    assert Typology.WOKEN in bank.fires


def test_what_the_bank_posts_itself_wakes_no_account() -> None:
    bank = Bank()
    bank.pay(0, MULE, OTHER, 100)
    bank.pay(90 * DAY, None, MULE, 1, kind=EdgeKind.CASH_IN)
    bank.pay(120 * DAY, MULE, None, 1, kind=EdgeKind.FEE)
    bank.pay(180 * DAY, 100, MULE, 20_000)
    assert bank.told["creditor_account_idle_days"] == 180


@pytest.mark.parametrize(("payers", "age", "fires"), [(9, 1, False), (10, 1, True), (10, 30, False)])
def test_a_young_account_with_many_first_time_payers(payers: int, age: int, fires: bool) -> None:
    bank = Bank()
    bank.open(MULE, -age * DAY)
    gather(bank, payers, 100)
    assert (Typology.NEW_PAYERS in bank.fires) is fires
    if fires:
        assert len(bank.typologies.evidence(payers - 1, Typology.NEW_PAYERS)) == payers


def test_payers_who_paid_before_are_not_new() -> None:
    bank = Bank()
    bank.open(MULE, 0)
    gather(bank, 12, 100)
    gather(bank, 12, 100, start=2 * DAY)
    assert bank.told["creditor_account_new_payers"] == 0
    assert bank.told["creditor_account_fan_in"] == 12


# -- What looks like a pattern and is none --------------------------------------------------------------


def make_shop(bank: Bank) -> None:
    bank.graph.enrol(MULE, AccountKind.MERCHANT)
    gather(bank, 200, 300)


def make_payroll(bank: Bank) -> None:
    bank.graph.enrol(MULE, AccountKind.PAYROLL)
    scatter(bank, 200, 8000)


def make_school_fees(bank: Bank) -> None:
    bank.graph.enrol(MULE, AccountKind.GOVERNMENT)
    gather(bank, 40, 1200)


def make_wedding_gifts(bank: Bank) -> None:
    gather(bank, 30, 600)


def make_refund(bank: Bank) -> None:
    bank.graph.enrol(OTHER, AccountKind.MERCHANT)
    bank.pay(0, MULE, OTHER, 8000)
    bank.pay(HOUR, OTHER, MULE, 8000)


def make_friends(bank: Bank) -> None:
    for dinner in range(6):
        bank.pay(dinner * HOUR, (MULE, OTHER)[dinner % 2], (OTHER, MULE)[dinner % 2], 200)


def make_salary_then_mortgage(bank: Bank) -> None:
    bank.graph.enrol(100, AccountKind.PAYROLL)
    bank.graph.enrol(200, AccountKind.CLEARING)
    bank.pay(0, 100, MULE, 20_000)
    bank.pay(MINUTE, MULE, 200, 19_000)


def make_salary_then_rent(bank: Bank) -> None:
    bank.graph.enrol(100, AccountKind.PAYROLL)
    bank.pay(0, 100, MULE, 20_000)
    bank.pay(MINUTE, MULE, 200, 19_000)


def make_own_transfers(bank: Bank) -> None:
    bank.pay(0, 100, MULE, 50_000, same_owner=True)
    bank.pay(1, MULE, 101, 50_000, same_owner=True)
    bank.pay(2, 101, 102, 50_000, same_owner=True)
    bank.pay(3, 102, 103, 50_000)


def make_platform(bank: Bank) -> None:
    bank.graph.enrol(60, AccountKind.WALLET)
    for way in range(5):
        bank.pay(way, 50, 10 + way, 1000)
        bank.pay(10 + way, 10 + way, 60, 900)


def make_family_bills(bank: Bank) -> None:
    for child in range(2):
        bank.pay(child, 50, 10 + child, 3000)
        bank.pay(10 + child, 10 + child, 60, 3000)


def make_small_shop(bank: Bank) -> None:
    gather(bank, 7, 200)
    scatter(bank, 4, 150, start=HOUR)


def make_returned_migrant(bank: Bank) -> None:
    bank.pay(0, MULE, OTHER, 1000)
    bank.pay(300 * DAY, 100, MULE, 30_000)
    bank.pay(301 * DAY, MULE, 200, 3000)


def make_new_shop(bank: Bank) -> None:
    bank.graph.enrol(MULE, AccountKind.MERCHANT)
    bank.open(MULE, 0)
    gather(bank, 30, 100)


def make_instalments(bank: Bank) -> None:
    for month in range(12):
        bank.pay(month * 30 * DAY, MULE, OTHER, 45_000)


def make_a_large_day_with_as_many_over_the_threshold(bank: Bank) -> None:
    for number, yuan in enumerate((45_000, 45_000, 52_000, 45_000)):
        bank.pay(number * HOUR, MULE, 200, yuan)


def make_treasury_sweep(bank: Bank) -> None:
    for minute in range(4):
        bank.pay(minute * MINUTE, 10 + minute, 11 + minute, 900_000, same_owner=True)
    bank.graph.enrol(60, AccountKind.CLEARING)
    for minute, (debtor, creditor) in enumerate(((20, 60), (60, 21), (21, 22))):
        bank.pay(minute * MINUTE, debtor, creditor, 3000)


def make_season(bank: Bank) -> None:
    bank.pay(0, MULE, OTHER, 4000)
    for buyer in range(5):
        bank.pay(200 * DAY + buyer * HOUR, 100 + buyer, MULE, 6000)
    bank.pay(201 * DAY, MULE, 200, 8000)


def make_to_oneself(bank: Bank) -> None:
    for number in range(10):
        bank.pay(number, MULE, MULE, 45_000)


@pytest.mark.parametrize(
    "make",
    [
        make_shop,
        make_payroll,
        make_school_fees,
        make_wedding_gifts,
        make_refund,
        make_friends,
        make_salary_then_mortgage,
        make_salary_then_rent,
        make_own_transfers,
        make_platform,
        make_family_bills,
        make_small_shop,
        make_returned_migrant,
        make_new_shop,
        make_instalments,
        make_a_large_day_with_as_many_over_the_threshold,
        make_treasury_sweep,
        make_season,
        make_to_oneself,
    ],
)
def test_what_looks_like_a_pattern_fires_none(make: object) -> None:
    bank = Bank()
    assert callable(make)
    make(bank)
    assert bank.fires == set()


# -- What came back ------------------------------------------------------------------------------------------


def test_what_came_back_whole_counts_no_more_and_a_part_changes_nothing() -> None:
    bank = Bank()
    gather(bank, 7, 3000)
    edge = bank.pay(HOUR, 99, MULE, 3000)
    assert bank.fires == {Typology.FAN_IN}
    bank.take_back(HOUR, edge, 1000)
    assert bank.told["debtor_account_fan_in"] == 8
    bank.take_back(HOUR, edge, 2000)
    assert (bank.told["debtor_account_fan_in"], bank.told["debtor_account_fan_in_sum"]) == (7, 2_100_000)
    assert bank.typologies.evidence(edge, Typology.FAN_IN) == tuple(range(8))
    bank.pay(DAY + HOUR, 99, MULE, 1)
    assert bank.told["creditor_account_fan_in"] == 1


def test_what_comes_back_after_the_window_changes_nothing() -> None:
    bank = Bank()
    edge = bank.pay(0, 99, MULE, 3000)
    bank.pay(DAY, 98, MULE, 3000)
    bank.take_back(DAY, edge, 3000)
    assert bank.told["debtor_account_fan_in_sum"] == 300_000


# -- Order, many, limits ----------------------------------------------------------------------------------


def test_unrelated_transfers_in_any_order_change_nothing_that_is_told_of_others() -> None:
    told = []
    for seed in range(4):
        bank, dice = Bank(), Random(seed)  # noqa: S311
        others = [(1000 + dice.randrange(50), 2000 + dice.randrange(50)) for _ in range(60)]
        for number in range(8):
            for debtor, creditor in dice.sample(others, 5):
                bank.pay(number * MINUTE, debtor, creditor, 100)
            bank.pay(number * MINUTE, 10 + number, 11 + number, 10_000)
        told.append(bank.told)
    assert told[0]["transfer_chain_length"] == 8
    np.testing.assert_equal(told[1:], told[:-1])


@dataclass
class Large:
    """Many random transfers, with times that go back now and then."""

    size: int = 20_000

    def postings(self) -> Postings:
        dice = np.random.default_rng(5)
        late = np.where(dice.random(self.size) < 0.1, dice.integers(0, 2 * HOUR, self.size), 0)
        return Postings.of(
            posted_at=np.arange(self.size) * 20_000_000 - late,
            kind=np.zeros(self.size, np.int64),
            amount_minor=dice.integers(1, 10_000_000, self.size),
            debtor=dice.integers(0, 300, self.size),
            creditor=dice.integers(0, 300, self.size),
        )


def test_windows_are_found_again_across_marks() -> None:
    postings = Large().postings()
    graph = TransferGraph(budget_bytes=1 << 24)
    typologies = Typologies(graph, budget_bytes=1 << 24)
    graph.append_many(postings)
    typologies.follow()
    times = np.maximum.accumulate(postings.words[:, 0])
    for now in (0, 5, 4095, 4096, 4097, 8191, 8192, 12_345, 19_999):
        past = Past(graph, typologies.memory, now)
        assert past.time(now) == times[now]
        for width in (timedelta(minutes=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=9)):
            start = times[now] - width // timedelta(microseconds=1)
            assert past.since(now, width) == int(np.searchsorted(times, start, side="right"))


def test_many_at_once_tell_the_same_as_one_by_one() -> None:
    postings = Large().postings()
    graph = TransferGraph(budget_bytes=1 << 24)
    at_once, in_steps = (Typologies(graph, budget_bytes=1 << 24) for _ in range(2))
    rows, steps = (np.empty((Large.size, len(TYPOLOGY_NAMES))) for _ in range(2))
    for start in range(0, Large.size, 137):
        graph.append_many(Postings(postings.words[start : start + 137]))
        in_steps.follow_many(steps[start:])
    assert at_once.follow_many(rows) == Large.size
    np.testing.assert_array_equal(rows, steps)
    assert at_once.values() == pytest.approx(rows[-1].tolist(), nan_ok=True)


def test_settings_that_say_nothing_are_refused() -> None:
    graph = TransferGraph(budget_bytes=BUDGET)
    for wrong in (
        {"window": timedelta(0)},
        {"fan_in_least": 0},
        {"most_edges": 65},
        {"chain_memory": 3},
        {"pass_within": timedelta(days=2)},
        {"largest_share": 2.5},
        {"pass_minor": -1},
    ):
        with pytest.raises(InputError):
            Typologies(graph, replace(TypologySettings(), **wrong), budget_bytes=BUDGET)


def test_what_cannot_be_told_or_asked_is_refused() -> None:
    bank = Bank()
    bank.pay(0, MULE, OTHER, 1)
    with pytest.raises(NotFoundError):
        bank.typologies.opened(9, 0)
    with pytest.raises(InputError):
        bank.typologies.opened(1, 2**60)
    with pytest.raises(NotFoundError):
        bank.typologies.evidence(1, Typology.CYCLE)
    with pytest.raises(InputError):
        bank.typologies.follow_many(np.empty((1, 3)))


def test_a_used_up_budget_is_told() -> None:
    graph = TransferGraph(budget_bytes=1 << 24)
    for budget in (1 << 14, 1 << 15):
        typologies = Typologies(graph, budget_bytes=budget)
        graph.append_many(Large().postings())
        for _ in range(2):
            with pytest.raises(StateFull):
                typologies.follow()
        with pytest.raises(StateFull):
            typologies.opened(1, 0)


def test_damaged_parts_and_another_graph_are_refused() -> None:
    bank = Bank()
    gather(bank, 3, 100)
    parts = {name: bytes(part) for name, part in bank.typologies.parts()}
    assert Typologies.restore(bank.graph, parts.items(), budget_bytes=BUDGET).watermark == 3
    for name in filter(parts.get, parts):
        with pytest.raises(JournalDamaged):
            Typologies.restore(bank.graph, {**parts, name: parts[name][:-8]}.items(), budget_bytes=BUDGET)
    with pytest.raises(JournalDamaged):
        Typologies.restore(TransferGraph(budget_bytes=BUDGET), parts.items(), budget_bytes=BUDGET)


def test_every_column_has_words_in_both_languages() -> None:
    assert len(set(TYPOLOGY_NAMES)) == len(COLUMNS)
    assert set(TYPOLOGY_WORDS) == set(Typology)
    for column in COLUMNS:
        assert column.zh
        assert not column.zh.isascii()
        assert column.en.isascii()
        assert column.unit in ("count", "minor", "share", "days", "flag")
