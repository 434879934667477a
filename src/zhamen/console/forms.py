"""What people type into forms, read within limits."""

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from zhamen.core.errors import InputError, MissingPermission, TooLarge

__all__ = ["check_own", "read_form"]

_MOST_BYTES: Final = 16_384
_MOST_FIELDS: Final = 20


async def read_form(request: Request) -> dict[str, str]:
    """Give the fields of a form, each stripped; one that stands twice has its last value.

    Raises
    ------
    TooLarge
        More than 16 KiB or 20 fields.
    InputError
        It is no form in UTF-8.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise TooLarge("the form is too long; shorten what is written in it")
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise InputError("this is no form; send it from the page")
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except (UnicodeError, ValueError):
        raise InputError("the form cannot be read; open the page again") from None
    return {name: value.strip() for name, value in pairs}


def check_own(request: Request) -> None:
    """Go on only with a form that was sent from our own page, as far as the browser tells.

    Raises
    ------
    MissingPermission
        Another site sent it.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise MissingPermission("this form was sent from another site; open the page here")
