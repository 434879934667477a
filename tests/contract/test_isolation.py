"""What is another unit's is not there: for every route of the pages and of the interface for systems."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from starlette.routing import Route
from tests.contract.test_routes import BODIES
from tests.unit.console.conftest import Browser
from tests.unit.console.staff import found_bank, sign_in

from zhamen.adapters.feeds import read_feed
from zhamen.api.openapi import ROUTES
from zhamen.cases.acts import ActKind
from zhamen.cases.permissions import NEEDED
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.ports.keys import SCOPES
from zhamen.ports.records import Actor as Maker
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records
from zhamen.services.keys import Limits, create_key
from zhamen.testing import NOON

PAYER, CUSTOMER = "6222020200112233445", "C1"
THEIRS, MINE, OTHER = "head/nmg", "head/nm", "colleague"
IDS = {
    "case": "2",
    "number": "1",
    "seq": "4",
    "name": OTHER,
    "sha256": "0" * 64,
    "act": "claim-case",
    "run": "1",
    "payment": "4",
}
"""What the other unit has, by the parameters of paths."""
BANK_WIDE = {
    "/static/{name}": "files of the program, for anyone",
}
"""Pages whose ids are of no unit, and why."""
ASKED: dict[tuple[str, str], list[dict[str, str]]] = {
    ("GET", "/console/dashboard"): [{"unit": THEIRS}, {"unit": "head"}, {"unit": f"{THEIRS}/outlet-1"}],
    ("GET", "/console/cases"): [{"unit": THEIRS}, {"unit": "head"}],
    ("GET", "/console/trace"): [{"case": "2"}, {"account": "1"}, {"decision": "4"}],
    ("POST", "/console/dashboard/export"): [{"unit": THEIRS}],
    ("POST", "/console/accounts"): [{"account": PAYER}],
    ("POST", "/console/trace"): [{"what": PAYER}, {"what": "T4"}],
}
"""Pages without an id in their path that take one otherwise: all of these are 404."""
SILENT: dict[tuple[str, str], list[dict[str, str]]] = {
    ("POST", "/console/decisions"): [{"account": PAYER}, {"customer": CUSTOMER}, {}],
    ("POST", "/console/cases"): [{"act": "claim", "case.2": "on"}],
    ("POST", "/console/people"): [{"name": "new", "role.teller": "on", "unit": "nmg"}],
    ("GET", "/console/cases"): [{}],
    ("GET", "/console/payments"): [{}],
    ("GET", "/console/decisions"): [{}],
    ("GET", "/console/accounts"): [{}],
    ("GET", "/console/dashboard"): [{}],
    ("GET", "/console/figures"): [{}],
    ("GET", "/console/log"): [{}],
    ("GET", "/console/audit"): [{"subject": "case/2"}, {}],
    ("GET", "/console/people"): [{}],
    ("GET", "/console/records"): [{}],
    ("POST", "/console/records"): [{"value": PAYER}],
    ("POST", "/console/audit/export"): [{}],
}
"""Pages that answer about one's own: they say nothing of the other unit."""
OF_NOBODY = {
    "/query": "the public's pages know no unit",
    "/console/login": "before anybody is known",
    "/console/account": "one's own account and session",
    "/console/logout": "one's own session",
    "/console/ask": "risk information is the whole bank's",
    "/console/feedback": "filed under the unit of who tells it",
    "/console/appeals": "appeals are the head office's",
    "/console/audit/verify": "chains are of the whole bank; the answer is whether they hold",
    "/console/records/new": "an empty form, and a record of one's own",
    "/console/health": "of the system, not of a unit",
    "/console/trace": "without a subject it is an empty box",
    "/console": "the box to ask risk information in",
}
"""Beginnings of paths of pages that take and show nothing of any unit, and why."""
NOT_THEIRS = {
    "/v1/decisions", "/v1/decisions:batch", "/v1/events", "/v1/risk", "/v1/risk:batch", "/v1/names",
    "/v1/payee-checks", "/v1/public/challenge", "/v1/public/multiple", "/v1/public/tags", "/openapi.json",
    "/v1/pack", "/healthz", "/readyz", "/livez", "/metrics", "/v1/feedback",
}  # fmt: skip
"""Calls that name nothing that another unit has: they bring an event or a question of their own, or ask
about the program. Feedback is filed under the key's unit, whatever event it names, and tells nothing."""
ROLES = (Role.SUPERVISOR, Role.BRANCH_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.JUDICIAL_DESK)


@pytest.fixture
def bank(desk: Any) -> Any:
    """A desk where a region has a case, payments that wait, an account, a customer, a record, a colleague."""
    found_bank(desk)
    for number in range(1, 5):
        event = desk.transfer(number, outlet="outlet-1", debtor={"id": CUSTOMER, "name": "张三"})
        assert desk.post("/v1/decisions", event).status == 200
    desk.follow_money()
    work = desk.house.work
    founder = Actor.of_staff("root", (Role.ADMINISTRATOR,), work.organisation.history().scope("head"))
    work.staff.add(founder, OTHER, (Role.ANALYST,), THEIRS)
    enter_record(desk)
    return desk


def enter_record(desk: Any) -> None:
    """Let the other unit bring the first record, in the first import."""
    who, records = identify(SubjectKind.ACCOUNT, PAYER), desk.house.desk.records
    claim = Claim(who, ListKind.GREY, category("mule.suspected_mule"), 40, 50)
    source, clock = read_feed("branch-reports").source, desk.house.desk.clock
    import_records(records.store, source, iter([[claim]]), actor=Maker(OTHER, THEIRS), clock=clock)


