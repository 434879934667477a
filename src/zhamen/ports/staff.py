"""Who works at the bank and may sign in, who is signed in, and who is on the way."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from zhamen.core.audit import Deed
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope

__all__ = ["Member", "PendingSignIn", "Seal", "Session", "StaffStore", "Via"]

Via = Literal["password", "totp", "recovery", "oidc"]
"""How somebody proved who they are, the last of it."""


class Member(Struct, frozen=True, kw_only=True):
    """One member of staff; ``password`` is a salted hash with its parameters, empty when there is none."""

    name: str
    roles: tuple[Role, ...]
    unit: str
    """The path of the unit; rights hold for it and what is below."""
    password: str = ""
    must_change: bool = False
    """Somebody else knows the password: a new one is chosen before anything else is done."""
    identity: str = ""
    """Issuer and subject at the bank's own sign-in, with a space between; empty when there is none."""
    totp: bytes | None = None
    """The sealed secret of the second factor."""
    totp_step: int = 0
    """The newest half minute whose code was used; that one and older ones are used up."""
    made_at: datetime
    made_by: str = ""
    disabled_at: datetime | None = None
    failures: int = 0
    """Wrong passwords and codes since the last right sign-in."""
    locked_until: datetime | None = None


class Session(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in; ``token`` is a hash of what the browser holds."""

    token: bytes
    name: str
    begun_at: datetime
    seen_at: datetime
    via: Via
    browser: str = ""
    """What the browser calls itself, cut short."""

    @property
    def id(self) -> str:
        """A name of the session that is safe to show."""
        return self.token[:8].hex()


class PendingSignIn(Struct, frozen=True, kw_only=True):
    """What waits for its second half: a code, the answer of the bank's own sign-in, a new authenticator."""

    token: bytes
    """A hash of what the browser holds."""
    kind: Literal["totp", "oidc", "enrol"]
    name: str = ""
    content: bytes = b""
    ends_at: datetime


class Seal(Protocol):
    """Keeps secrets unreadable in the store."""

    def close(self, text: bytes, about: str) -> bytes:
        """Encrypt a text that belongs to `about`."""

    def open(self, sealed: bytes, about: str) -> bytes:
        """Give the text.

        Raises
        ------
        InvalidSetting
            It was sealed with another key or belongs to something else.
        """


class StaffStore(Protocol):
    """Members of staff, their sessions and what is on the way; all methods may raise StoreUnavailable.

    A deed is written into the audit trail with the change that it tells of, or neither is made.
    """

    def add(self, member: Member, deed: Deed) -> None:
        """Keep a new member.

        Raises
        ------
        ConflictError
            The name is taken, whatever the case of its letters, or the identity belongs to another.
        """

    def change(
        self,
        name: str,
        how: Callable[[Member], Member],
        *,
        deed: Deed | None = None,
        end_sessions: bool = False,
    ) -> Member:
        """Change a member while nobody else does; give what it became. What no person did has no deed.

        Raises
        ------
        MemberNotFound
            There is none of this name.
        ConflictError
            The identity belongs to another.
        """

    def find(self, name: str) -> Member | None:
        """Give a member; None when there is none."""

    def find_identity(self, identity: str) -> Member | None:
        """Give the member with an identity at the bank's own sign-in; None when there is none."""

    def list_staff(self, scope: Scope) -> list[Member]:
        """Give the members whose unit is within, by name."""

    def list_at(self, units: Collection[str]) -> list[Member]:
        """Give the members of exactly some units who may sign in, by name."""

    def use_step(self, name: str, step: int) -> bool:
        """Use up the codes up to a half minute; False when they were used up before."""

    def keep_codes(self, name: str, digests: Sequence[bytes], deed: Deed) -> None:
        """Replace a member's recovery codes, given as hashes."""

    def use_code(self, name: str, digest: bytes) -> bool:
        """Use up a recovery code; False when there is none such."""

    def count_codes(self, name: str) -> int:
        """Say how many recovery codes are left."""

    def begin(self, session: Session, deed: Deed) -> None:
        """Keep a new session."""

    def see(self, token: bytes, at: datetime) -> None:
        """Note when a session was last used; one that has ended stays so."""

    def find_session(self, token: bytes) -> Session | None:
        """Give a session; None when there is none, or it has ended."""

    def list_sessions(self, name: str) -> list[Session]:
        """Give the sessions of a member, the newest first."""

    def end(self, token: bytes, deed: Deed | None = None) -> bool:
        """End a session; False when there is none such. One whose time is over has no deed."""

    def hold(self, pending: PendingSignIn, *, now: datetime) -> None:
        """Keep a sign-in that waits; those whose time is over are forgotten."""

    def find_pending(self, token: bytes) -> PendingSignIn | None:
        """Give a sign-in that waits; None when there is none."""

    def take_pending(self, token: bytes) -> PendingSignIn | None:
        """Give a sign-in that waits and forget it, so that nobody else gets it; None when there is none."""
