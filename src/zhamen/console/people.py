"""Accounts of staff: listed, made, given roles and a unit, closed; within the part of whoever does it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.work import Work
from zhamen.console.door import Door, SignedIn, role_name
from zhamen.console.page import lead_to
from zhamen.console.words import translator
from zhamen.core.errors import ConflictError, FourEyes, InputError, MissingPermission, UnitNotFound
from zhamen.organisation.actor import Actor
from zhamen.organisation.granting import check_roles
from zhamen.organisation.permissions import GIVES, Role
from zhamen.organisation.units import Organisation
from zhamen.ports.staff import Member
from zhamen.services.keep_staff import NewPassword

__all__ = ["PeoplePages"]

_PROBLEM_WORDS: Final = {
    "roles": "请至少选择一个岗位；管理员和审计员不能兼任其他岗位。",
    "name": "登录名只用字母、数字、点和短横线，最多 40 个字符。",
    "taken": "已有这个登录名，请换一个。",
    "unit": "没有这个机构，或不在您的管辖范围。",
    "own": "自己的权限和账号要由别的管理员更改。",
    "beyond": "您不能授予或收回这个岗位。",
    "bank": "这个账号使用统一登录，没有口令。",
}
_OFFERED: Final = 1_000
"""A list of more units than this is not sent along; codes are typed then."""


_Act = Callable[[Actor, str], Member | NewPassword]


class _Line(Struct, frozen=True):
    """A member as the pages show it."""

    member: Member
    roles: str
    unit: str


class PeoplePages:
    """The routes of staff administration, for those who may manage-staff."""

    def __init__(self, work: Work, door: Door) -> None:
        self._work = work
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        desk = self._work.staff
        acts: dict[str, _Act] = {
            "disable": desk.disable,
            "enable": desk.enable,
            "codes": desk.reset_codes,
            "sessions": desk.end_sessions,
            "password": desk.reset_password,
        }
        return [
            Route("/console/people", self.list_people, methods=["GET"]),
            Route("/console/people", self.add, methods=["POST"]),
            Route("/console/people/{name}", self.person, methods=["GET"]),
            Route("/console/people/{name}", self.give, methods=["POST"]),
            *(
                Route(f"/console/people/{{name}}/{name}", self._acting(act), methods=["POST"])
                for name, act in acts.items()
            ),
        ]

    async def list_people(self, request: Request) -> Response:
        """Show the accounts of the actor's part, and the form for a new one."""
        return await self._list(request, await self._door.enter(request, "manage-staff"))

    async def add(self, request: Request) -> Response:
        """Make an account."""
        signed, form = await self._door.enter_form(request, "manage-staff")
        roles = _roles(form)

        def act() -> NewPassword:
            unit = _path(self._work.organisation.history().current, form.get("unit", ""))
            elsewhere = form.get("bank") == "on"
            return self._work.staff.add(signed.actor, form.get("name", ""), roles, unit, elsewhere=elsewhere)

        try:
            made = await asyncio.to_thread(act)
        except (InputError, ConflictError, UnitNotFound, MissingPermission) as error:
            return await self._list(request, signed, _problem(error, roles), form)
        return self._made(request, signed, made)

    async def person(self, request: Request) -> Response:
        """Show one account."""
        return await self._person(request, await self._door.enter(request, "manage-staff"))

    async def give(self, request: Request) -> Response:
        """Set roles and unit."""
        signed, form = await self._door.enter_form(request, "manage-staff")
        name, roles = request.path_params["name"], _roles(form)

        def act() -> Member:
            unit = _path(self._work.organisation.history().current, form.get("unit", ""))
            return self._work.staff.give(signed.actor, name, roles, unit)

        try:
            await asyncio.to_thread(act)
        except (InputError, ConflictError, UnitNotFound, MissingPermission) as error:
            return await self._person(request, signed, _problem(error, roles))
        return lead_to(f"/console/people/{name}")

    def _acting(self, act: _Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            signed, _ = await self._door.enter_form(request, "manage-staff")
            name = request.path_params["name"]
            try:
                done = await asyncio.to_thread(act, signed.actor, name)
            except InputError:
                return await self._person(request, signed, "bank")
            except (ConflictError, MissingPermission) as error:
                return await self._person(request, signed, _problem(error, ()))
            if isinstance(done, NewPassword):
                return self._made(request, signed, done)
            return lead_to(f"/console/people/{name}")

        return answer

    async def _list(
        self,
        request: Request,
        signed: SignedIn,
        problem: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        members = await asyncio.to_thread(self._work.staff.list_staff, signed.actor)
        language, tree = self._door.pages.language(request), self._work.organisation.known.current
        values = self._form(request, signed, problem) | {
            "people": [_line(tree, member, language) for member in members],
            "typed": {"name": "", "unit": "", **(typed or {})},
        }
        return self._door.show(request, signed, "people.html", values, 422 if problem else 200)

    async def _person(self, request: Request, signed: SignedIn, problem: str = "") -> Response:
        member = await asyncio.to_thread(self._work.staff.get, signed.actor, request.path_params["name"])
        language, tree = self._door.pages.language(request), self._work.organisation.known.current
        values = self._form(request, signed, problem) | {
            "person": _line(tree, member, language),
            "own": member.name == signed.member.name,
            "sessions": len(await asyncio.to_thread(self._work.signing.sessions, member.name)),
        }
        return self._door.show(request, signed, "person.html", values, 422 if problem else 200)

    def _form(self, request: Request, signed: SignedIn, problem: str) -> dict[str, object]:
        """Give what forms offer: the roles that may be given, the units where."""
        language = self._door.pages.language(request)
        say, tree = translator(language), self._work.organisation.known.current
        given = frozenset[Role]().union(*(GIVES.get(role, frozenset()) for role in signed.member.roles))
        below = [unit for unit in tree.units if signed.actor.scope.holds(tree.path(unit.code))]
        return {
            "problem": say(_PROBLEM_WORDS[problem]) if problem else "",
            "offered": [(role, role_name(role, language)) for role in Role if role in given],
            "units": [(unit.code, unit.zh if language == "zh" else unit.en) for unit in below]
            if len(below) <= _OFFERED
            else [],
            "path": "/console/people",
        }

    def _made(self, request: Request, signed: SignedIn, made: NewPassword) -> Response:
        return self._door.show(
            request, signed, "first_password.html", {"made": made, "path": "/console/people"}
        )


def _roles(form: Mapping[str, str]) -> tuple[Role, ...]:
    return tuple(role for role in Role if form.get(f"role.{role}") == "on")


def _path(tree: Organisation, typed: str) -> str:
    """Give the path of what was typed, a code or a path; as it is when it is neither."""
    return typed if tree.find(typed) is None else tree.path(typed)


def _line(tree: Organisation, member: Member, language: str) -> _Line:
    roles = " · ".join(role_name(role, language) for role in member.roles)
    unit = tree.find(member.unit.rpartition("/")[2])
    name = "" if unit is None else unit.zh if language == "zh" else unit.en
    return _Line(member, roles, name)


def _problem(error: Exception, roles: tuple[Role, ...]) -> str:
    """Give which of our words tells it."""
    match error:
        case FourEyes():
            return "own"
        case ConflictError():
            return "taken"
        case UnitNotFound():
            return "unit"
        case MissingPermission():
            return "beyond"
    try:
        check_roles(roles)
    except InputError:
        return "roles"
    return "name"
