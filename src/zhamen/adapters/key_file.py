"""Secrets in a file that only its owner can read, a name and 64 hexadecimal digits on each line."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from zhamen.core.errors import InvalidSetting

__all__ = ["make_line", "read_lines", "write_lines"]

_BYTES: Final = 32


def read_lines(path: Path, names: Sequence[str]) -> list[str]:
    """Give the lines of a file, which is made with a secret for each name when it is not there.

    Raises
    ------
    InvalidSetting
        Others than its owner can read the file.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_lines(path, [make_line(name) for name in names])
    if path.stat().st_mode & 0o077:
        raise InvalidSetting(f"{path} can be read by others than its owner; run chmod 600 on it")
    return path.read_text(encoding="ascii").splitlines()


def make_line(name: str) -> str:
    """Draw a secret, and give its line."""
    return f"{name} {secrets.token_hex(_BYTES)}"


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write the whole file or nothing of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
