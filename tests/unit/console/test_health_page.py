"""The health page: how quick, how far behind, how much room, and why not."""

import re
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console.insight.health import _REFUSAL_WORDS
from zhamen.console.words import translator
from zhamen.core.audit import Deed
from zhamen.core.errors import JournalUnavailable, UnavailableError
from zhamen.organisation.permissions import Role
from zhamen.testing import NOON


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    found_bank(desk)
    return desk


def tile(page: Any, title: str) -> str:
    (found,) = re.findall(rf'<div class="tile"><dt>{title}</dt><dd.*?</dd></div>', page.text, flags=re.S)
    return str(found)


def look(browser: Any, name: str = "li") -> Any:
    if "session" not in browser.cookies:
        sign_in(browser, Role.STRATEGIST, "head", name)
    return browser.open("/console/health")


def test_how_long_decisions_take_and_which_errors_were_answered(bank: Any, browser: Any) -> None:
    page = look(browser)
    assert ">–<" in tile(page, "决策耗时：半数不超过")
    for number in range(1, 4):
        bank.post("/v1/decisions", bank.transfer(number))
    for _ in range(2):
        bank.post("/v1/decisions", b"{}")
    bank.app.metrics.stages["total"].observe(9.0)
    page = look(browser)
    assert re.search(r">[\d,.]+ ms<", tile(page, "决策耗时：半数不超过"))
    assert "&gt; 2,500 ms" in tile(page, "决策耗时：百分之九十九不超过")
    errors = tile(page, "错误答复")
    assert ">2<" in errors
    assert "<code>invalid_event</code> 2" in errors


def test_a_server_that_does_not_find_what_is_imported_says_so(bank: Any, browser: Any) -> None:
    assert "正在跟进" in tile(look(browser), "名单筛查")
    follower = bank.house.desk.follower
    follower._blind = lambda: "a secret was added"
    began = monotonic()
    while not follower.problem and monotonic() - began < 10:
        sleep(0.01)
    shown = tile(look(browser), "名单筛查")
    assert 'class="late"' in shown
    assert "没有跟进" in shown


def test_how_far_the_views_are_behind_in_entries_and_seconds(bank: Any, browser: Any) -> None:
    bank.post("/v1/decisions", bank.transfer(1))
    bank.project()
    assert ">0<" in tile(look(browser), "视图落后")
    bank.clock.now = NOON + timedelta(seconds=10)
    bank.post("/v1/decisions", bank.transfer(2))
    bank.post("/v1/decisions", bank.transfer(3))
    bank.clock.now = NOON + timedelta(seconds=52)
    behind = tile(look(browser), "视图落后")
    assert ">2<" in behind
    assert "42 秒" in behind
    assert "late" not in behind
    bank.clock.now = NOON + timedelta(seconds=90)
    assert "late" in tile(look(browser), "视图落后")


def test_how_old_the_views_and_the_lists_are(bank: Any, browser: Any) -> None:
    assert "还没有导入过" in tile(look(browser), "名单最近导入")
    bank.post("/v1/decisions", bank.transfer(1))
    bank.project()
    deed = Deed(at=NOON, actor="li", unit="", act="import-records", subject="source/police", detail={})
    bank.house.trails.deeds.note(deed)
    page = look(browser)
    shown = (NOON + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
    assert shown in tile(page, "视图里最新的决策")
    assert shown in tile(page, "名单最近导入")


def test_a_disk_that_is_nearly_full_is_told(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gatehouse, "room", lambda _: (50 << 30, 100 << 30))
    room = tile(look(browser), "磁盘剩余")
    assert "50.0 GiB" in room
    assert "late" not in room
    monkeypatch.setattr(Gatehouse, "room", lambda _: (9 << 30, 100 << 30))
    room = tile(look(browser), "磁盘剩余")
    assert "late" in room
    assert "所剩不多" in room


def test_the_room_is_that_of_the_data_folder(bank: Any) -> None:
    free, total = bank.house.room()
    assert 0 < free <= total


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", [UnavailableError, JournalUnavailable])
def test_why_the_gate_refuses_is_told_in_the_language_of_the_page(
    bank: Any, make_browser: Any, language: str, kind: type[UnavailableError]
) -> None:
    bank.house.service._refusal = kind("the state is not recovered yet; try again later")
    page = look(make_browser(language=language), f"li-{language.lower()}")
    assert "not recovered yet" not in page.text
    said = translator(language[:2])(_REFUSAL_WORDS[kind])
    assert said.replace("'", "&#39;") in page.text
