"""The body of a request as a typed value, or the path of what is wrong with it."""

import re
from typing import Final, TypeVar

import msgspec

from zhamen.core.errors import InputError, TooLarge

__all__ = ["decode_body"]

T = TypeVar("T")
_AT: Final = " - at `"


def decode_body(raw: bytes, kind: type[T]) -> T:
    """Read a JSON body.

    Raises
    ------
    InputError
        It is not JSON, or not of this kind; ``path`` says where. What was sent is not repeated.
    TooLarge
        It is nested too deeply.

    Examples
    --------
    >>> decode_body(b'{"a": "x"}', dict[str, int])
    Traceback (most recent call last):
    zhamen.core.errors.InputError: Expected `int`, got `str`; GET /openapi.json describes it (at $[...])
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        cause, _, path = str(error).partition(_AT)
        cause = re.sub(r"'[^']*'", "what was sent", cause)
        told = f"{cause}; GET /openapi.json describes it"
        raise InputError(told, path=path.removesuffix("`") or "$") from None
    except RecursionError:
        raise TooLarge("the body is nested too deeply", path="$") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InputError("the body is not JSON; send a JSON object in UTF-8", path="$") from None
