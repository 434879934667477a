"""Signing in, the own account and staff administration as their visitors meet them, without a script."""

import re
from base64 import b32decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import PASSWORD, sign_in

from zhamen.core.instants import to_micros
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.services.one_time import code_at

PAGES = {
    "/console/account": Role.TELLER,
    "/console/account/totp": Role.TELLER,
    "/console/people": Role.ADMINISTRATOR,
    "/console/people/li": Role.ADMINISTRATOR,
}


@pytest.fixture
def chief(desk: Any, make_browser: Callable[..., Any]) -> Any:  # noqa: ARG001  # the browser's desk
    """A browser of an administrator at the region."""
    browser = make_browser()
    sign_in(browser, Role.ADMINISTRATOR, "head/nmg", "chief")
    return browser


def secret_of(page: Any) -> bytes:
    digits = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert digits is not None, page.text
    return b32decode(digits[1].replace(" ", ""))


def code(browser: Any, secret: bytes) -> str:
    return code_at(secret, to_micros(browser.desk.clock()) // 30_000_000)


def enrol(browser: Any) -> tuple[bytes, list[str]]:
    secret = secret_of(browser.open("/console/account/totp"))
    page = browser.send(
        "/console/account/totp",
        form=browser.token("/console/account"),
        code=code(browser, secret),
        proof=PASSWORD,
    )
    browser.desk.clock.now += timedelta(minutes=1)
    return secret, re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.text)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_are_whole_in_one_language_and_run_nothing_of_others(
    make_browser: Callable[..., Any], path: str, language: str
) -> None:
    browser = make_browser(language=language)
    sign_in(browser, PAGES[path], "head/nmg", "boss")
    if "people" in path:
        browser.desk.house.work.staff.add(_root(browser), "li", [Role.TELLER], "head/nmg")
    page = browser.open(path)
    assert page.status == 200
    assert f'lang="{language}"' in page.text
    assert page.text.count("<h1") == 1
    if language == "en":
        shown = re.sub(r"<option.*?</option>", "", page.text).replace("中文", "")
        assert not re.search(r"[\u4e00-\u9fff]", shown)
    assert "style=" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    for field in re.findall(
        r'<(?:input|select)(?![^>]*type="(?:hidden|checkbox)")[^>]*id="([^"]+)"', page.text
    ):
        assert f'for="{field}"' in page.text


def test_a_first_password_leads_to_the_own_account_and_nowhere_else(browser: Any) -> None:
    sign_in(browser)
    work = browser.desk.house.work
    made = work.staff.reset_password(_root(browser), "li")
    browser.send("/console/login", name="li", password=made.password)
    for path in ("/console", "/console/log", "/console/people"):
        assert "请先换成只有您知道的" in browser.open(path).text
    token = browser.token("/console/account")
    assert (
        browser.send("/console/account/password", form=token, old="x", new=PASSWORD, again=PASSWORD).status
        == 422
    )
    assert (
        browser.send(
            "/console/account/password", form=token, old=made.password, new=PASSWORD, again=PASSWORD + "x"
        ).status
        == 422
    )
    changed = {"form": token, "old": made.password, "new": PASSWORD, "again": PASSWORD}
    assert "口令已更换" in browser.send("/console/account/password", **changed).text
    assert "查询风险信息" in browser.open("/console").text


def test_with_an_authenticator_a_code_follows_the_password(
    browser: Any, make_browser: Callable[..., Any]
) -> None:
    sign_in(browser)
    secret, codes = enrol(browser)
    assert len(codes) == 10
    assert "剩余恢复码：10" in browser.open("/console/account").text
    other = make_browser()
    page = other.send("/console/login", name="li", password=PASSWORD)
    assert "输入验证码" in page.text
    assert "session" not in other.cookies
    assert 'action="/console/login"' in other.open("/console").text
    assert other.send("/console/login/code", code="000000").status == 401
    once = code(other, secret)
    assert "查询风险信息" in other.send("/console/login/code", code=once).text
    assert "halfway" not in other.cookies
    third = make_browser()
    third.send("/console/login", name="li", password=PASSWORD)
    assert third.send("/console/login/code", code=once).status == 401
    assert "查询风险信息" in third.send("/console/login/code", code=codes[0]).text


def test_roles_that_need_an_authenticator_set_it_up_first(
    make_desk: Any, make_browser: Callable[..., Any]
) -> None:
    browser = make_browser()
    browser.desk = make_desk(second_factor_roles="auditor supervisor")
    sign_in(browser, Role.AUDITOR)
    assert "设置验证器" in browser.open("/console/log").text
    enrol(browser)
    assert "查询日志" in browser.open("/console/log").text


