"""Who works at the bank and may sign in, and who is signed in."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

__all__ = ["Member", "Role", "Session", "StaffStore"]


class Role(StrEnum):
    """What somebody does."""

    TELLER = "teller"
    INVESTIGATOR = "investigator"
    JUDICIAL_DESK = "judicial_desk"
    BRANCH_MANAGER = "branch_manager"
    STRATEGIST = "strategist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Member(Struct, frozen=True, kw_only=True):
    """One member of staff; ``password`` is a salted scrypt hash with its parameters."""

    name: str
    role: Role
    unit: str
    """The place in the organisation, as ``head/nmg/hohhot/outlet-12``; rights hold for what is below."""
    password: str
    made_at: datetime
    disabled_at: datetime | None = None
    failures: int = 0
    """Wrong passwords since the last right one."""
    locked_until: datetime | None = None


class Session(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in; ``token`` is a hash of what the browser holds."""

    token: bytes
    name: str
    begun_at: datetime
    seen_at: datetime


class StaffStore(Protocol):
    """Members of staff and their sessions."""

    def put(self, member: Member) -> None:
        """Keep a member, new or changed."""

    def find(self, name: str) -> Member | None:
        """Give a member; None when there is none."""

    def list_staff(self) -> list[Member]:
        """Give all members by name."""

    def begin(self, session: Session) -> None:
        """Keep a session, new or seen again."""

    def find_session(self, token: bytes) -> Session | None:
        """Give a session; None when there is none, or it has ended."""

    def end(self, *, token: bytes | None = None, name: str = "") -> int:
        """End one session, or all of a member; give how many."""
