"""Staff sign in, stay for a while, and can be put out at any moment."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from typing import Final, Literal, NamedTuple

from msgspec import Struct, structs

from zhamen.core.audit import Deed
from zhamen.core.errors import QuotaExceeded, UnknownKey
from zhamen.core.instants import to_micros
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Deeds
from zhamen.ports.staff import Member, PendingSignIn, Seal, Session, StaffStore, Via
from zhamen.services.one_time import fitting_step, recovery_digest
from zhamen.services.passwords import check_password, hash_password

__all__ = ["Halfway", "Present", "SignIn", "form_token", "own_deed", "token_hash"]

_FREE_TRIES: Final = 5
_IDLE: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(hours=10)
_REFRESH: Final = timedelta(minutes=1)
_WAITS: Final = timedelta(minutes=5)
_STRANGERS: Final = 10_000


def form_token(token: str) -> str:
    """Give what the forms of a session carry, so that no other site can send them."""
    return blake2b(token.encode(), digest_size=16, person=b"zhamen/form").hexdigest()


def token_hash(token: str) -> bytes:
    """Give what the store keeps of a token."""
    return sha256(token.encode()).digest()


class Halfway(NamedTuple):
    """The password was right; the code of the second factor is still to come."""

    token: str


class Present(Struct, frozen=True):
    """Somebody who is signed in, and what has to be done before anything else."""

    member: Member
    session: Session
    first: Literal["", "password", "totp"] = ""
    """Choose a password, or set up the second factor."""


class _Tries(NamedTuple):
    """Wrong passwords and codes of an account, or of a name that has none."""

    failures: int = 0
    locked_until: datetime | None = None

    def once_more(self, now: datetime) -> "_Tries":
        wait = timedelta(minutes=max(0, self.failures - _FREE_TRIES + 2))
        return _Tries(self.failures + 1, now + wait if wait else None)


class SignIn:
    """Lets staff in and knows who is in.

    A session ends after 15 minutes without a request, after 10 hours, at sign-out, or when somebody ends
    it. After 5 wrong passwords or codes an account waits, a minute longer each time. A name without an
    account is answered with the same words, after the same work, and waits as well.

    Parameters
    ----------
    deeds
        Takes tries under names that nobody has; those of members are written with their accounts.
    needs_code
        The roles that need a second factor: who has one of them and none set up does that first. Who comes
        by the bank's own sign-in has had it there.
    """

    def __init__(
        self,
        store: StaffStore,
        seal: Seal,
        clock: Callable[[], datetime],
        *,
        deeds: Deeds,
        needs_code: frozenset[Role] = frozenset(),
    ) -> None:
        self._store = store
        self._seal = seal
        self.clock = clock
        self._deeds = deeds
        self._needs_code = needs_code
        self._untold = 0
        self._told_at: datetime | None = None
        self._strangers: OrderedDict[str, _Tries] = OrderedDict()

    def sign_in(self, name: str, password: str, browser: str = "") -> str | Halfway:
        """Give the token of a new session, or of one that waits for the code of the second factor.

        Raises
        ------
        UnknownKey
            Name and password do not belong together, or the account is disabled.
        QuotaExceeded
            The account has to wait after wrong passwords or codes.
        """
        member, now = self._store.find(name), self.clock()
        self._check_wait(name, member, now)
        fit = check_password(password, "" if member is None else member.password)
        if member is None or member.disabled_at is not None or not fit.right:
            self._note_failure(name, member, now)
            raise UnknownKey("name and password do not belong together; try again or ask an administrator")
        if fit.stale:
            anew = hash_password(password)
            self._store.change(name, lambda found: _with_hash(found, member.password, anew))
        if member.totp is None:
            return self.enter(name, "password", browser)
        token = secrets.token_urlsafe(32)
        pending = PendingSignIn(token=token_hash(token), kind="totp", name=name, ends_at=now + _WAITS)
        self._store.hold(pending, now=now)
        return Halfway(token)

    def enter_code(self, token: str, code: str, browser: str = "") -> str:
        """Give the token of a new session for that of one halfway, and a code.

        Raises
        ------
        UnknownKey
            The code is wrong or used up, or the sign-in took too long and begins anew.
        QuotaExceeded
            The account has to wait after wrong passwords or codes.
        """
        pending, now = self._store.find_pending(token_hash(token)), self.clock()
        member = None if pending is None else self._store.find(pending.name)
        if pending is None or pending.kind != "totp" or now >= pending.ends_at:
            raise UnknownKey("this sign-in took too long; begin anew with name and password")
        if member is None or member.disabled_at is not None or member.totp is None:
            raise UnknownKey("this sign-in is no longer good; begin anew with name and password")
        self._check_wait(member.name, member, now)
        via = self._use_code(member, code)
        if via is None:
            self._note_failure(member.name, member, now)
            raise UnknownKey("the code is wrong or was used before; wait for the next one")
        if self._store.take_pending(pending.token) is None:
            raise UnknownKey("this sign-in was completed elsewhere; begin anew with name and password")
        return self.enter(member.name, via, browser)

    def prove(self, name: str, proof: str, *, by: Literal["password", "code"]) -> None:
        """Let somebody who is signed in prove it again, before what proves it is changed.

        Raises
        ------
        UnknownKey
            The password is wrong, or the code is or was used before.
        QuotaExceeded
            The account has to wait after wrong passwords or codes.
        """
        member, now = self._store.find(name), self.clock()
        if member is None:
            raise UnknownKey("this account is no longer there; sign in again")
        self._check_wait(name, member, now)
        if by == "code":
            right = self._use_code(member, proof) is not None
        else:
            right = check_password(proof, member.password).right
        if not right:
            self._note_failure(name, member, now)
            raise UnknownKey(f"the {by} is wrong, or was used before; try again")

    def enter(self, name: str, via: Via, browser: str) -> str:
        """Begin a session of somebody who has proved who they are; give its token."""
        now = self.clock()
        member = self._store.change(name, lambda found: structs.replace(found, failures=0, locked_until=None))
        token = secrets.token_urlsafe(32)
        shown = "".join(each for each in browser if each.isprintable())[:120]
        session = Session(
            token=token_hash(token), name=name, begun_at=now, seen_at=now, via=via, browser=shown
        )
        self._store.begin(session, own_deed("sign-in", member, now, via=via))
        return token

    def who(self, token: str, *, by_itself: bool = False) -> Present | None:
        """Give who holds a token; None when nobody does any more.

        Parameters
        ----------
        by_itself
            A page asks that nobody touched: the session ends as if it had not.
        """
        session = self._store.find_session(token_hash(token)) if token else None
        if session is None:
            return None
        now = self.clock()
        member = self._store.find(session.name)
        if _over(session, now) or member is None or member.disabled_at is not None:
            self._store.end(session.token)
            return None
        if not by_itself and now - session.seen_at > _REFRESH:
            self._store.see(session.token, now)
        return Present(member, session, self._first(member, session))

    def sign_out(self, token: str) -> None:
        """End a session."""
        session = self._store.find_session(token_hash(token))
        if session is not None:
            self._end(session)

    def sessions(self, name: str) -> list[Session]:
        """Give the sessions of a member that are not over, the newest first."""
        now = self.clock()
        return [each for each in self._store.list_sessions(name) if not _over(each, now)]

    def end_session(self, name: str, session_id: str) -> bool:
        """End a session of a member by its id; False when there is none such."""
        found = next((each for each in self._store.list_sessions(name) if each.id == session_id), None)
        return found is not None and self._end(found)

    def _end(self, session: Session) -> bool:
        member = self._store.find(session.name)
        deed = None if member is None else own_deed("end-session", member, self.clock(), session=session.id)
        return self._store.end(session.token, deed)

    def _use_code(self, member: Member, code: str) -> Via | None:
        """Use up a code of the authenticator or of the recovery codes; None when it is wrong or used up."""
        if member.totp is not None:
            secret = self._seal.open(member.totp, member.name)
            step = fitting_step(secret, code, to_micros(self.clock()))
            if step is not None:
                return "totp" if self._store.use_step(member.name, step) else None
        return "recovery" if self._store.use_code(member.name, recovery_digest(member.name, code)) else None

    def _first(self, member: Member, session: Session) -> Literal["", "password", "totp"]:
        if session.via == "oidc":
            return ""
        if member.must_change:
            return "password"
        return "totp" if member.totp is None and self._needs_code.intersection(member.roles) else ""

    def _check_wait(self, name: str, member: Member | None, now: datetime) -> None:
        tries = self._strangers.get(name, _Tries()) if member is None else _tries(member)
        if tries.locked_until is not None and now < tries.locked_until:
            wait = (tries.locked_until - now).total_seconds()
            raise QuotaExceeded(
                f"too many wrong passwords or codes; wait {wait:.0f} seconds", retry_after=wait
            )

    def _note_failure(self, name: str, member: Member | None, now: datetime) -> None:
        if member is not None:
            self._store.change(
                name,
                lambda found: structs.replace(found, **_tries(found).once_more(now)._asdict()),
                deed=own_deed("fail-sign-in", member, now),
            )
            return
        self._strangers[name] = self._strangers.pop(name, _Tries()).once_more(now)
        if len(self._strangers) > _STRANGERS:
            self._strangers.popitem(last=False)
        self._note_stranger(now)

    def _note_stranger(self, now: datetime) -> None:
        """Write down that names without an account were tried, at most once a minute and without the names.

        What was typed may be anything, a password too.
        """
        self._untold += 1
        if self._told_at is None or now - self._told_at >= _REFRESH:
            tries, self._untold, self._told_at = self._untold, 0, now
            detail = {"tries": tries}
            self._deeds.note(Deed(at=now, actor="unknown", unit="", act="fail-sign-in", detail=detail))


def own_deed(act: str, member: Member, at: datetime, **detail: str) -> Deed:
    """Give what the audit trail says of somebody who acts on the own account."""
    subject = f"member/{member.name}"
    return Deed(at=at, actor=member.name, unit=member.unit, act=act, subject=subject, detail=detail)


def _tries(member: Member) -> _Tries:
    return _Tries(member.failures, member.locked_until)


def _over(session: Session, now: datetime) -> bool:
    return now - session.seen_at > _IDLE or now - session.begun_at > _LONGEST


def _with_hash(found: Member, before: str, anew: str) -> Member:
    """Give the member with a new hash, unless the password was changed meanwhile."""
    return structs.replace(found, password=anew) if found.password == before else found
