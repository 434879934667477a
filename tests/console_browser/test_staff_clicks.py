"""The staff's pages as a person clicks through them, with htmx and without any script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

MULE = "6222020200112233445"
Visit = Callable[..., Any]


def boosted(page: Any) -> bool:
    return bool(page.evaluate("typeof htmx !== 'undefined'"))


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "without scripts"])
def test_a_teller_signs_in_asks_is_told_and_signs_out(visit: Visit, script: bool) -> None:
    visitor = visit(script=script)
    page = visitor.sign_in(Role.TELLER)
    page.locator("#value").fill(MULE)
    page.locator("#purpose").select_option("counter")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("黑名单")
    expect(page.locator("table")).to_contain_text("公安涉案账户名单")
    assert MULE not in page.content()
    assert MULE not in page.url
    visitor.show(f"teller-found-{script}")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("员工登录")
    assert visitor.open("/console").url.endswith("/console/login")


def test_htmx_exchanges_the_page_without_loading_it_anew(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in(Role.AUDITOR)
    if not boosted(page):
        pytest.skip("htmx was not there to be fetched when the package was built")
    page.evaluate("window.stays = true")
    page.locator("#value").fill(MULE)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("黑名单")
    assert page.url.endswith("/console")
    page.get_by_role("link", name="查询日志").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("查询日志")
    expect(page.locator("tbody")).to_contain_text("6222****3445")
    assert page.url.endswith("/console/log")
    assert page.evaluate("window.stays") is True
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert kept == '[{},{"htmx-current-path-for-history":"/console/log"}]'
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("查询风险信息")
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_page_that_is_refused_says_so_where_htmx_asked_for_it(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in(Role.TELLER)
    page.locator("#value").fill("0 0")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("form[action='/console/ask'] input[name=form]").evaluate("one => one.value = 'x'")
    page.locator("#value").fill(MULE)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有权限")


def test_after_the_session_ends_a_click_leads_to_the_form_to_sign_in(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in(Role.TELLER)
    page.context.clear_cookies(name="session")
    page.locator("#value").fill(MULE)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("员工登录")


def test_language_and_theme_change_from_every_page_and_stay(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in(Role.AUDITOR)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look up risk information")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="Log").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_came_of_a_warning_is_told_on_the_page_and_shown_in_figures(visit: Visit, language: str) -> None:
    teller, manager = visit(language), visit(language)
    page = teller.sign_in(Role.TELLER)
    page.locator("#value").fill(MULE)
    page.locator("form[action='/console/ask'] button").click()
    page.locator("#outcome-stopped").check()
    page.locator("#amount").fill("9800.50")
    assert teller.violations_in_themes(f"outcome-{language}") == ""
    page.locator("form[action='/console/feedback'] button").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert teller.violations_in_themes(f"outcome-kept-{language}") == ""
    figures = manager.sign_in(Role.BRANCH_MANAGER)
    figures.locator("nav a[href='/console/figures']").click()
    expect(figures.locator("main table").first).to_contain_text("100.0%")
    figures.locator("#by").select_option("unit")
    figures.locator(".filters button").click()
    expect(figures.locator("main table").first).to_contain_text("head/nmg")
    assert figures.url.endswith("/console/figures?by=unit&days=30")
    assert manager.violations_in_themes(f"figures-{language}") == ""
