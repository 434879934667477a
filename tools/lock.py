"""Resolve ``pyproject.toml`` into the lock files of ``requirements/``, for every platform."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = "hatchling\neditables\nnodejs-wheel-binaries\n"
OPTIONS = [
    "--universal",
    "--generate-hashes",
    "--python-version=3.11",
    "--no-header",
    "--no-annotate",
    "--upgrade",
]


def compile_lock(name: str, *source: str) -> None:
    """Write one lock file."""
    target = ROOT / "requirements" / f"{name}.lock"
    uv = [sys.executable, "-m", "uv", "pip", "compile", "-q", *OPTIONS, "-o", str(target), *source]
    subprocess.run(uv, check=True, cwd=ROOT)


if __name__ == "__main__":
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "uv"], check=True)
    compile_lock("run", "pyproject.toml")
    compile_lock("dev", "pyproject.toml", "--group", "dev")
    with tempfile.NamedTemporaryFile("w", suffix=".in") as build:
        build.write(BUILD)
        build.flush()
        compile_lock("build", build.name)
