"""The secrets of screening in a file that only its owner can read."""

from pathlib import Path
from typing import Final, NamedTuple

from zhamen.adapters.key_file import make_line, read_lines, write_lines
from zhamen.core.errors import InvalidSetting
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey

__all__ = ["Secrets", "add_secret", "read_secrets"]

_OBLIVIOUS: Final = "oblivious"
_FIRST: Final = (_OBLIVIOUS, "1")


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
    lines = read_lines(path, _FIRST)
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
    write_lines(path, [*read_lines(path, _FIRST), make_line(str(version))])
    return version
