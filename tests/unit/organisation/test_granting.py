"""Who may give which rights: nobody beyond the own, outside the own part, or to oneself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.organisation.test_units import BANK

from zhamen.core.errors import (
    FourEyes,
    InputError,
    MemberNotFound,
    MissingPermission,
    UnitNotFound,
    ZhamenError,
)
from zhamen.organisation.actor import Actor
from zhamen.organisation.granting import check_administers, check_grant, check_roles
from zhamen.organisation.permissions import APART, GIVES, Role
from zhamen.organisation.scope import Scope

PATHS = [BANK.path(unit.code) for unit in BANK.units]
ROLES = st.lists(st.sampled_from(Role), max_size=3, unique=True)


def actor(*roles: Role, path: str = "HQ/R1", name: str = "chen") -> Actor:
    return Actor.of_staff(name, roles, Scope(path))


@given(ROLES, ROLES, st.sampled_from(PATHS), st.sampled_from(PATHS))
def test_a_grant_is_within_the_givers_part_and_of_roles_that_he_gives(
    own: list[Role], given_roles: list[Role], place: str, unit: str
) -> None:
    giver = actor(*own, path=place)
    inside = f"{unit}/".startswith(f"{place}/")
    together = len(given_roles) == 1 or (given_roles and not APART.intersection(given_roles))
    giveable = set().union(*(GIVES.get(role, set()) for role in own))
    allowed = bool(giveable) and inside and together and giveable.issuperset(given_roles)
    try:
        check_grant(giver, BANK, unit, given_roles)
    except ZhamenError:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize(
    "unit",
    ["HQ", "HQ/R1x", "HQ/R2", "HQ/R1/../R2", "HQ/R1/..", "HQ/R1/", "HQ/R%", "HQ/R_", "%", "", "hq/r1", "R1"],
)
def test_a_unit_that_is_not_exactly_one_of_the_own_part_is_not_there(unit: str) -> None:
    with pytest.raises(UnitNotFound):
        check_grant(actor(Role.ADMINISTRATOR), BANK, unit, [Role.TELLER])


def test_nobody_changes_the_own_account_whatever_he_is() -> None:
    with pytest.raises(FourEyes, match="another administrator"):
        check_administers(actor(Role.ADMINISTRATOR), "chen", "HQ/R1", [Role.ADMINISTRATOR])


def test_another_units_people_are_not_there() -> None:
    for unit in ("HQ", "HQ/R2", "HQ/R1x"):
        with pytest.raises(MemberNotFound):
            check_administers(actor(Role.ADMINISTRATOR), "li", unit, [Role.TELLER])


def test_what_a_unit_was_called_before_gives_no_hold_over_people() -> None:
    moved = Actor.of_staff("chen", (Role.ADMINISTRATOR,), Scope("HQ/R1", former=("HQ/R2/B9",)))
    with pytest.raises(MemberNotFound):
        check_administers(moved, "li", "HQ/R2/B9", [Role.TELLER])


def test_a_manager_acts_on_nobody_whose_roles_he_does_not_give() -> None:
    manager = actor(Role.BRANCH_MANAGER)
    check_administers(manager, "li", "HQ/R1/B01", [Role.TELLER])
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.BRANCH_MANAGER):
        with pytest.raises(MissingPermission):
            check_administers(manager, "li", "HQ/R1/B01", [Role.TELLER, role])
        with pytest.raises(MissingPermission):
            check_grant(manager, BANK, "HQ/R1/B01", [role])


@pytest.mark.parametrize("role", sorted(set(Role) - set(GIVES)))
def test_who_keeps_no_accounts_is_told_so_before_anything_else(role: Role) -> None:
    with pytest.raises(MissingPermission, match="manage-staff"):
        check_administers(actor(role), "nobody", "HQ/R9", [])
    with pytest.raises(MissingPermission, match="manage-staff"):
        check_grant(actor(role), BANK, "HQ/R9", [])


@pytest.mark.parametrize("apart", sorted(APART))
def test_roles_apart_stand_alone(apart: Role) -> None:
    check_roles([apart])
    check_roles([apart, apart])
    for other in set(Role) - {apart}:
        with pytest.raises(InputError, match="stands apart"):
            check_roles([other, apart])


def test_somebody_without_a_role_is_refused() -> None:
    with pytest.raises(InputError, match="at least one"):
        check_roles([])