def test_the_picture_holds_the_secret_and_no_script_or_style(browser: Any) -> None:
    sign_in(browser)
    page = browser.open("/console/account/totp")
    assert "<svg" in page.text
    assert "style" not in re.search(r"<svg.*</svg>", page.text, re.S)[0]  # type: ignore[index]
    assert browser.open("/console/account/totp").text == page.text, "the same until it is taken into use"


def test_a_session_is_ended_from_another(browser: Any, make_browser: Callable[..., Any]) -> None:
    sign_in(browser)
    other = make_browser()
    other.send("/console/login", name="li", password=PASSWORD)
    page = browser.open("/console/account")
    (there,) = re.findall(r'name="session" value="([^"]+)"', page.text)
    browser.send("/console/account/sessions", form=browser.token(), session=there)
    assert 'action="/console/login"' in other.open("/console").text
    assert browser.token()


def test_a_visitors_own_token_is_never_taken_and_a_new_sign_in_ends_the_old(browser: Any) -> None:
    sign_in(browser)
    browser.cookies = {"session": "chosen by another"}
    browser.send("/console/login", name="li", password=PASSWORD)
    first = browser.cookies["session"]
    assert first != "chosen by another"
    browser.send("/console/login", name="li", password=PASSWORD)
    assert browser.cookies["session"] != first
    browser.cookies = {"session": first}
    assert not browser.token()


@pytest.mark.parametrize(
    "path", ["/console/login", "/console/login/code", "/console/account/password", "/console/people"]
)
def test_a_form_that_another_site_sends_is_refused(browser: Any, path: str) -> None:
    sign_in(browser)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for site in ("cross-site", "same-site"):
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "cookie": cookies,
            "sec-fetch-site": site,
            "authorization": "",
        }
        reply = browser.desk.ask("POST", path, b"name=li&password=x&code=000000", headers=headers)
        assert reply.status == 403


def test_cookies_are_for_the_server_alone(browser: Any, make_browser: Callable[..., Any]) -> None:
    sign_in(browser)
    enrol(browser)
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": ""}
    reply = make_browser().desk.ask(
        "POST", "/console/login", f"name=li&password={PASSWORD.replace(' ', '+')}".encode(), headers=headers
    )
    (cookie,) = reply.cookies
    assert cookie.startswith("halfway=")
    for word in ("HttpOnly", "SameSite=strict", "Path=/console/login"):
        assert word in cookie


def test_without_the_banks_own_sign_in_there_is_no_way_to_it(browser: Any) -> None:
    assert "/console/login/bank" not in browser.open("/console/login").text
    for path in ("/console/login/bank", "/console/login/answer?code=x&state=y"):
        assert browser.open(path).status == 404


def _root(browser: Any) -> Any:
    scope = browser.desk.house.work.organisation.history().scope("head")
    return Actor.of_staff("root", (Role.ADMINISTRATOR,), scope)


