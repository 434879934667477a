"""Decisions, accounts, customers, the dashboard and the health page with data: axe and widths."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen

import pytest

from zhamen.bootstrap.clock import utc_now
from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

MULE, PAYER = "6222020200112233445", "6217000010012345670"
PATIENCE = 60.0
PAYMENTS = 4
Visit = Callable[..., Any]


def post(site: Any, path: str, event: dict[str, Any]) -> None:
    body = json.dumps(event | {"occurred_at": utc_now().isoformat()}).encode()
    request = Request(f"{site.url}{path}", body, {"content-type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310  # our own server
        assert answer.status in (200, 202)


def pay(site: Any, number: int, payee: str = MULE, payer: str = PAYER) -> None:
    event = {
        "type": "transfer",
        "event_id": f"I{number}",
        "channel": "mobile",
        "outlet": "nmg",
        "amount_minor": 980_000 + number,
        "currency": "CNY",
        "debtor_account": {"id": payer},
        "debtor": {"id": "C7", "name": "Payer"},
        "creditor_account": {"id": payee},
        "device": {"id": "device-0123456789", "ip": "203.0.113.9"},
    }
    post(site, "/v1/decisions", event)


@pytest.fixture(scope="module")
def lived(site: Any) -> Any:
    """A site where an account was signed in to, paid honest people and then a listed account."""
    login = {"type": "login", "event_id": "L1", "account": {"id": PAYER}, "customer": {"id": "C7"}}
    post(site, "/v1/events", login)
    for number in range(1, PAYMENTS):
        pay(site, number, f"62170000100999999{number:02d}")
    pay(site, PAYMENTS)
    return site


def settled(visitor: Any) -> Any:
    """Give the decisions page once the views have taken the payments in."""
    began = monotonic()
    page = visitor.open("/console/decisions?type=transfer")
    while page.locator("tbody a[href^='/console/decisions/']").count() < PAYMENTS:
        assert monotonic() - began < PATIENCE, "no decision appears"
        sleep(0.5)
        page = visitor.open("/console/decisions?type=transfer")
    return page


def check(visitor: Any, name: str) -> None:
    assert visitor.violations_in_themes(name) == ""
    assert visitor.overflows(name) == [], visitor.page.url


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_with_data_have_no_fault_and_fit(visit: Visit, language: str) -> None:
    visitor = visit(language)
    visitor.sign_in(Role.SUPERVISOR)
    page = settled(visitor)
    check(visitor, f"decisions-{language}")

    stopped = visitor.open("/console/decisions").locator("tbody a[href^='/console/decisions/']").first
    stopped.click()
    page.wait_for_url("**/console/decisions/*")
    page.locator("#compared").wait_for()
    check(visitor, f"decision-compared-{language}")

    page.locator("dl a[href^='/console/accounts/']").first.click()
    page.wait_for_url("**/console/accounts/*")
    check(visitor, f"account-sides-{language}")

    page.locator("a[href^='/console/customers/']").first.click()
    page.wait_for_url("**/console/customers/*")
    check(visitor, f"customer-{language}")

    page.locator("a[href^='/console/cases/']").first.click()
    page.locator("#compared").wait_for()
    check(visitor, f"case-compared-{language}")

    visitor.open("/console/dashboard")
    check(visitor, f"dashboard-data-{language}")


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_health_page_has_no_fault_and_fits(visit: Visit, language: str) -> None:
    visitor = visit(language)
    visitor.sign_in(Role.AUDITOR)
    visitor.open("/console/health")
    check(visitor, f"health-data-{language}")


def test_a_new_case_comes_into_the_queue_and_what_is_ticked_stays_ticked(visit: Visit, lived: Any) -> None:
    visitor = visit()
    visitor.sign_in(Role.SUPERVISOR)
    settled(visitor)
    page = visitor.open("/console/cases")
    page.locator("tbody input").first.check()
    ticked = page.locator("tbody input:checked").get_attribute("name")
    page.locator("tbody a").first.focus()
    alerts = page.locator("tbody").inner_text()
    pay(lived, 20, payer="6217000010012345999")
    page.wait_for_function("before => document.querySelector('tbody').innerText !== before", arg=alerts)
    assert page.locator("tbody input:checked").get_attribute("name") == ticked
    assert page.evaluate("document.activeElement.id").startswith("case-")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/console/cases/*")


@pytest.mark.usefixtures("lived")
def test_without_script_a_link_leads_to_the_comparison(visit: Visit) -> None:
    visitor = visit(script=False)
    visitor.sign_in(Role.SUPERVISOR)
    page = settled(visitor)
    page.locator("tbody a[href^='/console/decisions/']").first.click()
    page.locator("a[href$='/compared']").click()
    page.wait_for_url("**/compared")
    page.locator("#compared h3").wait_for()
