"""Which files may be kept as evidence, by what they are and not by what they are called."""

from typing import Final

from zhamen.core.errors import UnreadableFile

__all__ = ["MEDIA_TYPES", "SUFFIXES", "media_type_of", "plain_name"]

MEDIA_TYPES: Final = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "audio/wav": "WAV",
    "audio/mpeg": "MP3",
    "text/plain": "text in UTF-8",
}
"""What is taken, and what people call it."""
SUFFIXES: Final = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "text/plain": "txt",
}
"""How the name of a file of each type ends."""

_LONGEST_NAME: Final = 120
_MARKS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)
_CONTROLS: Final = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) - set("\t\n\r")


def media_type_of(content: bytes) -> str:
    """Give the media type of a file's content.

    Raises
    ------
    UnreadableFile
        It is empty, or none of `MEDIA_TYPES`.

    Examples
    --------
    >>> media_type_of(b"%PDF-1.7 ..."), media_type_of("他说他是警察".encode())
    ('application/pdf', 'text/plain')
    """
    for mark, media_type in _MARKS:
        if content.startswith(mark):
            return media_type
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "audio/wav"
    if content and _is_text(content):
        return "text/plain"
    kinds = ", ".join(MEDIA_TYPES.values())
    raise UnreadableFile(f"this file is none of {kinds}; convert it, or print it to PDF")


def plain_name(name: str) -> str:
    r"""Give the last part of a file's name without what could mislead a reader or a program.

    >>> plain_name("../../etc/录音 1.wav"), plain_name("\u202egpj.exe"), plain_name("C:\\x\\a.pdf")
    ('录音 1.wav', 'gpj.exe', 'a.pdf')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?')
    return kept.strip(". ")[:_LONGEST_NAME] or "file"


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return _CONTROLS.isdisjoint(text)