class TestPeople:
    def test_an_account_is_made_shown_once_and_found(self, chief: Any) -> None:
        sent = {"name": "wang", "role.teller": "on", "role.outreach": "on", "unit": "outlet-1"}
        page = chief.send("/console/people", form=chief.token("/console/people"), **sent)
        password = re.search(r"<code>([\w-]{16})</code>", page.text)
        assert password is not None
        listed = chief.open("/console/people").text
        assert "柜员 · 宣教岗" in listed
        assert "head/nmg/outlet-1" in listed
        assert password[1] not in listed + chief.open("/console/people/wang").text

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": "a b"}, "登录名只用"),
            ({"name": "chief"}, "已有这个登录名"),
            ({"unit": "head"}, "管辖范围"),
            ({"unit": "nm"}, "管辖范围"),
            ({"unit": "head/nm"}, "管辖范围"),
            ({"unit": "head/nmgx"}, "管辖范围"),
            ({"unit": "head/nmg/../nm"}, "管辖范围"),
            ({"unit": "%"}, "管辖范围"),
            ({"role.teller": ""}, "至少选择一个"),
            ({"role.administrator": "on"}, "不能兼任"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_stays(
        self, chief: Any, changes: dict[str, str], words: str
    ) -> None:
        sent = {"name": "wang", "role.teller": "on", "unit": "nmg"} | changes
        page = chief.send("/console/people", form=chief.token("/console/people"), **sent)
        assert page.status == 422
        assert words in page.text
        assert f'value="{sent["name"]}"' in page.text
        assert chief.desk.house.work.staff._store.find("wang") is None

    def test_people_of_another_part_are_not_there_whatever_is_done(self, chief: Any) -> None:
        work = chief.desk.house.work
        work.staff.add(_root(chief), "far", [Role.TELLER], "head/nm")
        before = work.staff._store.find("far")
        assert "far" not in chief.open("/console/people").text
        token = chief.token("/console/people")
        for name in ("far", "nobody", "..", "%", "a'b"):
            assert chief.open(f"/console/people/{name}").status == 404
            for act in ("", "/disable", "/enable", "/password", "/codes", "/sessions"):
                sent = {"role.teller": "on", "unit": "nmg"}
                assert chief.send(f"/console/people/{name}{act}", form=token, **sent).status == 404
        assert work.staff._store.find("far") == before

    def test_roles_and_unit_are_changed_and_acts_done(
        self, chief: Any, make_browser: Callable[..., Any]
    ) -> None:
        li = make_browser()
        sign_in(li)
        token = chief.token("/console/people")
        page = chief.send("/console/people/li", form=token, unit="outlet-1", **{"role.analyst": "on"})
        assert "分析员" in page.text
        assert "head/nmg/outlet-1" in page.text
        assert not li.token()
        page = chief.send("/console/people/li/disable", form=token).text
        assert "已停用" in page
        assert "/console/people/li/disable" not in page
        assert li.send("/console/login", name="li", password=PASSWORD).status == 401
        assert "有效" in chief.send("/console/people/li/enable", form=token).text
        assert "请当面交给本人" in chief.send("/console/people/li/password", form=token).text
        assert li.send("/console/login", name="li", password=PASSWORD).status == 401

    def test_nobody_changes_the_own_account_here(self, chief: Any) -> None:
        page = chief.open("/console/people/chief")
        assert "要由别的管理员更改" in page.text
        assert 'action="/console/people/chief' not in page.text
        token = chief.token("/console/people")
        for act in ("", "/disable", "/password"):
            sent = {"role.approver": "on", "unit": "nmg"}
            page = chief.send(f"/console/people/chief{act}", form=token, **sent)
            assert page.status == 422
            assert "要由别的管理员更改" in page.text
        assert chief.desk.house.work.staff._store.find("chief").roles == (Role.ADMINISTRATOR,)

    def test_a_manager_is_offered_the_roles_that_he_gives(self, browser: Any) -> None:
        sign_in(browser, Role.BRANCH_MANAGER)
        page = browser.open("/console/people")
        assert sorted(re.findall(r'name="role\.(\w+)"', page.text)) == ["analyst", "outreach", "teller"]
        sent = {"name": "x", "role.approver": "on", "unit": "nmg"}
        assert (
            "不能授予" in browser.send("/console/people", form=browser.token("/console/people"), **sent).text
        )

    @pytest.mark.parametrize("role", [Role.TELLER, Role.AUDITOR, Role.SUPERVISOR])
    def test_for_others_there_is_nothing(self, browser: Any, role: Role) -> None:
        sign_in(browser, role)
        assert "/console/people" not in browser.open("/console/account").text
        token = browser.token("/console/account")
        for path in ("/console/people", "/console/people/li", "/console/people/li/disable"):
            assert browser.send(path, form=token, **{"role.teller": "on"}).status == 403
        assert browser.open("/console/people").status == 403

    def test_a_form_without_its_token_does_nothing(self, chief: Any) -> None:
        chief.desk.house.work.staff.add(_root(chief), "li", [Role.TELLER], "head/nmg")
        for path in ("/console/people", "/console/people/li", "/console/people/li/disable"):
            assert chief.send(path, form="x", **{"role.teller": "on"}).status == 403
        assert chief.desk.house.work.staff._store.find("li").disabled_at is None


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.ANALYST, "案件队列"), (Role.SUPERVISOR, "案件队列"), (Role.APPROVER, "案件队列"),
        (Role.BRANCH_MANAGER, "案件队列"), (Role.TELLER, "查询风险信息"), (Role.AUDITOR, "查询风险信息"),
    ],
)  # fmt: skip
def test_the_work_of_each_begins_where_it_is(browser: Any, role: Role, start: str) -> None:
    sign_in(browser, role)
    browser.send("/console/logout", form=browser.token("/console/account"))
    page = browser.send("/console/login", name="li", password=PASSWORD)
    assert page.status == 200
    assert f"<h1>{start}</h1>" in page.text
