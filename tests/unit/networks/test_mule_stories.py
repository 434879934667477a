"""The shipped score on stories told event by event: mules stand out, everyday life does not."""

from math import isnan

import pytest

from zhamen.networks.live import Networks

MINUTE = 60_000_000
DAY = 1440 * MINUTE
YUAN = 100
BUDGET = 1 << 22
OLD = -3000 * DAY
PAYS, RECEIVES = (Networks.names.index(f"{role}_account_mule_score") for role in ("debtor", "creditor"))
ACTED_ON = 0.05


class Desk:
    """Networks as a gate keeps them, and how likely the last payment's two accounts are mules'."""

    def __init__(self) -> None:
        self.networks = Networks(BUDGET)
        self.events = 0
        self.opened: dict[str, int] = {}

    def take(self, kind: str, at: int, **given: object) -> tuple[float, float]:
        self.events += 1
        event = {"type": kind, "event_id": f"E{self.events}", "occurred_at": at, **given}
        told = self.networks.advance([event.get(name) for name in Networks.fields])
        return told[PAYS], told[RECEIVES]

    def pay(self, debtor: str, creditor: str, yuan: int, at: int, **given: object) -> tuple[float, float]:
        sides = {"debtor_account_id": debtor, "creditor_account_id": creditor}
        kinds = {"debtor_account_kind": "person", "creditor_account_kind": "person"}
        openings = {
            "debtor_account_opened_at": self.opened.get(debtor, OLD),
            "creditor_account_opened_at": self.opened.get(creditor, OLD),
        }
        return self.take("transfer", at, **sides, **kinds, **openings, amount_minor=yuan * YUAN, **given)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_accounts_opened_in_company_and_worked_from_one_telephone_are_mules_at_their_first_payments(
    desk: Desk,
) -> None:
    hand = {"device_id": "ring", "device_ip": "45.1.1.1"}
    for number in range(6):
        mule = f"mule {number}"
        desk.opened[mule] = number * 20 * MINUTE
        desk.take("account_opened", number * 20 * MINUTE, account_id=mule, customer_id=f"of {mule}",
                  companion="of mule 0", outlet="O")  # fmt: skip
        desk.take("login", DAY, account_id=mule, customer_id=f"of {mule}", **hand)
    _, received = desk.pay("victim", "mule 0", 50_000, 2 * DAY)
    assert received > ACTED_ON
    first, _ = desk.pay("mule 0", "mule 1", 24_000, 2 * DAY + 5 * MINUTE, **hand)
    assert first > ACTED_ON
    second, _ = desk.pay("mule 0", "mule 2", 25_000, 2 * DAY + 7 * MINUTE, **hand)
    onward, _ = desk.pay("mule 1", "mule 3", 23_500, 2 * DAY + 12 * MINUTE, **hand)
    assert min(second, onward) > 0.5


def test_without_links_passing_on_at_once_weighs_more_than_keeping(desk: Desk) -> None:
    desk.pay("victim", "account", 50_000, 0)
    at_once, _ = desk.pay("account", "other", 48_000, 5 * MINUTE)
    desk.pay("friend", "keeper", 50_000, 0)
    later, _ = desk.pay("keeper", "shop", 300, 6 * MINUTE)
    assert at_once > 10 * later


@pytest.mark.parametrize("day", [0, 30, 400])
def test_salary_then_rent_is_nothing(desk: Desk, day: int) -> None:
    desk.pay("somebody", "worker", 100, 0)
    desk.take("account_credited", day * DAY, account_id="worker", amount_minor=9_000 * YUAN)
    pays, receives = desk.pay("worker", "landlord", 3_000, day * DAY + 60 * MINUTE)
    assert max(pays, receives) < ACTED_ON


def test_a_family_with_one_network_is_nothing(desk: Desk) -> None:
    family = ("mother", "father", "child", "grandmother")
    for number, member in enumerate(family):
        desk.take("login", number, account_id=member, device_id="tablet", device_ip="home")
    for number, member in enumerate(family[1:]):
        pays, receives = desk.pay("mother", member, 2_000, number * 60 * MINUTE, device_id="tablet")
        assert max(pays, receives) < ACTED_ON


def test_wedding_gifts_are_nothing(desk: Desk) -> None:
    for guest in range(60):
        _, receives = desk.pay(f"guest {guest}", "couple", 800, guest * 5 * MINUTE)
        assert receives < ACTED_ON


def test_a_shop_is_not_scored(desk: Desk) -> None:
    for customer in range(20):
        given = {
            "creditor_account_id": "shop",
            "creditor_account_kind": "merchant",
            "amount_minor": 50 * YUAN,
        }
        pays, receives = desk.take("transfer", customer, debtor_account_id=f"customer {customer}", **given)
        assert isnan(receives)
        assert pays < ACTED_ON
