"""A browser without scripts: it keeps cookies, follows redirects and sends forms."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest

from zhamen.console import public


@dataclass
class Page:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Browser:
    """Visits the pages of one desk."""

    desk: Any
    language: str = "zh-CN"
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        return self._visit("GET", path, b"")

    def send(self, path: str, **fields: str) -> Page:
        return self._visit("POST", path, urlencode(fields).encode())

    def token(self, path: str = "/console") -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.open(path).text)
        return found[1] if found else ""

    def upload(self, path: str, body: bytes, kind: str) -> Page:
        return self._visit("POST", path, body, kind)

    def download(self, path: str) -> Any:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.desk.ask("GET", path, b"", headers={"authorization": "", "cookie": cookie})

    def _visit(
        self, method: str, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded"
    ) -> Page:
        headers = {
            "content-type": kind,
            "authorization": "",
            "accept-language": self.language,
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        reply = self.desk.ask(method, path, body, headers=headers)
        for name, morsel in [pair for text in reply.cookies for pair in SimpleCookie(text).items()]:
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        if reply.status == 303:
            return self.open(reply.headers["location"])
        return Page(reply.status, reply.headers, reply.body.decode())


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the public at once, who wait 0.3 s otherwise."""
    monkeypatch.setattr(public, "_LEAST_SECONDS", 0.0)


@pytest.fixture
def browser(desk: Any) -> Browser:
    return Browser(desk)


@pytest.fixture
def make_browser(desk: Any) -> Callable[..., Browser]:
    return lambda **given: Browser(desk, **given)
