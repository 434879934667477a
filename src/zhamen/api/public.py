"""For applications of the public: ask without telling the number. No key, but a proof of work."""

import asyncio
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from zhamen.api.bodies import decode_body
from zhamen.api.call import Call
from zhamen.bootstrap.desk import Desk
from zhamen.core.errors import InputError
from zhamen.services.ask_public import PREFIX_BITS

__all__ = ["Blinded", "ChallengeSet", "Multiple", "Prefix", "PublicRoutes", "Tags"]

_BODY: Final = 1_024
_TIMEOUT_MS: Final = 5_000
T = TypeVar("T")
Text = Annotated[str, Meta(min_length=1, max_length=200)]


class ChallengeSet(Struct, frozen=True):
    """Find an answer so that SHA-256 of ``<challenge>:<answer>`` begins with ``bits`` zero bits.

    ``prefix_bits`` is how many first bits of a tag to ask for.
    """

    challenge: str
    bits: int
    expires_at: int
    prefix_bits: int


class Blinded(Struct, frozen=True, forbid_unknown_fields=True):
    """A blinded point (the x-coordinate on P-256, in hexadecimal), with its proof of work."""

    challenge: Text
    answer: Text
    blinded: Text


class Multiple(Struct, frozen=True):
    """The multiple of the blinded point, in hexadecimal."""

    multiple: str


class Prefix(Struct, frozen=True, forbid_unknown_fields=True):
    """The first bits of a tag, as a number."""

    prefix: int


class Tags(Struct, frozen=True):
    """All tags that begin so and of which the public is cautioned, in hexadecimal.

    Comparing is left to the application. A tag is of one kind and form: ask for a number both as account and
    as card, and for a page also for its host and the domains above.
    """

    tags: list[str]


class PublicRoutes:
    """The routes that need no key."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def challenge(self, call: Call) -> None:
        """Set a proof of work."""
        call.no_parameters()
        task = self._desk.public.challenge(_address(call))
        set_ = ChallengeSet(task.challenge, task.bits, task.expires_at, PREFIX_BITS)
        await call.answer(200, msgspec.json.encode(set_))

    async def multiple(self, call: Call) -> None:
        """Multiply a blinded point."""
        asked = await _read(call, Blinded)
        try:
            blinded = bytes.fromhex(asked.blinded)
        except ValueError:
            raise InputError("the blinded point is not hexadecimal", path="$.blinded") from None
        made = self._desk.public.multiple(asked.challenge, asked.answer, blinded, _address(call))
        await call.answer(200, msgspec.json.encode(Multiple(made.hex())))

    async def tags(self, call: Call) -> None:
        """Give the tags of a prefix."""
        asked = await _read(call, Prefix)
        store, address = self._desk.records.store, _address(call)
        found = await asyncio.to_thread(self._desk.public.tags, store, asked.prefix, address)
        await call.answer(200, msgspec.json.encode(Tags([tag.hex() for tag in found])))


async def _read(call: Call, kind: type[T]) -> T:
    call.check_type(b"application/json")
    call.no_parameters()
    return decode_body(await call.body(_BODY, _TIMEOUT_MS), kind)


def _address(call: Call) -> str:
    client = call.scope.get("client")
    return str(client[0]) if client else ""
