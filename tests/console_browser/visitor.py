"""One who visits the console: what a person does in a window, and what is asked of the page then."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize

from zhamen.organisation.permissions import Role

PASSWORD: Final = "a long enough password"
PATIENCE_MS: Final = 60_000
VIEWPORT: Final[ViewportSize] = {"width": 1100, "height": 900}
DESK_AND_TABLET: Final = (1280, 820)
_LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}
_FITS: Final = """([frames, patience]) => new Promise((tell) => {
  const root = document.documentElement;
  const end = performance.now() + patience;
  let fit = 0;
  const look = () => {
    fit = root.scrollWidth > root.clientWidth ? 0 : fit + 1;
    if (fit === frames || performance.now() > end) tell(fit === frames);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


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

    def listen(self) -> None:
        """Note from now on what scripts complain of."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fail)

    def leave(self) -> None:
        """Note nothing any more."""
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._fail)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(message.text)

    def _fail(self, error: Error) -> None:
        self.problems.append(str(error))

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

    def overflows(self, name: str) -> list[int]:
        """Give the widths of a window, a desk's and a tablet's, at which the page stays wider than it.

        Pictures follow a window some frames later: it fits once it did for some frames one after another,
        and does not where that has not come within seconds.
        """
        wider = []
        for width in DESK_AND_TABLET:
            self.page.set_viewport_size({"width": width, "height": VIEWPORT["height"]})
            if not self.page.evaluate(_FITS, [6, 5_000]):
                wider.append(width)
            self.show(f"{name}-{width}")
        return wider

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

        It needs scripts. What it finds right is left in the browser: to bring it here costs as much again.
        """
        if self.page.evaluate("typeof axe === 'undefined'"):
            self.page.evaluate(AXE_SCRIPT)
        options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        ask = "options => axe.run(options).then(({ violations }) => violations)"
        found = AxeResults({"violations": self.page.evaluate(ask, options)})
        return "" if not found.violations_count else f"{self.page.url}\n{found.generate_report()}"


@dataclass
class Windows:
    """Windows of one browser, each emptied and given again: a new one costs two seconds of a processor."""

    browser: Browser
    _free: dict[tuple[str, bool], list[Page]] = field(default_factory=dict)
    _kinds: dict[Page, tuple[str, bool]] = field(default_factory=dict)

    def take(self, language: str, *, script: bool) -> Page:
        """Give a window that knows nothing of the one before: no cookie, nothing stored."""
        free = self._free.setdefault((language, script), [])
        page = free.pop() if free else self._make(language, script=script)
        page.set_viewport_size(VIEWPORT)
        return page

    def give_back(self, page: Page) -> None:
        """Empty a window and keep it for the next who asks for one of its kind."""
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.goto("about:blank")
        page.context.clear_cookies()
        self._free[self._kinds[page]].append(page)

    def _make(self, language: str, *, script: bool) -> Page:
        context = self.browser.new_context(locale=_LOCALES[language], java_script_enabled=script)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        self._kinds[page] = (language, script)
        return page
