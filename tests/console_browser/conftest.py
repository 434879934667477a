"""A real server with the console, and a real browser that visits it: Debian's chromium, driven by Playwright.

A module that needs more than the accounts and records here writes its own fixture ``seeded`` that takes
this one and puts more into the folder. Everything is of one module: the loop of Playwright runs as long
as the browser does, and no other may run meanwhile.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

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

PASSWORD: Final = "a long enough password"
UNIT: Final = "head/nmg"
BANK: Final = Organisation(
    [
        Unit(code="head", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
        Unit(code="nmg", level=Level.REGION, parent="head", zh="内蒙古分行", en="Inner Mongolia"),
    ]
)
MULE: Final = "6222020200112233445"
NAMED: Final = "王建国"
PATIENCE_MS: Final = 60_000
VIEWPORT: Final[ViewportSize] = {"width": 1100, "height": 900}


def account_of(role: Role) -> str:
    return role.value.replace("_", "-")


@dataclass
class Site:
    """A server on a port of its own, and its data folder, which other processes may write to."""

    url: str
    data_dir: Path


@dataclass
class Visitor:
    """One browser window with a language and a theme; `problems` are what its scripts complained of."""

    page: Page
    site: Site
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self, role: Role) -> Page:
        """Sign in by the form; every role has an account."""
        page = self.open("/console/login")
        page.locator("#name").fill(account_of(role))
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        page.wait_for_url("**/console{,/account,/cases}")
        return page

    def show(self, name: str) -> None:
        """Keep a picture of the page where ``SCREENSHOTS`` names a folder."""
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def violations_in_themes(self, name: str) -> str:
        """Give what axe finds in either theme, without asking for the page again; keep pictures of both.

        A theme is colours and nothing else, so in the second one only rules on colours are asked.
        """
        found = ""
        for theme, rules in (("light", ()), ("dark", ("color-contrast", "link-in-text-block"))):
            self.page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            self.show(f"{name}-{theme}")
            found += self.violations(*rules)
        return found

    def violations(self, *rules: str) -> str:
        """Give what axe finds wrong with the page as it is, by all rules or by some; empty when nothing is.

        It needs scripts.
        """
        found = Axe().run(self.page, options={"runOnly": list(rules)} if rules else None)
        return "" if not found.violations_count else f"{self.page.url}\n{found.generate_report()}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
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
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with an account of each role and a listed bank account and a listed person."""
    folder = tmp_path_factory.mktemp("site")
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
def visit(chromium: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Give what opens a window; at the end no script of any page may have complained."""
    visitors: list[Visitor] = []

    def begin(language: str = "zh", theme: str = "light", *, script: bool = True) -> Visitor:
        context = chromium.new_context(
            locale={"zh": "zh-CN", "en": "en-GB"}[language], viewport=VIEWPORT, java_script_enabled=script
        )
        context.set_default_timeout(PATIENCE_MS)
        chosen = {"language": language, "theme": theme}
        context.add_cookies(
            [{"name": name, "value": value, "url": site.url} for name, value in chosen.items()]
        )
        visitor = Visitor(context.new_page(), site)

        def note(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                visitor.problems.append(message.text)

        visitor.page.on("console", note)
        visitor.page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield begin
    for visitor in visitors:
        visitor.page.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []
