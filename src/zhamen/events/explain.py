"""Why an event was refused, in words: the path, the cause, and what to write instead.

The cause comes from msgspec; the way out is read from the same type annotations that msgspec
checks, so that the two cannot disagree.
"""

import difflib
from typing import Final, get_args

import msgspec
from msgspec import inspect

from zhamen.core.errors import InvalidEvent
from zhamen.events.model import EVENT_TYPES
from zhamen.events.parts import Currency, Identifier, Text

__all__ = ["nearest", "refusal", "type_of", "way_out"]

_WORDS: Final = {
    "object": "an object",
    "array": "a list",
    "str": "text",
    "int": "a whole number",
    "float": "a number with a fraction",
    "bool": "true or false",
    "null": "null",
    "datetime": "an instant",
}
_LONGEST_ECHO: Final = 40
_PATTERNS: Final = {
    get_args(Identifier)[1].pattern: "1 to 128 visible ASCII characters without spaces",
    get_args(Text)[1].pattern: "1 to 280 characters without control characters",
    get_args(Currency)[1].pattern: "three capital letters of ISO 4217, such as CNY",
    r"^[A-Z]{2}\Z": "two capital letters of ISO 3166, such as CN",
}


def refusal(message: str, event_type: str | None) -> InvalidEvent:
    """Turn msgspec's `message` about an event of `event_type` (None: not known) into our refusal.

    >>> print(refusal("Expected `int`, got `str` - at `$.amount_minor`", "transfer"))
    expected a whole number, got text; write a whole number from 1 to 100000000000000 in minor units (12.30 CNY is 1230) (at $.amount_minor)
    >>> print(refusal("Object contains unknown field `nam` - at `$.debtor`", "transfer"))
    there is no field 'nam' here; did you mean 'name'? (at $.debtor)
    """  # noqa: E501  # an example shows the whole sentence
    cause, _, where = message.partition(" - at `")
    path = where.removesuffix("`") or "$"
    if event_type not in EVENT_TYPES or path == "$.type":
        return InvalidEvent(_about_type(cause, event_type), path="$.type")
    found = _at(event_type, path)
    if cause.startswith("Object contains unknown field"):
        return InvalidEvent(_unknown_field(cause, found), path=path)
    if cause.startswith("Object missing required field"):
        name = cause.split("`")[1]
        return InvalidEvent(f"the field {name!r} is missing; write {_field_way_out(found, name)}", path=path)
    return InvalidEvent(f"{_plain(cause, found)}; write {way_out(found, path)}", path=path)


def nearest(word: str, known: list[str]) -> str:
    """Give the known word most like `word` as a question, or all known words.

    >>> nearest("tranfer", ["transfer", "login"]), nearest("x", ["transfer", "login"])
    ("did you mean 'transfer'?", 'there are: transfer, login')
    """
    close = difflib.get_close_matches(word[:_LONGEST_ECHO], known, 1)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}"


def way_out(found: inspect.Type | None, path: str) -> str:
    """Say what may stand at `path`, from the type that is declared there."""
    match found:
        case inspect.StrType(pattern=pattern):
            return _PATTERNS.get(pattern, "text")
        case inspect.IntType(ge=low, le=high):
            money = " in minor units (12.30 CNY is 1230)" if path.endswith("_minor") else ""
            return f"a whole number from {low} to {high}{money}"
        case inspect.BoolType():
            return "true or false"
        case inspect.DateTimeType():
            return "an instant with its zone as RFC 3339 has it, such as 2026-11-24T08:00:00+08:00"
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case inspect.StructType(fields=fields):
            return f"an object with the fields {', '.join(field.name for field in fields)}"
        case _:
            return "one JSON object for each event"


def _about_type(cause: str, event_type: str | None) -> str:
    known = list(EVENT_TYPES)
    if event_type is None:
        if cause.startswith("Expected `object`"):
            return f"{_plain(cause, None)}; write one JSON object with a 'type' among: {', '.join(known)}"
        return f"the event does not say its type; write as 'type' one of: {', '.join(known)}"
    if event_type in EVENT_TYPES:
        return "the type is given twice and differs; write it once"
    return f"there is no event type {event_type[:_LONGEST_ECHO]!r}; {nearest(event_type, known)}"


def _unknown_field(cause: str, found: inspect.Type | None) -> str:
    name = cause.partition("`")[2].removesuffix("`")
    known = [field.name for field in found.fields] if isinstance(found, inspect.StructType) else []
    return f"there is no field {name[:_LONGEST_ECHO]!r} here; {nearest(name, known)}"


def _field_way_out(found: inspect.Type | None, name: str) -> str:
    if isinstance(found, inspect.StructType):
        for field in found.fields:
            if field.name == name:
                return way_out(_bare(field.type), name)
    return "it"


def _plain(cause: str, found: inspect.Type | None) -> str:
    """Say the cause without the signs of programmers, and without what the sender wrote."""
    if " matching regex " in cause:
        return "a character that is not allowed here" if found else "text of another form"
    if cause.startswith("Invalid enum value"):
        return "not one of the known words"
    cause = cause.replace("Expected `datetime` with a timezone component", "the instant has no zone")
    cause = cause.replace(" | null`", "`").replace(" | null", "")
    for word, words in _WORDS.items():
        cause = cause.replace(f"`{word}`", words)
    return cause[:1].lower() + cause[1:]


def _at(event_type: str, path: str) -> inspect.Type | None:
    found: inspect.Type | None = inspect.type_info(EVENT_TYPES[event_type])
    for name in path.split(".")[1:]:
        fields = found.fields if isinstance(found, inspect.StructType) else ()
        found = next((_bare(field.type) for field in fields if field.name == name), None)
    return found


def _bare(declared: inspect.Type) -> inspect.Type:
    if isinstance(declared, inspect.UnionType):
        return next(arm for arm in declared.types if not isinstance(arm, inspect.NoneType))
    return declared


class _Tagged(msgspec.Struct):
    type: str | None = None


_TAG: Final = msgspec.json.Decoder(_Tagged)


def type_of(raw: bytes) -> str | None:
    """Read only the ``type`` of an event that was refused; None when it cannot be read."""
    try:
        return _TAG.decode(raw).type
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
