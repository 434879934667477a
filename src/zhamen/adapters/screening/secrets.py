"""The secrets of screening in a file that only its owner can read."""

import os
import secrets
from pathlib import Path
from typing import Final, NamedTuple

from zhamen.core.errors import InvalidSetting
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey

__all__ = ["Secrets", "add_secret", "read_secrets"]

_BYTES: Final = 32
_OBLIVIOUS: Final = "oblivious"


class Secrets(NamedTuple):
    """What records are written under: the keys of subjects, and the key of the public's tags."""

    ring: KeyRing
    oblivious: ObliviousKey


def read_secrets(path: Path) -> Secrets:
    """Read the secrets, or make them the first time.

    The file has a line for each: its version, or ``oblivious``, and 64 hexadecimal digits. Who loses
    it loses the records: no identifier can be found without it.

    Raises
    ------
    InvalidSetting
        Others can read the file, or it is not what was written.
    """
    lines = _lines(path)
    try:
        found = {name: bytes.fromhex(text) for name, text in (line.split() for line in lines)}
        oblivious = ObliviousKey(found.pop(_OBLIVIOUS))
        return Secrets(KeyRing({int(version): secret for version, secret in found.items()}), oblivious)
    except (ValueError, KeyError):
        raise InvalidSetting(
            f"{path} does not hold secrets of screening; restore it from its copy, "
            "for records cannot be found without it"
        ) from None


def add_secret(path: Path) -> int:
    """Add a secret: new records are written under it, old ones are still found. Give its version."""
    version = read_secrets(path).ring.current + 1
    _write(path, [*_lines(path), _line(str(version))])
    return version


def _lines(path: Path) -> list[str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, [_line(_OBLIVIOUS), _line("1")])
    if path.stat().st_mode & 0o077:
        raise InvalidSetting(f"{path} can be read by others than its owner; run chmod 600 on it")
    return path.read_text(encoding="ascii").splitlines()


def _line(name: str) -> str:
    return f"{name} {secrets.token_hex(_BYTES)}"


def _write(path: Path, lines: list[str]) -> None:
    """Write the whole file or nothing of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
