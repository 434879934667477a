"""The text of a policy pack: one that ships with zhamen, by name, or any file, by path."""

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Final

from zhamen.core.errors import PackNotFound, UnreadableFile

__all__ = ["MAX_BYTES", "read_pack", "shipped_packs"]

_SUFFIX: Final = ".yaml"
MAX_BYTES: Final = 4 << 20


def shipped_packs() -> tuple[str, ...]:
    """Give the names of the packs that ship with zhamen, sorted.

    >>> "starter" in shipped_packs()
    True
    """
    room = files("zhamen.packs")
    return tuple(sorted(each.name[: -len(_SUFFIX)] for each in room.iterdir() if each.name.endswith(_SUFFIX)))


def read_pack(name: str) -> str:
    """Give the text of a pack.

    Parameters
    ----------
    name
        The name of a shipped pack, or a path; what has a slash or a dot in it is a path.

    Raises
    ------
    PackNotFound
        No shipped pack and no file is called so.
    UnreadableFile
        The file cannot be read, is not UTF-8, or is larger than any pack.
    """
    if "/" not in name and "." not in name:
        return _shipped(name)
    try:
        raw = Path(name).read_bytes()
    except FileNotFoundError:
        raise PackNotFound(f"there is no pack file {name}; check the path") from None
    except OSError as error:
        raise UnreadableFile(f"the pack file {name} cannot be read ({error.strerror}); check it") from error
    return _text(raw, name)


def _shipped(name: str) -> str:
    names = shipped_packs()
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}, or give a path"
        raise PackNotFound(f"no pack named {name!r} ships with zhamen; {hint}")
    return _text(files("zhamen.packs").joinpath(name + _SUFFIX).read_bytes(), name)


def _text(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        raise UnreadableFile(f"the pack {name} has {len(raw)} bytes; a pack has at most {MAX_BYTES}")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"byte {error.start} of the pack {name} is not UTF-8; save it as UTF-8"
        ) from None
