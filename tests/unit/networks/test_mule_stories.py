"""The shipped score on stories told event by event: mules stand out, everyday life does not."""

import pytest

from zhamen.core.identifiers import identity
from zhamen.networks.books.book import Book
from zhamen.networks.books.reading import FIELDS_READ, movement_of
from zhamen.networks.graph.layout import IN_CREDITOR, IN_DEBTOR
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.links.live import Links
from zhamen.networks.links.telling import tell
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.typologies.live import Typologies
from zhamen.networks.typologies.names import TYPOLOGY_NAMES

MINUTE = 60_000_000
DAY = 1440 * MINUTE
YUAN = 100
BUDGET = 1 << 22
OLD = -3000 * DAY
NAMES = [
    *TYPOLOGY_NAMES,
    *(f"{role}_account_{name}" for role in ("debtor", "creditor") for name in CLUSTER_NAMES),
]
PAYS, RECEIVES = OUTBOUND.reader(NAMES), INBOUND.reader(NAMES)
ACTED_ON = 0.05


class Desk:
    """Networks as a gate keeps them, and how likely the last payment's two accounts are mules'."""

    def __init__(self) -> None:
        self.book = Book(TransferGraph(BUDGET))
        self.typologies = Typologies(self.book.graph, budget_bytes=BUDGET)
        self.links = Links(budget_bytes=BUDGET)
        self.events = 0
        self.opened: dict[str, int] = {}

    def take(self, kind: str, at: int, **given: object) -> tuple[float, float]:
        self.events += 1
        event = {"type": kind, "event_id": f"E{self.events}", "occurred_at": at, **given}
        row = [event.get(name) for name in FIELDS_READ]
        tell(self.links, row)
        movement = movement_of(row, self.events)
        if movement is None:
            return 0.0, 0.0
        for account in (given.get("debtor_account_id"), given.get("creditor_account_id")):
            if isinstance(account, str):
                number = self.book.graph.enrol(identity(account))
                self.typologies.opened(number, self.opened.get(account, OLD))
        self.book.take(movement)
        self.typologies.follow()
        sides = [self.links.values(max(0, movement[side])) for side in (IN_DEBTOR, IN_CREDITOR)]
        told = [*self.typologies.values(), *sides[0], *sides[1]]
        return PAYS(told), RECEIVES(told)

    def pay(self, debtor: str, creditor: str, yuan: int, at: int, **given: object) -> tuple[float, float]:
        sides = {"debtor_account_id": debtor, "creditor_account_id": creditor}
        kinds = {"debtor_account_kind": "person", "creditor_account_kind": "person"}
        return self.take("transfer", at, **sides, **kinds, amount_minor=yuan * YUAN, **given)


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
