"""Reported money is followed in a browser: pictures, slider, accounts, and the plan of what to stop."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen

import pytest

from zhamen.adapters.packs import read_pack
from zhamen.bootstrap.clock import utc_now
from zhamen.core.identifiers import mask
from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

VICTIM, FIRST, SECOND = "6217000010012345601", "6217000010012345602", "6217000010012345603"
RULE = """
  - id: MULE-990
    typology: mule
    scorecard: mule
    zh: 收款账户里有已报案的被骗资金
    en: Stolen money that was reported lies in the payee's account
    when: creditor_account_tainted_amount >= money(1000)
    weight: 1
    source: tests
    fires: {creditor_account_tainted_amount: 100000}
    silent: {creditor_account_tainted_amount: 99999}
"""
PATIENCE = 60.0
Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def seeded(seeded: Path) -> Iterator[Path]:
    """Let the gate be one that follows money."""
    pack = seeded / "following.yaml"
    pack.write_text(read_pack("starter").replace("\nrules:\n", f"\nrules:{RULE}", 1), encoding="utf-8")
    os.environ["ZHAMEN_PACK"] = str(pack)
    yield seeded
    del os.environ["ZHAMEN_PACK"]


def tell(site: Any, path: str, minute: int, **event: object) -> None:
    at = (utc_now() - timedelta(minutes=30 - minute)).isoformat()
    told = {"occurred_at": at, "channel": "mobile", "outlet": "nmg", **event}
    if "label" in event:
        del told["channel"]
    request = Request(site.url + path, json.dumps(told).encode(), {"content-type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310  # our own server
        assert answer.status < 300


def pay(site: Any, number: int, debtor: str, creditor: str, amount: int) -> None:
    sides = {"debtor_account": {"id": debtor}, "creditor_account": {"id": creditor}}
    event = {"type": "transfer", "event_id": f"T{number}", "amount_minor": amount, "currency": "CNY"}
    tell(site, "/v1/decisions", min(number, 29), **event, **sides)


@pytest.fixture(scope="module")
def case(site: Any) -> str:
    """Let money go on twice and back once, report it, and give the path of its case."""
    pay(site, 1, VICTIM, FIRST, 480_000)
    pay(site, 2, FIRST, SECOND, 300_000)
    pay(site, 3, SECOND, FIRST, 50_000)
    report = {
        "type": "fraud_reported",
        "event_id": "F1",
        "label": "confirmed_fraud",
        "transfer_event_id": "T1",
    }
    tell(site, "/v1/events", 9, creditor_account={"id": FIRST}, debtor_account={"id": VICTIM}, **report)
    return "/console/cases"


def open_case(visitor: Any, case: str) -> Any:
    """Open the case once the views have taken the report in."""
    began = monotonic()
    page = visitor.open(case)
    while not page.locator("tbody a").count():
        assert monotonic() - began < PATIENCE, "no case appears"
        sleep(0.5)
        page = visitor.open(case)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/console/cases/*")
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_money_is_followed_from_the_case_to_the_plan(visit: Visit, case: str, language: str) -> None:
    visitor = visit(language)
    visitor.sign_in(Role.SUPERVISOR)
    page = open_case(visitor, case)
    page.locator("a[href^='/console/trace?case=']").click()
    page.wait_for_url("**/console/trace?case=*")
    page.locator("figure[data-chart='layers'] svg text", has_text=mask(SECOND)).first.wait_for()
    page.locator("figure[data-chart='flow'] svg").wait_for()
    assert visitor.violations_in_themes(f"trace-{language}") == ""

    rows = page.locator("figure[data-chart='flow'] tbody tr:visible")
    assert rows.count() == 3
    page.locator("#moment").evaluate("one => { one.value = 0; one.dispatchEvent(new Event('input')); }")
    assert rows.count() == 1
    page.locator("figure[data-chart='layers'] svg text", has_text=mask(SECOND)).wait_for(state="detached")

    page.locator("a[href*='until=']").first.evaluate("one => one.closest('details').open = true")
    page.locator("a[href*='until=']").first.click()
    page.wait_for_url("**until=*")
    assert page.locator("figure[data-chart='flow'] tbody tr").count() == 1

    page.locator("#rule").select_option("fifo")
    page.locator("form.filters button").click()
    page.wait_for_url("**rule=fifo*")
    page.locator("a.button[href*='/freeze-plan?']").click()
    page.wait_for_url("**/freeze-plan?*")
    assert page.locator("table.plan tbody tr").count() == 4
    assert visitor.violations_in_themes(f"freeze-plan-{language}") == ""
    with page.expect_download() as download:
        page.locator("button[value='csv']").click()
    assert FIRST in Path(download.value.path()).read_text("utf-8")


def test_a_click_on_an_account_leads_to_its_page(visit: Visit, case: str) -> None:
    visitor = visit()
    visitor.sign_in(Role.SUPERVISOR)
    page = open_case(visitor, case)
    page.locator("a[href^='/console/trace?case=']").click()
    name = page.locator("figure[data-chart='layers'] svg text", has_text=mask(SECOND)).first
    name.wait_for()
    name.click(force=True)
    page.wait_for_url("**/console/accounts/*")


def test_it_works_without_scripts(visit: Visit, case: str) -> None:
    visitor = visit(script=False)
    visitor.sign_in(Role.SUPERVISOR)
    page = open_case(visitor, case)
    page.locator("a[href^='/console/trace?case=']").click()
    assert page.locator("figure[data-chart='flow'] tbody tr:visible").count() == 3
    assert page.locator("#moment:visible").count() == 0
    page.locator("details.moments summary").click()
    page.locator("a[href*='until=']").first.click()
    assert page.locator("figure[data-chart='flow'] tbody tr:visible").count() == 1
    page.locator(".badge.mind + a").click()
    assert page.locator("figure[data-chart='flow'] tbody tr:visible").count() == 3


@pytest.fixture(scope="module")
def spread(site: Any) -> str:
    """Let one transfer go on to 140 accounts; give what it is found by."""
    payer, hub = "6217000020012340001", "6217000020012340002"
    pay(site, 1_000, payer, hub, 14_100_000)
    for number in range(1, 141):
        pay(site, 1_000 + number, hub, f"62170000300{number:08}", 90_000 + number)
    return "T1000"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_many_accounts_can_be_read_and_seen_whole(visit: Visit, spread: str, language: str) -> None:
    visitor = visit(language)
    visitor.sign_in(Role.SUPERVISOR)
    page = visitor.open("/console/trace")
    page.locator("#what").fill(spread)
    page.locator("main form button").click()
    page.wait_for_url("**/console/trace?decision=*")
    page.locator("#share").fill("0")
    page.locator("form.filters button").click()
    page.wait_for_url("**share=0&*")

    box = page.locator("figure[data-chart='layers'] .scrolled")
    names = box.locator("svg text", has_text="…0")
    names.nth(139).wait_for(state="attached")
    assert box.evaluate("one => one.scrollHeight > 2 * one.clientHeight && one.scrollTop > 0")
    rest = {"zh": "其余账户 (82)", "en": "Other accounts (82)"}[language]
    page.locator("figure[data-chart='flow'] svg text", has_text=rest).wait_for()
    assert page.locator("figure[data-chart='flow'] tbody tr").count() == 141
    assert visitor.violations_in_themes(f"trace-many-{language}") == ""

    page.locator("button.whole").click()
    names.first.wait_for(state="detached")
    assert box.evaluate("one => one.scrollHeight === one.clientHeight")
    page.locator("button.whole").click()
    names.nth(139).wait_for(state="attached")
