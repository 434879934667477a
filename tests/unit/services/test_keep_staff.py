"""Accounts of staff: kept by those who may, within their part, and never one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.services.people import PASSWORD, People, open_people

from zhamen.adapters.sql.audit_trail import SqlAuditTrail
from zhamen.core.audit import AuditEntry
from zhamen.core.errors import (
    ConflictError,
    FourEyes,
    InputError,
    MemberNotFound,
    MissingPermission,
    UnitNotFound,
    UnknownKey,
)
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope

ACTS = ("disable", "enable", "reset_password", "reset_codes", "end_sessions")


@pytest.fixture
def people(database: Path, cheap_passwords: None) -> Iterator[People]:  # noqa: ARG001
    opened = open_people(database)
    yield opened
    opened.engine.dispose()


def keeper(path: str, role: Role = Role.ADMINISTRATOR, name: str = "chen") -> Actor:
    return Actor.of_staff(name, (role,), Scope(path))


def test_an_account_is_made_with_its_maker_and_several_roles(people: People) -> None:
    made = people.desk.add(people.root, "li", [Role.OUTREACH, Role.TELLER, Role.TELLER], "HQ/R1").member
    assert (made.roles, made.unit, made.made_by, made.must_change) == (
        (Role.TELLER, Role.OUTREACH),
        "HQ/R1",
        "root",
        True,
    )
    assert people.desk.actor_of(made).scope.covers("HQ/R1/B01")
    assert people.desk.actor_of(made).may("plan-outreach")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "..", "-", "李", "x" * 41, "li\n", "<b>", "li%", "li_"])
def test_a_name_that_is_none_is_refused(people: People, name: str) -> None:
    with pytest.raises(InputError):
        people.desk.add(people.root, name, [Role.TELLER], "HQ")


def test_a_name_that_is_taken_is_refused(people: People) -> None:
    people.desk.add(people.root, "li", [Role.TELLER], "HQ")
    with pytest.raises(ConflictError, match="another name"):
        people.desk.add(people.root, "LI", [Role.TELLER], "HQ")


@pytest.mark.parametrize("unit", ["HQ", "HQ/R1x", "HQ/R1/B02", "HQ/R1/../R1", "HQ/R1/", "HQ/R%", "", "B01"])
def test_an_account_outside_the_own_part_or_nowhere_is_not_made(people: People, unit: str) -> None:
    with pytest.raises(UnitNotFound):
        people.desk.add(keeper("HQ/R1"), "li", [Role.TELLER], unit)
    assert people.store.find("li") is None


def test_who_is_outside_is_neither_seen_nor_touched_nor_told_apart_from_nobody(people: People) -> None:
    people.add("far", Role.TELLER, unit="HQ")
    people.add("near", Role.TELLER, unit="HQ/R1/B01")
    chen = keeper("HQ/R1")
    assert [member.name for member in people.desk.list_staff(chen)] == ["near"]
    before = people.store.find("far")
    told = set()
    for name in ("far", "none"):
        for act in ("get", *ACTS):
            with pytest.raises(MemberNotFound) as refusal:
                getattr(people.desk, act)(chen, name)
            told.add(str(refusal.value).replace(name, "X"))
        with pytest.raises(MemberNotFound):
            people.desk.give(chen, name, [Role.TELLER], "HQ/R1")
    assert len(told) == 1
    assert people.store.find("far") == before
    people.enter("far")


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_on_the_own_account(people: People, act: str) -> None:
    people.add("chen", Role.ADMINISTRATOR, unit="HQ/R1")
    with pytest.raises(FourEyes):
        getattr(people.desk, act)(keeper("HQ/R1"), "chen")


def test_an_administrator_does_not_make_himself_approver(people: People) -> None:
    people.add("chen", Role.ADMINISTRATOR, unit="HQ/R1")
    chen = keeper("HQ/R1")
    with pytest.raises(FourEyes):
        people.desk.give(chen, "chen", [Role.APPROVER], "HQ/R1")
    with pytest.raises(InputError, match="stands apart"):
        people.desk.give(people.root, "chen", [Role.ADMINISTRATOR, Role.APPROVER], "HQ/R1")
    with pytest.raises(UnitNotFound):
        people.desk.give(chen, "chen", [Role.ADMINISTRATOR], "HQ")
    member = people.store.find("chen")
    assert member is not None
    assert (member.roles, member.unit) == ((Role.ADMINISTRATOR,), "HQ/R1")


def test_a_manager_keeps_tellers_and_nobody_above(people: People) -> None:
    people.add("boss", Role.SUPERVISOR, unit="HQ/R1/B01")
    manager = keeper("HQ/R1", Role.BRANCH_MANAGER)
    people.desk.add(manager, "li", [Role.TELLER], "HQ/R1/B01")
    people.desk.disable(manager, "li")
    for act in ACTS:
        with pytest.raises(MissingPermission):
            getattr(people.desk, act)(manager, "boss")
    for roles in ([Role.APPROVER], [Role.TELLER, Role.SUPERVISOR], [Role.ADMINISTRATOR]):
        with pytest.raises(MissingPermission):
            people.desk.give(manager, "li", roles, "HQ/R1")
    with pytest.raises(MissingPermission):
        people.desk.give(manager, "boss", [Role.TELLER], "HQ/R1/B01")


@pytest.mark.parametrize("role", [Role.TELLER, Role.AUDITOR, Role.SUPERVISOR, Role.STRATEGIST])
def test_who_keeps_no_accounts_does_nothing_here(people: People, role: Role) -> None:
    people.add()
    actor = keeper("HQ", role)
    for act in ("get", *ACTS):
        with pytest.raises(MissingPermission):
            getattr(people.desk, act)(actor, "li")
    with pytest.raises(MissingPermission):
        people.desk.list_staff(actor)
    with pytest.raises(MissingPermission):
        people.desk.add(actor, "x", [Role.TELLER], "HQ")


def test_a_closed_account_is_opened_again_with_its_password(people: People) -> None:
    people.add()
    people.desk.disable(people.root, "li")
    with pytest.raises(UnknownKey):
        people.enter()
    people.desk.enable(people.root, "li")
    people.enter()


def test_a_reset_password_is_for_one_sign_in_only(people: People) -> None:
    people.add()
    made = people.desk.reset_password(people.root, "li")
    with pytest.raises(UnknownKey):
        people.enter("li", PASSWORD)
    present = people.signing.who(people.enter("li", made.password))
    assert present is not None
    assert present.first == "password"


def test_an_account_of_the_banks_sign_in_gets_no_password(people: People) -> None:
    assert people.desk.add(people.root, "li", [Role.TELLER], "HQ", elsewhere=True).password == ""
    with pytest.raises(InputError, match="bank's own sign-in"):
        people.desk.reset_password(people.root, "li")


def test_every_act_is_in_the_audit_trail_with_who_did_it_and_a_refused_one_is_not(people: People) -> None:
    people.add()
    before = len(trail(people))
    people.desk.give(people.root, "li", [Role.ANALYST], "HQ/R1")
    for act in ACTS:
        getattr(people.desk, act)(people.root, "li")
    with pytest.raises(MissingPermission):
        people.desk.disable(keeper("HQ", Role.TELLER), "li")
    told = trail(people)[before:]
    assert [entry.act for entry in told] == [
        "give-rights",
        "disable-member",
        "enable-member",
        "reset-password",
        "reset-authenticator",
        "drop-codes",
        "end-sessions",
    ]
    assert {(entry.actor, entry.unit, entry.subject) for entry in told} == {("root", "HQ", "member/li")}
    assert told[0].detail == {"roles": ["analyst"], "unit": "HQ/R1"}


def test_signing_in_and_out_and_failing_to_are_in_the_audit_trail(people: People) -> None:
    token = people.add()
    before = len(trail(people))
    with pytest.raises(UnknownKey):
        people.signing.sign_in("li", "wrong")
    there = people.enter()
    people.signing.sign_out(token)
    people.own.change_password(people.desk.get(people.root, "li"), PASSWORD, "another long one", token=there)
    told = trail(people)[before:]
    assert [(entry.act, entry.actor, entry.subject) for entry in told] == [
        ("fail-sign-in", "li", "member/li"),
        ("sign-in", "li", "member/li"),
        ("end-session", "li", "member/li"),
        ("change-password", "li", "member/li"),
    ]
    assert told[1].detail == {"via": "password"}


def trail(people: People) -> list[AuditEntry]:
    return list(SqlAuditTrail(people.engine).read("work"))


def test_who_may_do_something_is_active_has_the_permission_and_sees_the_place(people: People) -> None:
    for name, role, unit in (
        ("li", Role.ANALYST, "HQ/R1/B01"), ("wang", Role.SUPERVISOR, "HQ"), ("zhao", Role.TELLER, "HQ/R1"),
        ("gone", Role.ANALYST, "HQ/R1"),
    ):  # fmt: skip
        people.desk.add(people.root, name, [role], unit)
    people.desk.disable(people.root, "gone")

    def names(path: str) -> list[str]:
        return [actor.name for actor in people.desk.who_may("claim-case", path)]

    assert names("HQ/R1/B01") == ["li", "wang"]
    assert names("HQ/R1") == ["wang"]
    assert names("HQ/R1x") == ["wang"]
