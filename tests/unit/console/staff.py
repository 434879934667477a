"""A bank and its staff, who sign in to the console."""

from typing import Any

from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.organisation.units import Level, Organisation, Unit
from zhamen.testing import NOON

__all__ = ["BANK", "PASSWORD", "found_bank", "sign_in"]

PASSWORD = "a long enough password"
BANK = Organisation(
    [
        Unit(code="head", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
        Unit(code="nmg", level=Level.REGION, parent="head", zh="内蒙古分行", en="Inner Mongolia"),
        Unit(code="nm", level=Level.REGION, parent="head", zh="南明分行", en="Nanming"),
        Unit(code="outlet-1", level=Level.OUTLET, parent="nmg", zh="一号网点", en="Outlet 1"),
        Unit(code="outlet-2", level=Level.OUTLET, parent="nm", zh="二号网点", en="Outlet 2"),
    ]
)


def found_bank(desk: Any) -> None:
    """Let the units be there from before the first payment, so that payments lie in them."""
    desk.house.work.organisation.replace(BANK, at=NOON.replace(year=2020), by="tests")


def sign_in(browser: Any, role: Role = Role.TELLER, unit: str = "head/nmg", name: str = "li") -> None:
    """Sign in as somebody new, with a password of their own."""
    work = browser.desk.house.work
    if work.organisation.history().current != BANK:
        work.organisation.replace(BANK, at=NOON, by="tests")
    operator = Actor.of_staff("root", (Role.ADMINISTRATOR,), work.organisation.history().scope("head"))
    first = work.staff.add(operator, name, (role,), unit).password
    browser.send("/console/login", name=name, password=first)
    sent = {"old": first, "new": PASSWORD, "again": PASSWORD}
    browser.send("/console/account/password", form=browser.token("/console/account"), **sent)
