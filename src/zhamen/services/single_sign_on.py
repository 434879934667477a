"""Signing in by the bank's own sign-in: who that is here, and with which rights."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct, structs

from zhamen.core.audit import Deed
from zhamen.core.errors import ConflictError, InputError, UnknownKey
from zhamen.organisation.granting import check_roles
from zhamen.organisation.permissions import Role
from zhamen.organisation.units import Organisation
from zhamen.ports.organisation import OrganisationStore
from zhamen.ports.single_sign_on import Claims, IdentityProvider, Sent
from zhamen.ports.staff import Member, PendingSignIn, StaffStore
from zhamen.services.sign_in import SignIn, token_hash

__all__ = ["Begun", "Mapped", "SingleSignOn"]

_WAITS: Final = timedelta(minutes=10)
_SENT: Final = msgspec.json.Decoder(Sent)


class Begun(NamedTuple):
    """Where the browser goes, and what it has to bring back in a cookie."""

    address: str
    token: str


class Mapped(Struct, frozen=True):
    """How the provider's words become ours.

    ``roles`` gives the role of each group; when it is empty, roles and unit are kept here and not taken
    from the provider. ``create`` lets people in who have no account yet, with the roles of their groups.
    """

    roles: Mapping[str, Role] = {}
    create: bool = False


class SingleSignOn:
    """Lets in whom the bank's own sign-in vouches for.

    An account is known by issuer and subject. The first time, it is the account that was made for this
    (without a password) under the name that the provider gives. An account with a password is never taken
    over by a name.
    """

    def __init__(
        self,
        provider: IdentityProvider,
        store: StaffStore,
        organisation: OrganisationStore,
        signing: SignIn,
        mapped: Mapped,
    ) -> None:
        self._provider = provider
        self._store = store
        self._organisation = organisation
        self._signing = signing
        self._clock = signing.clock
        self._mapped = mapped

    def begin(self) -> Begun:
        """Send somebody to the bank's own sign-in.

        Raises
        ------
        UnavailableError
            It does not answer.
        """
        sent, token, now = self._provider.send(), secrets.token_urlsafe(32), self._clock()
        held = PendingSignIn(
            token=token_hash(token), kind="oidc", content=msgspec.json.encode(sent), ends_at=now + _WAITS
        )
        self._store.hold(held, now=now)
        return Begun(sent.address, token)

    def finish(self, token: str, answer: Mapping[str, str], browser: str = "") -> str:
        """Give the token of a new session to somebody who comes back.

        Parameters
        ----------
        token
            From the cookie of the browser that was sent.
        answer
            The parameters that it came back with.

        Raises
        ------
        UnknownKey
            This browser was not sent, or is late, or what it brings is not good; or there is no account.
        UnavailableError
            The provider does not answer.
        """
        pending = self._store.take_pending(token_hash(token)) if token else None
        if pending is None or pending.kind != "oidc" or self._clock() >= pending.ends_at:
            raise UnknownKey("this sign-in was not begun here, or took too long; begin anew")
        sent = _SENT.decode(pending.content)
        if not compare_digest(answer.get("state", "").encode(), sent.state.encode()):
            raise UnknownKey("this answer is not to the question that was asked; begin anew")
        if "error" in answer or not answer.get("code"):
            raise UnknownKey("the bank's sign-in let nobody in; try again or ask an administrator")
        claims = self._provider.receive(answer["code"], answer.get("iss", ""), sent)
        member = self._member(claims)
        if member.disabled_at is not None:
            raise UnknownKey("this account is closed; ask an administrator")
        return self._signing.enter(member.name, "oidc", browser)

    def _member(self, claims: Claims) -> Member:
        member = self._store.find_identity(claims.identity)
        if member is None:
            member = self._linked(claims)
        if not self._mapped.roles:
            return member
        roles, unit = self._rights(claims, self._organisation.history().current, member.unit)
        if (roles, unit) == (member.roles, member.unit):
            return member
        given = [str(role) for role in roles]
        return self._store.change(
            member.name,
            lambda found: structs.replace(found, roles=roles, unit=unit),
            deed=self._deed("give-rights", member, roles=given, unit=unit),
            end_sessions=True,
        )

    def _linked(self, claims: Claims) -> Member:
        """Give the account that was made for somebody who comes the first time, or make one."""
        member = self._store.find(claims.name) if claims.name else None
        if member is not None:
            if member.password or member.identity:
                raise UnknownKey(
                    "the account of this name is another's, or has a password; ask an administrator"
                )
            return self._store.change(
                member.name,
                lambda found: _with_identity(found, claims.identity),
                deed=self._deed("link-identity", member),
            )
        if not self._mapped.create:
            raise UnknownKey("there is no account for you here; ask an administrator")
        return self._made(claims)

    def _made(self, claims: Claims) -> Member:
        name = claims.name
        if not (name.isascii() and name.replace("-", "").replace(".", "").isalnum() and len(name) <= 40):
            raise UnknownKey(
                "the bank's sign-in gives no name that an account can have; ask an administrator"
            )
        roles, unit = self._rights(claims, self._organisation.history().current, "")
        member = Member(
            name=name,
            roles=roles,
            unit=unit,
            identity=claims.identity,
            made_at=self._clock(),
            made_by=claims.issuer[:80],
        )
        try:
            given = [str(role) for role in roles]
            self._store.add(member, self._deed("add-member", member, roles=given, unit=unit))
        except ConflictError:
            raise UnknownKey("the account of this name is another's; ask an administrator") from None
        return member

    def _deed(self, act: str, member: Member, **detail: str | list[str]) -> Deed:
        """Give what the audit trail says of what the bank's own sign-in changes."""
        subject = f"member/{member.name}"
        return Deed(at=self._clock(), actor="oidc", unit=member.unit, act=act, subject=subject, detail=detail)

    def _rights(self, claims: Claims, organisation: Organisation, unit: str) -> tuple[tuple[Role, ...], str]:
        """Give the roles of somebody's groups, and the unit that the provider names, else the present one."""
        held = {self._mapped.roles[group] for group in claims.groups if group in self._mapped.roles}
        roles = tuple(role for role in Role if role in held)
        path = _unit_path(organisation, claims.unit) if claims.unit else unit
        try:
            check_roles(roles)
        except InputError:
            raise UnknownKey(
                "the groups that the bank's sign-in gives are no roles here; ask an administrator"
            ) from None
        if not path:
            raise UnknownKey("the bank's sign-in names no unit of the organisation; ask an administrator")
        return roles, path


def _unit_path(organisation: Organisation, named: str) -> str:
    """Give the path of a unit that is named by its code or its path; empty when there is none."""
    code = named.rpartition("/")[2]
    found = organisation.find(code)
    path = "" if found is None else organisation.path(code)
    return path if named in (code, path) else ""


def _with_identity(found: Member, identity: str) -> Member:
    if found.password or found.identity:
        raise UnknownKey("the account of this name is another's; ask an administrator")
    return structs.replace(found, identity=identity)
