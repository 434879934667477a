"""What people type into forms, read within limits."""

from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from zhamen.core.errors import InputError, MissingPermission, TooLarge

__all__ = ["Upload", "check_own", "read_form", "read_upload"]

_MOST_BYTES: Final = 16_384
_MOST_FIELDS: Final = 100


async def read_form(request: Request) -> dict[str, str]:
    """Give the fields of a form, each stripped; one that stands twice has its last value.

    Raises
    ------
    TooLarge
        More than 16 KiB or 100 fields.
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


class Upload(Struct, frozen=True):
    """A file that was sent with a form, and the form's other fields."""

    name: str
    content: bytes
    fields: dict[str, str]


async def read_upload(request: Request, most_bytes: int) -> Upload:
    """Read a form with one file in it, its field named ``file``.

    Raises
    ------
    TooLarge
        It does not say how long it is, or is longer than the file may be.
    InputError
        It is no such form.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > most_bytes + _MOST_BYTES:
        raise TooLarge(f"a file has at most {most_bytes >> 20} MB; cut it, or keep it in parts")
    try:
        form = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_MOST_BYTES)
    except HTTPException:
        raise InputError("the form cannot be read; open the page again") from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InputError("choose a file", path="$.file")
        fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        return Upload(file.filename or "", await file.read(), fields)
    finally:
        await form.close()


def check_own(request: Request) -> None:
    """Go on only with a form that was sent from our own page, as far as the browser tells.

    Raises
    ------
    MissingPermission
        Another site sent it.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise MissingPermission("this form was sent from another site; open the page here")
