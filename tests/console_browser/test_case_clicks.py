"""A payment to a listed account becomes a case, and the case is worked to its end in a browser."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen

import pytest

from zhamen.bootstrap.clock import utc_now
from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

MULE = "6222020200112233445"
PATIENCE = 60.0
Visit = Callable[..., Any]


def pay(site: Any, number: int) -> None:
    """Let a payment to the listed account pass the gate, as a channel does."""
    event = {
        "type": "transfer",
        "event_id": f"T{number}",
        "occurred_at": utc_now().isoformat(),
        "channel": "mobile",
        "outlet": "nmg",
        "amount_minor": 980_000,
        "currency": "CNY",
        "debtor_account": {"id": f"62170000100123456{number:02d}"},
        "debtor": {"id": f"C{number}"},
        "creditor_account": {"id": MULE},
    }
    body = json.dumps(event).encode()
    request = Request(f"{site.url}/v1/decisions", body, {"content-type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310  # our own server
        assert json.load(answer)["outcome"] == "decline"


def open_queue(visitor: Any) -> Any:
    """Give the queue once the views have taken the payment in."""
    began = monotonic()
    page = visitor.open("/console/cases")
    while not page.locator("tbody a").count():
        assert monotonic() - began < PATIENCE, "no case appears"
        sleep(0.5)
        page = visitor.open("/console/cases")
    return page


@pytest.mark.parametrize(("number", "language"), [(10, "zh"), (11, "en")])
def test_a_case_is_opened_worked_and_closed(visit: Visit, site: Any, number: int, language: str) -> None:
    pay(site, number)
    visitor = visit(language)
    visitor.sign_in(Role.SUPERVISOR)
    page = open_queue(visitor)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/console/cases/*")
    assert visitor.violations_in_themes(f"case-{language}") == ""

    page.locator("form[action$='/claim-case'] button").click()
    page.locator("form[action$='/put-back-case']").wait_for(state="attached")
    page.locator("form[action$='/note-case'] button").evaluate("one => one.closest('details').open = true")
    page.locator("#note").fill(f"noted in {language}")
    page.locator("form[action$='/note-case'] button").click()
    page.locator(".timeline", has_text=f"noted in {language}").wait_for()

    page.locator("details a[href^='/console/decisions/']").first.click()
    page.wait_for_url("**/console/decisions/*")
    page.locator("form[action$='/replay'] button").click()
    page.locator(".badge.good").first.wait_for(timeout=PATIENCE * 1_000)
    assert visitor.violations_in_themes(f"decision-{language}") == ""

    page.locator("dl a[href^='/console/accounts/']").last.click()
    page.wait_for_url("**/console/accounts/*")
    assert visitor.violations_in_themes(f"account-{language}") == ""

    page = open_queue(visitor)
    page.locator("tbody a").first.click()
    page.locator("form[action$='/dispose-case'] button").evaluate("one => one.closest('details').open = true")
    page.locator("#disposition").select_option("confirmed_fraud")
    page.locator("#dispose-reason").fill("listed, and the payer agrees")
    page.locator("form[action$='/dispose-case'] button").click()
    page.locator("form[action$='/reopen-case']").wait_for(state="attached")

    page = visitor.open("/console/dashboard")
    assert visitor.violations_in_themes(f"dashboard-{language}") == ""
    saved = {f"{9_800 * payments:,}.00 CNY" for payments in (1, 2)}
    assert any(amount in page.content() for amount in saved), "one payment, or that of the other test too"
    assert visitor.problems == []
