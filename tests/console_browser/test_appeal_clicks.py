"""An appeal from its form to its answer, clicked through by who appeals and by who decides."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

PHONE = "13800138000"
Visit = Callable[..., Any]
WORDS = {
    "zh": ("提交申诉", "查看进度", "受理", "决定", "没有待办的申诉。"),
    "en": ("Send the appeal", "See how it stands", "Take", "Decide", "No appeal waits."),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_appeal_is_sent_followed_decided_and_answered(visit: Visit, language: str) -> None:
    send, follow, take, decide, nothing = WORDS[language]
    customer, staff = visit(language), visit(language)
    page = customer.open("/query/appeal")
    page.locator("#value").fill(PHONE)
    page.locator("#claim").fill("这是我本人的号码\n2019 年开户")
    page.locator("#contact").fill("a@b.example")
    page.get_by_role("button", name=send).click()
    code = page.locator(".code").inner_text()
    assert_sound(customer, f"receipt-{language}")
    page.get_by_role("button", name=follow).click()
    expect(page.get_by_role("status")).to_contain_text("14")
    assert code not in page.url
    assert_sound(customer, f"status-open-{language}")

    desk = staff.sign_in(Role.JUDICIAL_DESK)
    desk.locator("nav a[href='/console/appeals']").click()
    expect(desk.locator("tbody tr")).to_contain_text("138****00")
    assert_sound(staff, f"appeals-{language}")
    desk.locator("tbody a").click()
    desk.get_by_role("button", name=take, exact=True).click()
    expect(desk.locator("input[value=mistaken]")).to_be_visible()
    assert_sound(staff, f"appeal-file-{language}")
    desk.locator("input[value=mistaken]").check()
    desk.locator("#reason").fill("营业厅核对了身份")
    desk.get_by_role("button", name=decide, exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text({"zh": "成立", "en": "Upheld"}[language])
    assert_sound(staff, f"appeal-decided-{language}")
    desk.locator("nav a[href='/console/appeals']").click()
    expect(desk.locator("tbody").filter(has_text=nothing)).to_be_visible()

    page = customer.open("/query/appeal/status")
    page.locator("#code").fill(code.lower())
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_contain_text("原风险信息有误")
    expect(page.get_by_role("status")).to_contain_text("the record was wrong")
    assert_sound(customer, f"status-decided-{language}")


def assert_sound(visitor: Any, name: str) -> None:
    assert visitor.violations_in_themes(name) == ""
