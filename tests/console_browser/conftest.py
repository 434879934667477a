"""A real server with the console, and a real browser that visits it: Debian's chromium, driven by Playwright.

A module that needs more than the accounts and records here writes its own fixture ``seeded`` that takes
this one and puts more into the folder; the folder and its server are of one module. The browser is of all
modules here and of no others: the loop of Playwright runs as long as it does, and no other may run meanwhile.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.console_browser.visitor import PASSWORD, PATIENCE_MS, Site, Visitor, Windows, account_of

from zhamen.adapters.feeds import read_feed
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.desk import Desk, open_desk
from zhamen.bootstrap.work import open_work
from zhamen.organisation.actor import Actor as Who
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Level, Organisation, Unit
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.import_records import import_records
from zhamen.settings import read_settings

UNIT: Final = "head/nmg"
BANK: Final = Organisation(
    [
        Unit(code="head", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
        Unit(code="nmg", level=Level.REGION, parent="head", zh="内蒙古分行", en="Inner Mongolia"),
    ]
)
MULE: Final = "6222020200112233445"
NAMED: Final = "王建国"


@pytest.fixture(scope="package")
def windows() -> Iterator[Windows]:
    """Run the browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing = "no chromium is installed; `apt-get install chromium fonts-noto-cjk` brings it"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        expect.set_options(timeout=PATIENCE_MS)
        yield Windows(browser)
        browser.close()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """Give a data folder with an account of each role and a listed bank account and a listed person."""
    return shutil.copytree(template, tmp_path_factory.mktemp("site"), dirs_exist_ok=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what `seeded` copies for each module."""
    folder = tmp_path_factory.mktemp("template")
    settings = read_settings({}, {"data_dir": folder})
    with open_work(settings) as work:
        work.organisation.replace(BANK, at=utc_now(), by="tests")
        operator = Who.of_staff("root", (Role.ADMINISTRATOR,), Scope("head"))
        for role in Role:
            unit = "head" if role is Role.JUDICIAL_DESK else UNIT
            made = work.staff.add(operator, account_of(role), (role,), unit)
            work.own.change_password(made.member, made.password, PASSWORD, token="")
    with open_desk(settings, lambda answers: answers(), utc_now) as desk:
        _list(desk, "police-accounts", identify(SubjectKind.ACCOUNT, MULE))
        _list(desk, "un-consolidated", identify(SubjectKind.PERSON, "PASSPORT:E12345678"), NAMED)
    return folder


def _list(desk: Desk, feed: str, who: Identifier, *names: str) -> None:
    claim = Claim(who, ListKind.BLACK, category("mule.case_account"), 90, 95, names=names)
    import_records(
        desk.records.store, read_feed(feed).source, iter([[claim]]), actor=Actor("li"), clock=desk.clock
    )


@pytest.fixture(scope="module")
def site(seeded: Path) -> Iterator[Site]:
    """Serve the folder with `zhamen serve`, as an operator does."""
    command = "from zhamen.cli import main; main()"
    options = ["serve", "--json", "--port", "0", "--insecure-no-keys", "--data-dir", str(seeded)]
    with (seeded / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", command, *options], stdout=subprocess.PIPE, stderr=log
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, (seeded / "server.log").read_text()
        yield Site(json.loads(line)["url"], seeded)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture
def visit(windows: Windows, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Give what opens a window; at the end no script of any page may have complained."""
    visitors: list[Visitor] = []

    def begin(language: str = "zh", theme: str = "light", *, script: bool = True) -> Visitor:
        visitor = Visitor(windows.take(language, script=script), site)
        chosen = {"language": language, "theme": theme}
        visitor.page.context.add_cookies(
            [{"name": name, "value": value, "url": site.url} for name, value in chosen.items()]
        )
        visitor.listen()
        visitors.append(visitor)
        return visitor

    yield begin
    for visitor in visitors:
        visitor.leave()
        windows.give_back(visitor.page)
    assert [problem for visitor in visitors for problem in visitor.problems] == []
