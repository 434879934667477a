"""What a member of staff was warned of, until they say what came of it."""

import secrets
from collections.abc import Sequence
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.services.ask import Known
from zhamen.services.search_names import NameFound

__all__ = ["Intervention", "begin", "begin_named", "read_sealed", "sealed"]

_MAC: Final = 32


class Intervention(Struct, frozen=True, kw_only=True):
    """One warning: its id, and the source and category of the record that it rests on most."""

    id: str
    source: str
    category: str


def begin(known: Known) -> Intervention | None:
    """Give the intervention that an answer begins; None when nothing was found to warn of."""
    if not known.findings or known.list in ("", "white"):
        return None
    first = known.findings[0]
    return Intervention(id=_drawn(), source=first.source.code, category=first.category.code)


def begin_named(found: Sequence[NameFound]) -> Intervention | None:
    """Give the intervention that a search for a name begins; None when no listed name is like it."""
    return Intervention(id=_drawn(), source=found[0].source, category=found[0].category) if found else None


def sealed(intervention: Intervention, session: str) -> str:
    """Give an intervention as a form of a session carries it; what is changed, or another's, is refused."""
    content = msgspec.json.encode(intervention)
    return _mac(content, session) + content.decode()


def read_sealed(text: str, session: str) -> Intervention:
    """Give the intervention that a form carries.

    Raises
    ------
    InputError
        It is not what this session was given.
    """
    mac, content = text[:_MAC], text[_MAC:].encode()
    if not compare_digest(mac.encode(), _mac(content, session).encode()):
        raise InputError("this is no warning of this session; ask again")
    return msgspec.json.decode(content, type=Intervention)


def _mac(content: bytes, session: str) -> str:
    key = blake2b(session.encode()).digest()
    return blake2b(content, digest_size=_MAC // 2, key=key, person=b"zhamen/warning").hexdigest()


def _drawn() -> str:
    return f"Q-{secrets.token_hex(8)}"
