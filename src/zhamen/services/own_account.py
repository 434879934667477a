"""What people do with their own account: password, second factor, sessions."""

from base64 import b32encode
from datetime import timedelta
from typing import Final, NamedTuple

from msgspec import structs

from zhamen.core.errors import ConflictError, InputError, UnknownKey
from zhamen.core.instants import to_micros
from zhamen.ports.staff import Member, PendingSignIn, Seal, StaffStore
from zhamen.services.one_time import (
    fitting_step,
    make_recovery_codes,
    make_secret,
    recovery_digest,
    totp_address,
)
from zhamen.services.passwords import hash_password
from zhamen.services.sign_in import SignIn, own_deed, token_hash

__all__ = ["Enrolment", "OwnAccount"]

_WAITS: Final = timedelta(minutes=15)
_ISSUER: Final = "zhamen"


class Enrolment(NamedTuple):
    """What an authenticator is set up with: by hand, or by the picture of an address that says the same."""

    digits: str
    """The secret in base 32, in groups of four."""
    address: str


class OwnAccount:
    """Lets people change what proves that they are themselves, once they have proved it again."""

    def __init__(self, store: StaffStore, seal: Seal, signing: SignIn) -> None:
        self._store = store
        self._seal = seal
        self._signing = signing
        self._clock = signing.clock

    def change_password(self, member: Member, old: str, new: str, *, token: str) -> None:
        """Set a new password and end the other sessions.

        Raises
        ------
        UnknownKey
            The old password is wrong.
        InputError
            The new one is the old one, or too short; or the account has no password.
        QuotaExceeded
            Too many wrong passwords.
        """
        self._signing.prove(member.name, old, by="password")
        if new == old:
            raise InputError("the new password is the old one; choose another")
        anew = hash_password(new)
        self._store.change(
            member.name,
            lambda found: structs.replace(found, password=anew, must_change=False),
            deed=own_deed("change-password", member, self._clock()),
        )
        for session in self._store.list_sessions(member.name):
            if session.token != token_hash(token):
                self._store.end(session.token)

    def begin_totp(self, member: Member, *, token: str) -> Enrolment:
        """Give the secret to set an authenticator up with; the same for a quarter of an hour."""
        key, now = _enrolling(token), self._clock()
        pending = self._store.find_pending(key)
        if pending is not None and now < pending.ends_at and pending.name == member.name:
            secret = self._seal.open(pending.content, member.name)
        else:
            self._store.take_pending(key)
            secret = make_secret()
            content = self._seal.close(secret, member.name)
            held = PendingSignIn(
                token=key, kind="enrol", name=member.name, content=content, ends_at=now + _WAITS
            )
            self._store.hold(held, now=now)
        digits = b32encode(secret).decode()
        groups = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
        return Enrolment(groups, totp_address(secret, member.name, _ISSUER))

    def confirm_totp(self, member: Member, proof: str, code: str, *, token: str) -> list[str]:
        """Take the authenticator into use once it gives a right code.

        Gives the recovery codes, which are shown this once.

        Parameters
        ----------
        proof
            A code of the present second factor where there is one, else the password; nothing of somebody
            who came by the bank's own sign-in and has neither.

        Raises
        ------
        UnknownKey
            The proof or the code is wrong.
        ConflictError
            The set-up took too long and begins anew.
        QuotaExceeded
            Too many wrong passwords or codes.
        """
        pending, now = self._store.find_pending(_enrolling(token)), self._clock()
        if pending is None or pending.name != member.name or now >= pending.ends_at:
            raise ConflictError("the set-up took too long; open the page again")
        secret = self._seal.open(pending.content, member.name)
        step = fitting_step(secret, code, to_micros(now))
        if step is None:
            raise UnknownKey("the new authenticator's code is wrong; check the clock of the device")
        if member.totp is not None:
            self._signing.prove(member.name, proof, by="code")
        elif member.password:
            self._signing.prove(member.name, proof, by="password")
        if self._store.take_pending(pending.token) is None:
            raise ConflictError("the set-up was completed elsewhere; open the page again")
        sealed = self._seal.close(secret, member.name)
        self._store.change(
            member.name,
            lambda found: structs.replace(found, totp=sealed, totp_step=step),
            deed=own_deed("set-authenticator", member, now),
        )
        return self._new_codes(member)

    def renew_codes(self, member: Member, code: str) -> list[str]:
        """Give new recovery codes, shown this once; the old ones are no longer good.

        Raises
        ------
        UnknownKey
            The code of the second factor is wrong, or there is none.
        QuotaExceeded
            Too many wrong codes.
        """
        if member.totp is None:
            raise UnknownKey("set up the second factor first")
        self._signing.prove(member.name, code, by="code")
        return self._new_codes(member)

    def codes_left(self, member: Member) -> int:
        """Say how many recovery codes are left."""
        return self._store.count_codes(member.name)

    def _new_codes(self, member: Member) -> list[str]:
        codes = make_recovery_codes()
        digests = [recovery_digest(member.name, code) for code in codes]
        self._store.keep_codes(member.name, digests, own_deed("renew-codes", member, self._clock()))
        return codes


def _enrolling(token: str) -> bytes:
    return token_hash(f"enrol {token}")
