"""Styles and scripts of the pages: read once, packed once, kept by browsers until they change."""

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Final

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

__all__ = ["OPTIONAL", "Statics"]

OPTIONAL: Final = ("htmx.min.js", "echarts.min.js")
"""What npm fetches when the package is built; pages work without."""

_KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_KEPT: Final = "public, max-age=31536000, immutable"


class _File(Struct, frozen=True):
    kind: str
    plain: bytes
    packed: bytes
    version: str


class Statics:
    """The files of the folder ``static``.

    Examples
    --------
    >>> statics = Statics()
    >>> statics.url("style.css").partition("?v=")[0]
    '/static/style.css'
    >>> statics.url("none.js")
    ''
    """

    def __init__(self) -> None:
        self._files = _read()

    def url(self, name: str) -> str:
        """Give where a file is, with its version; empty when it is not there."""
        file = self._files.get(name)
        return "" if file is None else f"/static/{name}?v={file.version}"

    async def give(self, request: Request) -> Response:
        """Answer with a file."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        headers = {"vary": "accept-encoding"}
        if request.query_params.get("v") == file.version:
            headers["cache-control"] = _KEPT
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, media_type=file.kind, headers=headers | {"content-encoding": "gzip"})
        return Response(file.plain, media_type=file.kind, headers=headers)


@cache
def _read() -> Mapping[str, _File]:
    found = {}
    for path in (files("zhamen.console") / "static").iterdir():
        kind = _KINDS.get(path.name.rpartition(".")[2])
        if kind is not None:
            plain = path.read_bytes()
            version = blake2b(plain, digest_size=6).hexdigest()
            found[path.name] = _File(kind, plain, gzip.compress(plain, mtime=0), version)
    return found
