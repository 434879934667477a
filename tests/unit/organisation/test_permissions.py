"""Roles and rights: who may do what, who may give what, and who may not be two things."""

import pytest

from zhamen.core.errors import MissingPermission
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import (
    APART,
    GIVES,
    PERMISSION_WORDS,
    PERMISSIONS,
    ROLE_WORDS,
    Role,
    permissions_of,
)
from zhamen.organisation.scope import Scope


def test_every_permission_is_of_some_role_and_has_its_words() -> None:
    assert permissions_of(*Role) == set(PERMISSIONS) == set(PERMISSION_WORDS)
    assert set(ROLE_WORDS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_every_role_may_do_something_that_there_is(role: Role) -> None:
    assert permissions_of(role)
    assert permissions_of(role) <= set(PERMISSIONS)


def test_roles_add_up() -> None:
    assert permissions_of(Role.TELLER, Role.OUTREACH) == permissions_of(Role.TELLER) | permissions_of(
        Role.OUTREACH
    )
    assert permissions_of() == frozenset()


def test_who_may_keep_accounts_may_give_roles_and_nobody_else() -> None:
    assert {role for role in Role if "manage-staff" in permissions_of(role)} == set(GIVES)


def test_who_gives_rights_never_uses_them_and_who_checks_never_acts() -> None:
    acts = {"decide-payment", "approve-payment", "approve-disposition", "dispose-case", "decide-appeals"}
    assert {role for role, given in GIVES.items() if Role.ADMINISTRATOR in given} <= APART
    for role in APART:
        assert not permissions_of(role) & acts


def test_no_manager_gives_a_role_with_whom_he_could_approve_or_rule() -> None:
    beyond = permissions_of(*GIVES[Role.BRANCH_MANAGER])
    assert not beyond & {"approve-payment", "approve-disposition", "manage-staff", "read-audit"}


@pytest.mark.parametrize("role", Role)
def test_an_actor_may_what_the_role_may_and_is_stopped_at_the_rest(role: Role) -> None:
    actor = Actor.of_staff("li", (role,), Scope("HQ/R1"))
    assert actor.unit == "HQ/R1"
    for permission in PERMISSIONS:
        if permission in permissions_of(role):
            assert actor.may(permission)
            actor.require(permission)
        else:
            assert not actor.may(permission)
            with pytest.raises(MissingPermission, match=f"li may not {permission}"):
                actor.require(permission)
