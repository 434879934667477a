"""What people type around an identifier: width, spaces, dashes; and how one is shown."""

import unicodedata
from typing import Final

from zhamen.core.errors import InvalidIdentifier
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["compact", "fold", "masked_middle", "only_digits", "refuse"]

_LONGEST: Final = 2048
_SEPARATORS: Final = dict.fromkeys(map(ord, " -\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00b7()"))


def fold(kind: SubjectKind, text: str) -> str:
    """Give a text in its plain width (NFKC), without space around it and without invisible characters.

    Raises
    ------
    InvalidIdentifier
        Nothing is left, it is longer than 2,048 characters, or holds control characters.
    """
    if len(text) > _LONGEST:
        raise InvalidIdentifier(f"a {kind} of {len(text):,} characters; give at most {_LONGEST:,}")
    if text.isascii() and text.isprintable() and (plain := text.strip()):
        return plain
    # What is invisible goes first, for it keeps letters and their accents from becoming one character.
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).strip()
    if not plain:
        raise InvalidIdentifier(f"an empty {kind}; give one")
    if any(unicodedata.category(character)[0] == "C" for character in plain):
        raise InvalidIdentifier(f"a {kind} with control characters or half of a character; type it anew")
    return plain


def compact(kind: SubjectKind, text: str) -> str:
    """Give a folded text in capitals without the spaces, dashes and brackets that people group by."""
    folded = fold(kind, text)
    return (folded if folded.isalnum() else folded.translate(_SEPARATORS)).upper()


def only_digits(text: str) -> bool:
    """Tell whether a text is made of ASCII digits."""
    return text.isascii() and text.isdigit()


def masked_middle(text: str, head: int, tail: int) -> str:
    """Show the ends of a text, and never more than half of it.

    Examples
    --------
    >>> masked_middle("6222021234567890", 4, 4)
    '6222****7890'
    >>> masked_middle("12345", 4, 4)
    '*****'
    """
    if 2 * (head + tail) > len(text):
        head, tail = 0, len(text) // 4
    if tail < 2:
        return "*" * len(text)
    return f"{text[:head]}****{text[-tail:]}"


def refuse(typed: Identifier, why: str) -> InvalidIdentifier:
    """Give the error of what was typed as an identifier but is none."""
    return InvalidIdentifier(f"{typed.kind} {typed.masked} {why}")
