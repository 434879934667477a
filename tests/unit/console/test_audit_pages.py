"""The audit trail as auditors meet it: within their part of the bank, filtered, exported, verified."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from tests.unit.console.staff import sign_in

from zhamen.cases.acts import ActKind
from zhamen.console import audit
from zhamen.core.audit import Deed, parse_head
from zhamen.organisation.permissions import Role
from zhamen.ports.keys import KeyAct
from zhamen.records.appeal import Step
from zhamen.records.record import Move
from zhamen.services.check_trail import check_chain
from zhamen.testing import NOON

SOURCE = Path(audit.__file__).parents[1]
ACT = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
"""How an act is written in a module."""


def acts_of_modules() -> Iterator[str]:
    """Give every act that is written down by its name, and those that are made of a table."""
    for path in SOURCE.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"deed|note\(|_note|\bact=", line) and "name=" not in line:
                yield from ACT.findall(line)
    yield from (f"{move}-record" for move in Move)
    yield from (f"{step}-appeal" for step in Step)
    yield from (f"{act}-key" for act in get_args(get_type_hints(KeyAct)["act"]))
    yield from (kind.value for kind in ActKind)
    yield from ("receive-appeal", "watch-subject", "unwatch-subject")


def test_every_act_has_words_and_is_in_the_filter(auditor: Any) -> None:
    acts = set(acts_of_modules())
    assert {"show-evidence", "publish-run", "sign-in", "begin-import", "expire-records"} <= acts
    assert acts - audit._ACT_WORDS.keys() == set()
    page = auditor.open("/console/audit").text
    assert all(f'<option value="{act}">' in page for act in acts)


def test_times_and_days_are_the_banks(desk: Any, auditor: Any) -> None:
    at = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    desk.house.trails.deeds.note(Deed(at=at, actor="wang", unit="head", act="sign-in", subject="payment/1"))
    assert "2026-03-02 01:30:00" in auditor.open("/console/audit").text
    assert rows(auditor.open("/console/audit?since=2026-03-02&until=2026-03-02").text) == ["payment/1"]
    assert rows(auditor.open("/console/audit?since=2026-03-01&until=2026-03-01").text) == []


def note(desk: Any, number: int, unit: str = "head/nmg", **given: Any) -> None:
    at = NOON - timedelta(days=1) + timedelta(minutes=number)
    said = {"actor": "wang", "act": "release-payment", "subject": f"payment/{number}"} | given
    desk.house.trails.deeds.note(Deed(at=at, unit=unit, **said))


def rows(text: str) -> list[str]:
    return re.findall(r"<td>(payment/\d+)</td>", text)


@pytest.fixture
def auditor(browser: Any) -> Any:
    sign_in(browser, Role.AUDITOR, "head", "shen")
    return browser


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_it_is_for_auditors_alone(browser: Any, role: Role) -> None:
    sign_in(browser, role, "head")
    assert browser.open("/console/audit").status == 403
    token = browser.token("/console/account")
    for path in ("verify", "export"):
        assert browser.send(f"/console/audit/{path}", form=token).status == 403


def test_an_auditor_of_a_branch_sees_that_branch_and_no_chains(desk: Any, browser: Any) -> None:
    for number, unit in enumerate(["head/nmg", "head/nm", "head", "head/nmg/outlet-1", ""]):
        note(desk, number, unit)
    sign_in(browser, Role.AUDITOR, "head/nmg")
    page = browser.open("/console/audit")
    assert rows(page.text) == ["payment/3", "payment/0"]
    assert "链头" not in page.text
    token = browser.token("/console/account")
    assert browser.send("/console/audit/verify", form=token).status == 403
    table = browser.send("/console/audit/export", form=token).text
    assert re.findall(r"payment/\d", table) == ["payment/3", "payment/0"]


def test_the_head_office_sees_everybody_and_the_heads(desk: Any, auditor: Any) -> None:
    for number, unit in enumerate(["head/nmg", ""]):
        note(desk, number, unit)
    text = auditor.open("/console/audit").text
    assert rows(text) == ["payment/1", "payment/0"]
    heads = {parse_head(found) for found in re.findall(r"<code>(\w+:\d+:\w{64})</code>", text)}
    assert heads == set(desk.house.trails.heads())


def test_pages_follow_each_other_and_keep_the_filter(desk: Any, auditor: Any) -> None:
    for number in range(120):
        note(desk, number)
    path, seen = "/console/audit?actor=wang", []
    while path:
        text = auditor.open(path).text
        seen += rows(text)
        following = re.search(r'href="(/console/audit\?[^"]+)" rel="next"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"payment/{number}" for number in reversed(range(120))]


def test_deeds_are_found_by_act_subject_and_day(desk: Any, auditor: Any) -> None:
    note(desk, 1)
    note(desk, 2, act="decline-payment")
    note(desk, 3, act="fold-payment")
    day = f"{NOON - timedelta(days=1):%Y-%m-%d}"
    assert rows(auditor.open("/console/audit?act=decline-payment").text) == ["payment/2"]
    assert rows(auditor.open("/console/audit?subject=payment/1").text) == ["payment/1"]
    assert len(rows(auditor.open(f"/console/audit?since={day}&until={day}").text)) == 3
    assert rows(auditor.open("/console/audit?until=2020-01-01").text) == []
    assert "没有符合条件的记录" in auditor.open("/console/audit?until=2020-01-01").text
    assert '<td class="whole">fold-payment</td>' in auditor.open("/console/audit").text
    assert "<option selected>fold-payment</option>" in auditor.open("/console/audit?act=fold-payment").text


@pytest.mark.parametrize(
    "query", ["since=yesterday", "until=2026-13-01", "after=x", "after=1.work", "after=1.work.-2"]
)
def test_what_is_no_day_and_no_page_is_refused(auditor: Any, query: str) -> None:
    assert auditor.open(f"/console/audit?{query}").status == 422


def test_an_export_is_a_table_without_formulas_and_a_deed(desk: Any, auditor: Any) -> None:
    note(desk, 1, actor="=cmd()")
    reply = auditor.send(
        "/console/audit/export", form=auditor.token("/console/account"), act="release-payment"
    )
    assert reply.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    (row,) = csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff")))
    assert (row["actor"], row["subject"], row["chain"]) == ("'=cmd()", "payment/1", "work")
    last = list(desk.house.trails.by_chain["work"].read("work"))[-1]
    assert (last.actor, last.act, last.detail) == ("shen", "export-audit", {"filters": ["act"], "entries": 1})


def test_verification_is_told_and_written_down(desk: Any, auditor: Any) -> None:
    assert "还没有校验过" in auditor.open("/console/audit").text
    page = auditor.send("/console/audit/verify", form=auditor.token("/console/account"))
    assert "校验通过" in page.text
    assert check_chain(desk.house.trails.by_chain["work"], "work").broken is None
    assert "shen · 通过" in auditor.open("/console/audit").text


def test_a_broken_chain_is_told_with_its_first_entry(desk: Any, auditor: Any) -> None:
    path = desk.house.work.engine.url.database
    with closing(sqlite3.connect(path)) as other:
        other.executescript(
            "drop trigger audit_entries_no_update; update audit_entries set actor = 'x' where number = 2"
        )
    text = auditor.send("/console/audit/verify", form=auditor.token("/console/account")).text
    assert "校验未通过" in text
    assert "<strong>2</strong> (changed)" in text
    assert "shen · 未通过" in auditor.open("/console/audit").text


def test_it_speaks_english_too(desk: Any, make_browser: Any) -> None:
    note(desk, 1)
    visitor = make_browser(language="en")
    sign_in(visitor, Role.AUDITOR, "head")
    text = visitor.open("/console/audit").text
    assert "Release payment" in text
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r'lang="zh-CN">中文', "", text))
