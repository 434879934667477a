"""Records entered by one and published by another, feedback, and an export, as people click through them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

MULE = "6222020200112233445"
Visit = Callable[..., Any]


DESK = re.compile("^(风险记录|Risk records)$")
ENTRY = re.compile("^(录入一条记录|Enter a record)$")


def go(page: Any, link: str, heading: re.Pattern[str]) -> None:
    """Follow a link, and wait for the page that it leads to."""
    page.locator(link).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def assert_sound(visitor: Any, name: str) -> None:
    assert visitor.violations_in_themes(name) == ""


@pytest.mark.parametrize(
    ("language", "phone"), [("zh", "13800138000"), ("en", "13900139000")], ids=["zh", "en"]
)
def test_a_record_is_entered_found_and_published(visit: Visit, language: str, phone: str) -> None:
    maker, checker = visit(language), visit(language)
    page = maker.sign_in(Role.ANALYST)
    go(page, "nav a[href='/console/records']", DESK)
    assert_sound(maker, f"records-{language}")
    go(page, "a[href='/console/records/new']", ENTRY)
    page.locator("#kind").select_option("phone")
    page.locator("#value").fill(phone)
    page.locator("#new-category").select_option("phone.scam_caller")
    page.locator("#reason").fill("三位客户接到过\n录音在案")
    assert_sound(maker, f"record-entry-{language}")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        {"zh": "待复核", "en": "Waiting for a second person"}[language]
    )
    assert_sound(maker, f"record-waits-{language}")

    page = checker.sign_in(Role.SUPERVISOR)
    go(page, "nav a[href='/console/records']", DESK)
    page.locator("#value").fill(phone)
    page.locator("main form[method=post] button").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert phone not in page.content()
    assert phone not in page.url
    assert_sound(checker, f"records-found-{language}")
    go(page, "main tbody a", re.compile("^(记录|Record) "))
    page.locator("details summary").click()
    assert_sound(checker, f"record-{language}")
    page.locator("#publish-reason").fill("听过录音")
    page.locator("form:has(#publish-reason) button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text({"zh": "生效中", "en": "In force"}[language])
    assert_sound(checker, f"record-published-{language}")


def test_a_run_is_read_and_published(visit: Visit) -> None:
    maker, checker = visit(), visit()
    page = maker.sign_in(Role.ANALYST)
    page.goto(maker.site.url + "/console/records/new")
    page.locator("#kind").select_option("merchant")
    page.locator("#value").fill("104110070110013")
    page.locator("#new-category").select_option("merchant.fake_merchant")
    page.locator("#reason").fill("空壳商户")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待复核")
    page = checker.sign_in(Role.SUPERVISOR)
    go(page, "nav a[href='/console/records']", DESK)
    go(page, "main a[href^='/console/records/runs/']", re.compile("^批次"))
    assert_sound(checker, "records-run")
    page.locator("#reason").fill("逐条看过")
    page.locator("form:has(#reason) button").click()
    expect(page.get_by_role("status")).to_contain_text("已发布 1 条")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_feedback_is_told_found_and_corrected(visit: Visit, language: str) -> None:
    visitor = visit(language)
    page = visitor.sign_in(Role.TELLER)
    page.locator("#value").fill(MULE)
    page.locator("main form button").first.click()
    number = page.locator("form[action='/console/feedback'] code").inner_text()
    page.locator("#outcome-stopped").check()
    page.locator("form[action='/console/feedback'] button").click()
    expect(page.get_by_role("status")).to_contain_text(number)
    go(page, "nav a[href='/console/feedback']", re.compile("^(干预结果|What came of it)$"))
    page.locator("#id").fill(number)
    page.locator("form:has(#id) button").click()
    expect(page.locator("#found-outcome")).to_have_value("stopped")
    page.locator("details summary").click()
    assert_sound(visitor, f"feedback-{language}")
    page.locator("#found-truth").select_option("innocent")
    page.locator("form[action='/console/feedback/correct'] button").click()
    expect(page.locator("main tbody tr").filter(has_text=number)).to_contain_text(
        {"zh": "查明不是诈骗", "en": "It was no fraud"}[language]
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_appeal_is_entered_for_a_customer(visit: Visit, language: str) -> None:
    visitor = visit(language)
    page = visitor.sign_in(Role.TELLER)
    go(page, "nav a[href='/console/appeals/new']", re.compile("^(代客户录入申诉|Enter an appeal)"))
    assert_sound(visitor, f"appeal-entry-{language}")
    page.locator("#kind").select_option("person")
    page.locator("#value").fill("PASSPORT:E12345678")
    page.locator("#claim").fill("重名")
    page.locator("#contact").fill("a@b.example")
    page.locator("main form button").click()
    expect(page.locator(".code")).to_be_visible()
    assert_sound(visitor, f"appeal-entered-{language}")
    head = visit(language)
    page = head.sign_in(Role.JUDICIAL_DESK)
    go(page, "nav a[href='/console/appeals']", re.compile("^(待办申诉|Appeals)"))
    go(page, "a[href='/console/appeals/all']", re.compile("^(全部申诉|All appeals)$"))
    expect(page.locator("main tbody tr").first).to_be_visible()
    assert_sound(head, f"appeals-all-{language}")


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "without scripts"])
def test_an_export_of_the_audit_trail_is_a_file_and_the_page_stays(visit: Visit, script: bool) -> None:
    page = visit(script=script).sign_in(Role.AUDITOR)
    page.locator("nav a[href='/console/audit']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("审计记录")
    with page.expect_download() as waited:
        page.locator("form[action='/console/audit/export'] button").click()
    assert waited.value.suggested_filename == "audit.csv"
    expect(page.get_by_role("heading", level=1)).to_have_text("审计记录")
