"""A work store in memory with its services, for the tests of people."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from tests.unit.organisation.test_units import BANK

from zhamen.adapters.sealing import KeyFileSeal
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.audit import SqlDeeds
from zhamen.adapters.sql.organisation import SqlOrganisation
from zhamen.adapters.sql.staff import SqlStaff
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.services.keep_staff import StaffDesk
from zhamen.services.own_account import OwnAccount
from zhamen.services.sign_in import Halfway, SignIn
from zhamen.testing import NOON, SetClock

__all__ = ["PASSWORD", "People", "open_people"]

PASSWORD = "a long enough password"


@dataclass
class People:
    """A bank with a head office, a region, a branch and an outlet, and what is done with its staff."""

    engine: Engine
    store: SqlStaff
    clock: SetClock
    signing: SignIn
    own: OwnAccount
    desk: StaffDesk

    @property
    def root(self) -> Actor:
        return Actor.of_staff("root", (Role.ADMINISTRATOR,), Scope("HQ"))

    def add(self, name: str = "li", *roles: Role, unit: str = "HQ/R1/B01") -> str:
        """Make an account with a password of its own, and give a session."""
        first = self.desk.add(self.root, name, roles or (Role.TELLER,), unit).password
        token = self.enter(name, first)
        member = self.store.find(name)
        assert member is not None
        self.own.change_password(member, first, PASSWORD, token=token)
        return token

    def enter(self, name: str = "li", password: str = PASSWORD) -> str:
        token = self.signing.sign_in(name, password, "Firefox")
        assert not isinstance(token, Halfway)
        return token

    def halfway(self, name: str = "li") -> str:
        half = self.signing.sign_in(name, PASSWORD)
        assert isinstance(half, Halfway)
        return half.token

    def later(self, **width: float) -> None:
        self.clock.now += timedelta(**width)


def open_people(database: Path, *needs_code: Role) -> People:
    engine = open_engine(f"sqlite:///{database}")
    clock, store, trees = SetClock(NOON), SqlStaff(engine), SqlOrganisation(engine)
    trees.replace(BANK, at=NOON, by="tests")
    seal = KeyFileSeal(database.with_name("work.key"))
    signing = SignIn(store, seal, clock, deeds=SqlDeeds(engine), needs_code=frozenset(needs_code))
    return People(
        engine, store, clock, signing, OwnAccount(store, seal, signing), StaffDesk(store, trees, clock)
    )
