"""Staff sign in by a real OpenID provider: who gets in, with which rights, and who does not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from tests.integration.oidc.conftest import CLIENT

from zhamen.bootstrap.clock import utc_now
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.simulate.organisation import bank_tree
from zhamen.testing import NOON

HERE = "http://127.0.0.1"
MAPPED = {"oidc_roles": "fraud-team=analyst it-admin=administrator auditors=auditor"}


@dataclass
class Visitor:
    """A browser that goes from our pages to the provider's and back."""

    desk: Any
    cookies: dict[str, str] = field(default_factory=dict)

    def visit(self, target: str) -> Any:
        headers = {
            "authorization": "",
            "user-agent": "Firefox",
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        reply = self.desk.ask("GET", target, b"", headers=headers)
        for name, morsel in [pair for text in reply.cookies for pair in SimpleCookie(text).items()]:
            self.cookies[name] = morsel.value
        return reply

    def depart(self) -> str:
        """Give where our page sends us."""
        reply = self.visit("/console/login/bank")
        assert reply.status == 303
        return str(reply.headers["location"])

    def come_back(self, subject: str) -> str:
        """Sign in at the provider and give the address that it sends us back to."""
        session, address, form = requests.Session(), self.depart(), dict[str, str]()
        for _ in range(12):
            reply = session.request("POST" if form else "GET", address, data=form, allow_redirects=False)
            if reply.is_redirect:
                address, form = urljoin(address, reply.headers["location"]), {}
                if address.startswith(HERE + "/"):
                    return address.removeprefix(HERE)
                continue
            action = re.search(r'action="([^"]+)"', reply.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', reply.text)
            assert action is not None, reply.text
            assert prompt is not None
            address = urljoin(address, action[1])
            form = {"prompt": prompt[1], "login": subject, "password": "x"}
        raise AssertionError("the provider sends us round in circles")

    def sign_in(self, subject: str) -> Any:
        return self.visit(self.come_back(subject))


@pytest.fixture
def make_visitor(make_desk: Any, issuer: str) -> Callable[..., Visitor]:
    def make(**settings: object) -> Visitor:
        desk = make_desk(
            oidc_issuer=issuer,
            oidc_client_id=CLIENT["client_id"],
            oidc_client_secret=CLIENT["client_secret"],
            public_url=HERE,
            **settings,
        )
        desk.clock.now = utc_now()  # the provider has its own clock
        desk.house.work.organisation.replace(bank_tree(), at=NOON, by="tests")
        return Visitor(desk)

    return make


def add(visitor: Visitor, name: str, *roles: Role, unit: str = "HQ", elsewhere: bool = True) -> None:
    work = visitor.desk.house.work
    operator = Actor.of_staff("root", (Role.ADMINISTRATOR,), work.organisation.history().scope("HQ"))
    work.staff.add(operator, name, roles, unit, elsewhere=elsewhere)


def test_an_account_made_for_it_is_entered_and_known_by_subject_from_then_on(
    make_visitor: Callable[..., Visitor],
) -> None:
    visitor = make_visitor()
    add(visitor, "li", Role.TELLER)
    reply = visitor.sign_in("7001")
    assert reply.status == 200
    assert 'content="0;url=/console"' in reply.body.decode()
    assert "退出 li" in visitor.visit("/console").body.decode()
    assert "统一登录" in visitor.visit("/console/account").body.decode()
    member = visitor.desk.house.work.staff._store.find("li")
    assert member.identity.endswith(" 7001")
    assert (member.roles, member.unit) == ((Role.TELLER,), "HQ")
    again = Visitor(visitor.desk)
    assert again.sign_in("7001").status == 200


def test_nobody_takes_over_an_account_that_has_a_password_or_another_owner(
    make_visitor: Callable[..., Visitor],
) -> None:
    visitor = make_visitor()
    add(visitor, "li", Role.TELLER, elsewhere=False)
    assert visitor.sign_in("7001").status == 401
    assert "session" not in visitor.cookies
    assert visitor.desk.house.work.staff._store.find("li").identity == ""


def test_nobody_is_let_in_without_an_account_unless_that_is_set(make_visitor: Callable[..., Visitor]) -> None:
    visitor = make_visitor(**MAPPED)
    assert visitor.sign_in("7001").status == 401
    assert visitor.desk.house.work.staff._store.find("li") is None


def test_groups_and_unit_become_roles_and_place_at_every_sign_in(
    make_visitor: Callable[..., Visitor],
) -> None:
    visitor = make_visitor(**MAPPED, oidc_create=True)
    assert visitor.sign_in("7001").status == 200
    store = visitor.desk.house.work.staff._store
    assert (store.find("li").roles, store.find("li").unit) == ((Role.ANALYST,), "HQ/R1")
    operator = Actor.of_staff(
        "root", (Role.ADMINISTRATOR,), visitor.desk.house.work.organisation.known.scope("HQ")
    )
    visitor.desk.house.work.staff.give(operator, "li", (Role.SUPERVISOR,), "HQ")
    assert visitor.sign_in("7001").status == 200
    assert (store.find("li").roles, store.find("li").unit) == ((Role.ANALYST,), "HQ/R1")


@pytest.mark.parametrize("subject", ["7002", "7003", "7004"], ids=["no role", "no such unit", "roles apart"])
def test_who_has_no_place_here_stays_out(make_visitor: Callable[..., Visitor], subject: str) -> None:
    visitor = make_visitor(**MAPPED, oidc_create=True)
    assert visitor.sign_in(subject).status == 401
    assert "session" not in visitor.cookies


def test_a_closed_account_stays_closed(make_visitor: Callable[..., Visitor]) -> None:
    visitor = make_visitor()
    add(visitor, "li", Role.TELLER)
    assert visitor.sign_in("7001").status == 200
    work = visitor.desk.house.work
    operator = Actor.of_staff("root", (Role.ADMINISTRATOR,), work.organisation.known.scope("HQ"))
    work.staff.disable(operator, "li")
    assert visitor.visit("/console").headers["location"] == "/console/login"
    assert Visitor(visitor.desk).sign_in("7001").status == 401


def test_an_answer_is_good_once_in_the_browser_that_asked_and_with_its_state(
    make_visitor: Callable[..., Visitor],
) -> None:
    visitor = make_visitor()
    add(visitor, "li", Role.TELLER)
    back = visitor.come_back("7001")
    assert Visitor(visitor.desk).visit(back).status == 401
    state = parse_qs(urlsplit(back).query)["state"][0]
    sent = dict(visitor.cookies)
    assert visitor.visit(back.replace(state, "another")).status == 401
    assert visitor.visit(back).status == 401, "a wrong answer uses the question up"
    back = visitor.come_back("7001")
    assert visitor.cookies["sent"] != sent["sent"]
    assert visitor.visit(back).status == 200
    assert visitor.visit(back).status == 401


def test_the_question_has_a_proof_key_a_nonce_and_no_secret(make_visitor: Callable[..., Visitor]) -> None:
    asked = parse_qs(urlsplit(make_visitor().depart()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert len(asked["nonce"][0]) == 32
    assert len(asked["code_challenge"][0]) == 43
    assert "client_secret" not in asked


def test_a_session_from_before_ends_when_another_begins(make_visitor: Callable[..., Visitor]) -> None:
    visitor = make_visitor()
    add(visitor, "li", Role.TELLER)
    visitor.sign_in("7001")
    before = visitor.cookies["session"]
    visitor.sign_in("7001")
    assert visitor.cookies["session"] != before
    assert visitor.desk.house.work.signing.who(before) is None


def test_a_provider_that_does_not_answer_leaves_the_password(make_desk: Any) -> None:
    desk = make_desk(oidc_issuer="http://127.0.0.1:9", oidc_client_id="zhamen", public_url=HERE)
    reply = Visitor(desk).visit("/console/login/bank")
    assert reply.status == 503
    assert 'action="/console/login"' in reply.body.decode()
