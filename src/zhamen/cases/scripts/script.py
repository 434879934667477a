"""What a talk with a customer consists of."""

from msgspec import Struct

from zhamen.gate.decision import Bilingual

__all__ = ["Script"]


class Script(Struct, frozen=True, kw_only=True):
    """A talk: how to begin, what to ask, what the customer should know, and what to do then."""

    title: Bilingual
    opening: Bilingual
    questions: tuple[Bilingual, ...]
    facts: Bilingual
    then: Bilingual
