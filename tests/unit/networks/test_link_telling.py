"""What events tell of links, and when clusters are made anew."""

from typing import Any

import pytest

from zhamen.core.identifiers import identity
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.live import Links
from zhamen.networks.live import Networks

DAY = 86_400_000_000
HOUR = DAY // 24


@pytest.fixture
def networks() -> Networks:
    return Networks(budget_bytes=1 << 20)


def event(kind: str, at: int = 0, **given: object) -> list[object]:
    row = {"type": kind, "occurred_at": at, "event_id": "E", **given}
    return [row.get(name) for name in Networks.fields]


def login(account: str, at: int = 0, **given: object) -> list[object]:
    return event("login", at, account_id=account, device_id="D", device_ip="1.2.3.4", **given)


def size_of(links: Links, account: str) -> int:
    cluster = links.cluster(identity(account))
    return 1 if cluster is None else cluster.size


def test_accounts_signed_in_to_from_one_device_and_address_are_linked(networks: Networks) -> None:
    networks.advance(login("A"))
    networks.advance(login("B", succeeded=True))
    assert size_of(networks.links, "A") == 2


def test_a_sign_in_that_failed_tells_of_nobody(networks: Networks) -> None:
    networks.advance(login("A"))
    networks.advance(login("B", succeeded=False))
    assert size_of(networks.links, "A") == 1
    assert networks.links.size.accounts == 1


def test_the_device_of_a_transfer_is_the_payers(networks: Networks) -> None:
    given: dict[str, Any] = {
        "creditor_account_id": "C",
        "device_id": "D",
        "device_ip": "1.2.3.4",
        "amount_minor": 5,
    }
    for account in ("A", "B"):
        networks.advance(event("transfer", debtor_account_id=account, **given))
    networks.advance(event("transfer", debtor_account_id="X", customer_side="creditor", **given))
    assert size_of(networks.links, "A") == 2
    assert size_of(networks.links, "X") == size_of(networks.links, "C") == 1


def test_who_came_along_is_linked_with_those_who_opened_in_his_company(networks: Networks) -> None:
    networks.advance(event("account_opened", account_id="A", customer_id="boss", outlet="O"))
    for account in ("B", "C"):
        more: dict[str, Any] = {"customer_id": f"of {account}", "companion": "boss", "outlet": "O"}
        networks.advance(event("account_opened", account_id=account, **more))
    assert size_of(networks.links, "A") == 3
    assert networks.links.values(identity("A"))[2] == 3
    kinds = {tie.kind for tie in networks.links.shared(identity("A"))}
    assert kinds == {LinkKind.COMPANION, LinkKind.OUTLET}


@pytest.mark.parametrize("kind", ["account_opened", "profile_changed"])
def test_those_reached_by_one_telephone_at_one_address_are_linked(networks: Networks, kind: str) -> None:
    reached: dict[str, Any] = {"customer_phone": "+8613800138000", "customer_address": "一条街一号"}
    for account in ("A", "B"):
        networks.advance(event(kind, account_id=account, **reached))
    networks.advance(event("login", account_id="C", succeeded=False, **reached))
    assert size_of(networks.links, "A") == 2
    kinds = {tie.kind for tie in networks.links.shared(identity("A"))}
    assert kinds == {LinkKind.PHONE, LinkKind.ADDRESS}


def test_reports_count_and_false_ones_do_not(networks: Networks) -> None:
    for account in ("A", "B"):
        networks.advance(login(account))
    for label, reported in (("suspicious", 0), ("confirmed_fraud", 1), ("false_positive", 0)):
        networks.advance(event("fraud_reported", label=label, creditor_account_id="B"))
        assert networks.links.values(identity("A"))[1] == reported


def test_clusters_are_made_anew_with_the_first_event_after_three_at_night_in_china(
    networks: Networks,
) -> None:
    for account in ("A", "B"):
        networks.advance(login(account, at=18 * HOUR))
    for number in range(60):
        networks.advance(login(f"crowd {number}", at=19 * HOUR - 1))
    assert size_of(networks.links, "A") > 1
    networks.advance(event("transfer_settled", at=19 * HOUR))
    assert size_of(networks.links, "A") == 1


def test_a_late_event_makes_nothing_anew(networks: Networks) -> None:
    for account in ("A", "B"):
        networks.advance(login(account, at=20 * HOUR))
    for number in range(60):
        networks.advance(login(f"crowd {number}", at=18 * HOUR))
    assert size_of(networks.links, "A") > 1


@pytest.mark.parametrize("kind", ["account_credited", "cash_withdrawal", "limit_changed", "payee_added"])
def test_an_event_that_tells_nothing_of_things_is_taken(networks: Networks, kind: str) -> None:
    networks.advance(event(kind, at=7, account_id="A", debtor_account_id="A"))
    assert networks.links.clock == 7
    assert networks.links.cluster(identity("A")) is None
