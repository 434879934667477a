"""A page: a template, a language, a theme, and headers that let nothing in from elsewhere."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from zhamen.console.evidence import Values
from zhamen.console.spans import lasting
from zhamen.console.statics import Statics
from zhamen.console.words import LANGUAGES, choose_language, translator
from zhamen.core.money import grouped

__all__ = ["HEADERS", "THEMES", "Pages", "lead_to"]

THEMES: Final = ("auto", "light", "dark")
_YEAR: Final = 365 * 86_400
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
"""On every page."""


class _Page(HTMLResponse):
    """A page that is rendered on a thread when it is given: what the gate is asked does not wait for it."""

    def __init__(self, render: Callable[[], str], status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status, headers=headers)
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Render it and send it."""
        self.body = self.render(await asyncio.to_thread(self._render))
        self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


class Pages:
    """Renders templates; everything that is shown is escaped, and a value that is missing is an error."""

    def __init__(self, statics: Statics, values: Values, *, secure: bool) -> None:
        self._secure = secure
        self._values = values
        self._environment = Environment(
            loader=PackageLoader("zhamen.console", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = statics.url
        self._environment.filters |= {
            "money": grouped,
            "clock": partial(_clock, values.zone),
        }

    def show(
        self, request: Request, template: str, values: Mapping[str, object], status: int = 200
    ) -> Response:
        """Give a page in the visitor's language and theme.

        Where htmx asks, the address of an answer to a form stays out of the browser's history: it could
        not be loaded anew.
        """
        headers = dict(HEADERS)
        if request.method == "POST":
            headers["hx-push-url"] = "false"
        return _Page(partial(self.write, request, template, values), status, headers)

    def write(self, request: Request, template: str, values: Mapping[str, object]) -> str:
        """Give a template's text in the visitor's language and theme."""
        language = self.language(request)
        theme = request.cookies.get("theme", "auto")
        say = translator(language)
        given = {
            "_": say,
            "lasting": partial(lasting, say),
            "shown": partial(self._values.shown, say),
            "called": partial(self._values.called, language),
            "language": language,
            "other_language": next(each for each in LANGUAGES if each != language),
            "languages": LANGUAGES,
            "theme": theme if theme in THEMES else "auto",
            "themes": THEMES,
            "path": request.url.path,
            **values,
        }
        return self._environment.get_template(template).render(given)

    def language(self, request: Request) -> str:
        """Give the language that a visitor reads."""
        accepted = request.headers.get("accept-language", "")
        return choose_language(request.cookies.get("language", ""), accepted)

    def say(self, request: Request) -> Callable[[str], str]:
        """Give what puts words into the language that a visitor reads."""
        return translator(self.language(request))

    def keep_choice(self, form: Mapping[str, str]) -> Response:
        """Keep a language or a theme that was chosen, and go back to where that was."""
        back = form.get("back", "")
        safe = back if back.startswith(("/query", "/console")) and "//" not in back else "/query"
        response = RedirectResponse(safe, 303, headers=dict(HEADERS))
        for name, allowed in (("language", tuple(LANGUAGES)), ("theme", THEMES)):
            if form.get(name) in allowed:
                response.set_cookie(
                    name, form[name], max_age=_YEAR, httponly=True, samesite="lax", secure=self._secure
                )
        return response


def lead_to(address: str) -> RedirectResponse:
    """Answer a form with the page to see next."""
    return RedirectResponse(address, 303, headers=dict(HEADERS))


def _clock(zone: timezone, at: datetime, form: str = "%Y-%m-%d %H:%M") -> str:
    return at.astimezone(zone).strftime(form)
