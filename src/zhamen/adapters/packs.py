"""The text of a policy pack: one that ships with zhamen, by name, or any file, by path."""

from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from zhamen.core.errors import PackNotFound, UnreadableFile
from zhamen.packs import shipped_packs

__all__ = ["MAX_BYTES", "find_kept_pack", "keep_pack", "read_pack"]

MAX_BYTES: Final = 4 << 20


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
        return _text(_shipped(name), name)
    path = Path(name)
    if not path.exists():
        raise PackNotFound(f"there is no pack file {name}; check the path")
    return _text(path, name)


def keep_pack(folder: Path, pack_hash: str, text: str) -> None:
    """Keep the text of a pack that decisions are made with, so that they can be made again.

    Raises
    ------
    UnreadableFile
        It cannot be written.
    """
    path = folder / f"{pack_hash}.yaml"
    if path.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        raise UnreadableFile(
            f"the pack cannot be kept in {folder} ({error.strerror}); make room there"
        ) from error


def find_kept_pack(folder: Path, pack_hash: str) -> str | None:
    """Give the text of a pack that was kept; None when it was not."""
    path = folder / f"{pack_hash}.yaml"
    return _text(path, path.name) if pack_hash.isalnum() and path.exists() else None


def _shipped(name: str) -> Traversable:
    packs = shipped_packs()
    if name not in packs:
        near = get_close_matches(name, packs, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(packs)}, or give a path"
        raise PackNotFound(f"no pack named {name!r} ships with zhamen; {hint}")
    return packs[name]


def _text(file: Traversable, name: str) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(f"the pack file {name} cannot be read ({error.strerror}); check it") from error
    if len(raw) > MAX_BYTES:
        raise UnreadableFile(f"the pack {name} is larger than {MAX_BYTES} bytes; no pack is")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"byte {error.start} of the pack {name} is not UTF-8; save it as UTF-8"
        ) from None