def pages(desk: Any) -> Iterator[tuple[str, str]]:
    """Give every route of the Console's own table, each act that staff may do by itself."""
    for route in desk.app._console._app.routes:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if "{act}" in route.path:
                staff = [kind for kind in ActKind if NEEDED[kind] is not None]
                yield from ((method, route.path.replace("{act}", kind)) for kind in staff)
            else:
                yield method, route.path


def filled(path: str) -> str:
    return re.sub(r"{(\w+)(?::int)?}", lambda found: IDS[found[1]], path)


def ask(browser: Any, method: str, path: str, given: dict[str, str]) -> Any:
    if method == "GET":
        return browser.open(path + (f"?{urlencode(given)}" if given else ""))
    form = browser.token("/console/account")
    return browser.send(path, form=form, **given)


def permitted(desk: Any, method: str, path: str, given: dict[str, str]) -> list[Any]:
    """Ask as somebody of another region, once in each role that may ask."""
    answers = []
    for role in ROLES:
        browser = Browser(desk)
        sign_in(browser, role, MINE, role.value.replace("_", "-"))
        page = ask(browser, method, path, given)
        if page.status != 403:
            answers.append(page)
    return answers


def test_every_page_with_an_id_in_its_path_answers_that_it_is_not_there(bank: Any) -> None:
    wrong, staff = [], {}
    for role in ROLES:
        staff[role] = Browser(bank)
        sign_in(staff[role], role, MINE, role.value.replace("_", "-"))
    given = {
        "reason": "x",
        "unit": "outlet-2",
        "payment": "4",
        "until": "2030-01-01T00:00",
        "into": "2",
        "format": "csv",
    }
    for method, path in pages(bank):
        if "{" not in path or path in BANK_WIDE:
            continue
        found = [ask(browser, method, filled(path), given) for browser in staff.values()]
        statuses = {page.status for page in found}
        if not statuses <= {403, 404} or 404 not in statuses:
            wrong.append((method, path, statuses))
    uploads = {("POST", "/console/cases/{case:int}/evidence")}
    assert [each for each in wrong if each[:2] not in uploads] == []


def test_a_file_for_another_units_case_is_refused(bank: Any) -> None:
    browser = Browser(bank)
    sign_in(browser, Role.SUPERVISOR, MINE)
    form = browser.token("/console/account").encode()
    parts = ((b"form", b"", form), (b"file", b'; filename="a.pdf"', b"%PDF-1.7 x"))
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % part for part in parts
    )
    kind = "multipart/form-data; boundary=x"
    assert browser.upload("/console/cases/2/evidence", body + b"--x--\r\n", kind).status == 404


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [(*route, given) for route, asks in ASKED.items() for given in asks],
    ids=str,
)
def test_a_page_that_is_asked_for_another_units_is_not_there(
    bank: Any, method: str, path: str, given: dict[str, str]
) -> None:
    found = permitted(bank, method, path, given)
    assert found
    assert {page.status for page in found} == {404}


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [(*route, given) for route, asks in SILENT.items() for given in asks],
    ids=str,
)
def test_a_page_of_ones_own_says_nothing_of_another_unit(
    bank: Any, method: str, path: str, given: dict[str, str]
) -> None:
    found = permitted(bank, method, path, given)
    assert found
    for page in found:
        main = page.text.partition("<main")[2] or page.text
        for told in ("9,800.00", "/console/decisions/", "outlet-1", OTHER, "6222***"):
            assert told not in main, told
        if given.get("case.2") is None:
            assert "/console/cases/2" not in main
    scope = bank.house.work.organisation.history().scope("head")
    assert bank.house.cases.store.list_acts(scope, 2) == []


def test_no_page_is_left_out(bank: Any) -> None:
    for method, path in pages(bank):
        known = (
            "{" in path
            or (method, path) in ASKED
            or (method, path) in SILENT
            or any(path == name or path.startswith(f"{name}/") for name in OF_NOBODY if name != "/console")
            or path == "/console"
        )
        assert known, (method, path)


def test_a_key_of_one_unit_gets_nothing_of_another_from_any_route(bank: Any) -> None:
    made = create_key(bank.keys, name="other", scopes=SCOPES, at=NOON, by="tests", limits=Limits(unit=MINE))
    bank.house.keyring._load()
    own: dict[str, Any] = {
        "/v1/subscriptions:changes": {"after": 0},
        "/v1/subscriptions:remove": {"id": 1},
        "/v1/subscriptions": BODIES["/v1/subscriptions"],
    }
    for route in ROUTES:
        if route.open or route.path in NOT_THEIRS:
            continue
        path = route.path.replace("{event_id}", "T4")
        body = (BODIES | own).get(route.path)
        if body is not None and "event_id" in body:
            body = body | {"event_id": "T4"}
        sent = b"" if body is None or route.method == "GET" else msgspec.json.encode(body)
        reply = bank.ask(route.method, path, sent, token=made.token)
        if b"event_id" in sent or "{event_id}" in route.path:
            assert reply.status == 404, (route.method, route.path, reply.body)
        else:
            assert b"T4" not in reply.body, (route.method, route.path)
            assert b"9800" not in reply.body, (route.method, route.path)
