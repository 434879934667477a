"""No page has a fault that axe can find, in either language and either theme."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from zhamen.organisation.permissions import Role

pytestmark = pytest.mark.slow

MULE, OTHER = "6222020200112233445", "6222020200112233446"
Visit = Callable[..., Any]


def reached_by_links(visitor: Any, start: str) -> Iterator[str]:
    """Open every page that links lead to from one, each once; give its path."""
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop()
        page = visitor.open(path)
        for link in page.locator("a[href]").evaluate_all("all => all.map(one => one.href)"):
            url = urlsplit(link)
            target = url.path + (f"?{url.query}" if url.query else "")
            if link.startswith(visitor.site.url) and target not in seen:
                seen.add(target)
                waiting.append(target)
        yield path


def name_of(path: str, *more: str) -> str:
    return "-".join([path.strip("/").replace("/", "-").replace("?", "-"), *more])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("start", "role"),
    [
        ("/query", None),
        ("/console/login", None),
        ("/console/none", None),
        ("/console", Role.AUDITOR),
        ("/console", Role.ADMINISTRATOR),
    ],
)
def test_every_page_that_links_lead_to(visit: Visit, start: str, role: Role | None, language: str) -> None:
    visitor = visit(language)
    if role is not None:
        visitor.sign_in(role)
    for path in reached_by_links(visitor, start):
        assert visitor.violations_in_themes(name_of(path, language)) == ""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/query", {"value": MULE}),
        ("/query", {"value": OTHER}),
        ("/query", {"value": "0"}),
        ("/query/report", {"value": "13800138000"}),
        ("/console/login", {"name": "nobody", "password": "nothing of ours"}),
    ],
    ids=["caution", "nothing", "refused", "reported", "wrong password"],
)
def test_every_answer_to_a_form(visit: Visit, path: str, fields: dict[str, str], language: str) -> None:
    send(visitor := visit(language), path, fields)
    assert visitor.violations_in_themes(name_of(path, *fields.values(), language)) == ""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "value", [MULE, "王建国", "赵无名", "0 0"], ids=["number", "name", "nobody", "nonsense"]
)
def test_every_answer_to_the_staff(visit: Visit, value: str, language: str) -> None:
    visitor = visit(language)
    visitor.sign_in(Role.AUDITOR)
    send(visitor, "/console", {"value": value})
    visitor.page.wait_for_selector("main section, main table")
    assert visitor.violations_in_themes(name_of("/console", value, language)) == ""


def send(visitor: Any, path: str, fields: dict[str, str]) -> None:
    page = visitor.open(path)
    for name, value in fields.items():
        page.locator(f"main #{name}").fill(value)
    page.locator("main button").click()
