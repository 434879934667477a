"""Held payments are decided in a browser; the queue is worked with keys alone, and fits its window."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from zhamen.bootstrap.clock import utc_now
from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

PATIENCE = 60.0
SMALL, LARGE = 2_000_000, 9_000_000
Visit = Callable[..., Any]


def hold(site: Any, number: int, amount: int) -> None:
    """Let a payment from a phone that is steered from afar pass the gate."""
    event = {
        "type": "transfer",
        "event_id": f"H{number}",
        "occurred_at": utc_now().isoformat(),
        "channel": "mobile",
        "outlet": "nmg",
        "amount_minor": amount,
        "currency": "CNY",
        "session": {"remote_control": True},
        "debtor_account": {"id": f"62170000100177788{number:02d}"},
        "creditor_account": {"id": f"62284800100177799{number:02d}"},
    }
    body = json.dumps(event).encode()
    request = Request(f"{site.url}/v1/decisions", body, {"content-type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310  # our own server
        assert json.load(answer)["outcome"] == "hold"


@pytest.fixture(scope="module", autouse=True)
def held(site: Any) -> None:
    """Let three payments wait, two of them small enough for one person."""
    for number, amount in enumerate((SMALL, SMALL, LARGE), 1):
        hold(site, number, amount)


def open_payments(visitor: Any, amount: str) -> Any:
    """Give the list of payments once the views have taken in one of an amount."""
    began = monotonic()
    page = visitor.open("/console/payments")
    while not page.locator("tbody tr", has_text=amount).count():
        assert monotonic() - began < PATIENCE, "no payment appears"
        sleep(0.5)
        page = visitor.open("/console/payments")
    return page


def test_a_payment_is_extended_and_then_released(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in(Role.SUPERVISOR)
    page = open_payments(visitor, "20,000.00")
    page.locator("tbody tr", has_text="20,000.00").first.locator("a[href^='/console/payments/']").click()
    page.wait_for_url("**/console/payments/*")
    page.locator("details summary", has_text="延长暂缓").click()
    until = page.locator("input[name=until]")
    day, hour = until.input_value().split("T")
    until.fill(f"{day}T23:59" if hour < "23:59" else f"{day}T{hour}")
    page.locator("form[action$='/extend-payment'] textarea").fill("等家属到网点")
    page.locator("form[action$='/extend-payment'] button").click()
    expect(page.locator(".timeline")).to_contain_text("等家属到网点")
    page.locator("form[action$='/release-payment'] textarea").fill("家属证实")
    page.locator("form[action$='/release-payment'] button", has_text="放行付款").click()
    expect(page.locator("main .badge", has_text="已放行")).to_be_visible()
    visitor.show("payment-released")


def test_a_large_release_needs_a_second_person_who_finds_it(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in(Role.SUPERVISOR)
    page = open_payments(visitor, "90,000.00")
    page.locator("tbody tr", has_text="90,000.00").locator("a[href^='/console/payments/']").click()
    page.wait_for_url("**/console/payments/*")
    page.locator("form[action$='/release-payment'] textarea").fill("查明是购房款")
    page.locator("form[action$='/release-payment'] button", has_text="放行付款").click()
    expect(page.locator("main")).to_contain_text("等待第二人复核")

    other = visit()
    page = other.sign_in(Role.APPROVER)
    expect(page.get_by_role("heading", level=1)).to_have_text("案件队列")
    page.locator("a[href='/console/payments?proposed=1']").click()
    page.locator("tbody a[href^='/console/payments/']").click()
    page.wait_for_url("**/console/payments/*")
    expect(page.locator("main")).to_contain_text("查明是购房款")
    other.show("payment-to-approve")
    page.locator("form[action$='/approve-payment'] button").click()
    expect(page.locator("main .badge", has_text="已放行")).to_be_visible()


def go_to(page: Any, selector: str) -> None:
    """Press Tab until an element of a selector has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_case_is_found_claimed_and_noted_with_keys_alone(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in(Role.SUPERVISOR)
    open_payments(visitor, ",000.00")
    page = visitor.open("/console/cases?status=new")
    go_to(page, "tbody a[href^='/console/cases/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/*")
    go_to(page, "form[action$='/claim-case'] button")
    page.keyboard.press("Enter")
    page.locator("form[action$='/put-back-case']").wait_for(state="attached")
    go_to(page, "details:has(form[action$='/note-case']) > summary")
    page.keyboard.press("Enter")
    go_to(page, "#note")
    page.keyboard.type("keys alone")
    go_to(page, "form[action$='/note-case'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("keys alone")


def pages_of(visitor: Any) -> list[str]:
    """Give the queue, a case, the payments and one payment."""
    open_payments(visitor, "20,000.00")
    paths = ["/console/cases", "/console/payments"]
    for path in tuple(paths):
        page = visitor.open(path)
        paths.append(page.locator(f"tbody a[href^='{path}/']").first.get_attribute("href"))
    return paths


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_cases_fit_a_desk_and_a_tablet_and_have_no_fault(visit: Visit, language: str) -> None:
    visitor = visit(language)
    visitor.sign_in(Role.SUPERVISOR)
    for path in pages_of(visitor):
        visitor.open(path)
        name = path.strip("/").replace("/", "-")
        assert visitor.overflows(f"{name}-{language}") == [], path
        assert visitor.violations_in_themes(f"{name}-{language}") == ""
