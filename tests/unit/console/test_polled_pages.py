"""Pages that come anew by themselves: what is asked again, and that no session lives on by it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.organisation.permissions import Role
from zhamen.testing import NOON


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    found_bank(desk)
    for number in range(1, 5):
        assert desk.post("/v1/decisions", desk.transfer(number, outlet="outlet-1")).status == 200
    desk.project()
    return desk


def poll(browser: Any, path: str) -> Any:
    """Ask as a page does by itself."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"authorization": "", "cookie": cookie, "x-polled": "1", "hx-request": "true"}
    return browser.desk.ask("GET", path, b"", headers=headers)


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("/console/cases?status=new", "queue"),
        ("/console/cases", "queue"),
        ("/console/dashboard?channel=mobile", "tiles"),
    ],
)
def test_what_changes_is_asked_for_again_with_its_filters(browser: Any, path: str, element: str) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open(path)
    found = re.search(rf'<div id="{element}" hx-get="([^"]+)" hx-trigger="every 10s"', page.text)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    assert address.startswith(path.partition("?")[0])
    assert path.partition("?")[2] in address
    again = poll(browser, address)
    assert again.status == 200
    assert f'id="{element}"' in again.body.decode()


def test_a_new_case_comes_with_the_next_question(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    before = poll(browser, "/console/cases").body.decode().count('id="case-')
    other = {
        "creditor_account": {"id": "6217000010012349999"},
        "debtor_account": {"id": "6222020200112239999"},
    }
    for number in range(5, 9):
        event = bank.transfer(number, outlet="outlet-1") | other
        assert bank.post("/v1/decisions", event).status == 200
    bank.project()
    bank.clock.now = NOON + timedelta(seconds=10)
    assert poll(browser, "/console/cases").body.decode().count('id="case-') == before + 1


def test_a_page_that_asks_by_itself_does_not_keep_a_session_going(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    for minute in range(1, 15):
        bank.clock.now = NOON + timedelta(minutes=minute)
        assert poll(browser, "/console/cases").status == 200
    bank.clock.now = NOON + timedelta(minutes=16)
    over = poll(browser, "/console/cases")
    assert (over.status, over.headers["hx-redirect"]) == (204, "/console/login")


def test_a_request_of_a_person_does(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    for minute in range(1, 40, 2):
        bank.clock.now = NOON + timedelta(minutes=minute)
        assert "案件队列" in browser.open("/console/cases").text


@pytest.mark.parametrize("path", ["/console/cases", "/console/dashboard"])
def test_views_that_are_behind_are_told(bank: Any, browser: Any, path: str) -> None:
    sign_in(browser, Role.SUPERVISOR)
    assert "视图落后" not in browser.open(path).text
    bank.post("/v1/decisions", bank.transfer(9, outlet="outlet-1"))
    bank.clock.now = NOON + timedelta(seconds=5)
    assert "视图落后" not in browser.open(path).text
    bank.clock.now = NOON + timedelta(seconds=30)
    assert "视图落后 30 秒" in browser.open(path).text
    bank.clock.now = NOON + timedelta(minutes=14)
    assert "视图落后 14 分钟" in browser.open(path).text
