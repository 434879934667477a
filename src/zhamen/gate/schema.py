"""The JSON Schema of pack files, for editors; made from the declarations that the check uses."""

from typing import Any

import msgspec

from zhamen.gate.packfile.layout import PackFile

__all__ = ["pack_schema"]


def pack_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a pack file.

    It holds what can be said of one field alone. That names exist, examples fire and texts are
    complete is checked by `zhamen.gate.pack.load_pack` only.

    >>> pack_schema()["$ref"]
    '#/$defs/PackFile'
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zhamen policy pack",
        **msgspec.json.schema(PackFile),
    }
