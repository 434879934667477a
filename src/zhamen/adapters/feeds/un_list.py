"""The consolidated list of the United Nations Security Council, as its XML writes it.

See https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list for its form.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from zhamen.adapters.feeds.mapping import Cell, Feed
from zhamen.core.errors import InputError, InvalidIdentifier, UnreadableFile
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["read_un_list"]

_KINDS: Final = {"INDIVIDUAL": SubjectKind.PERSON, "ENTITY": SubjectKind.ENTERPRISE}
_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_PASSPORT: Final = re.compile(r"passe?port|pasaporte", re.IGNORECASE)


def read_un_list(path: Path, feed: Feed) -> Iterator[Claim]:
    """Give a claim for each listed person and entity, and one for each passport that can be matched.

    One that is known by name only has the list's own number as its identifier, so that it has a key;
    it is found by its names. A passport whose number is written in a way that no passport is, is left
    out: the names still find its holder.

    Raises
    ------
    UnreadableFile
        Not the XML of this list, or XML that tries to do more than say something.
    """
    try:
        for _, element in iterparse(path, events=("end",), forbid_dtd=True):
            if element.tag in _KINDS:
                yield from _listed(element, feed)
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableFile(f"{path} is not the XML of the UN list ({type(error).__name__})") from None
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}; check the path") from None


def _listed(element: Element, feed: Feed) -> Iterator[Claim]:
    kind, number = _KINDS[element.tag], _text(element, "DATAID")
    name = " ".join(part for tag in _NAME_PARTS if (part := _text(element, tag)))
    aliases = [_text(alias, "ALIAS_NAME") for alias in element.iter(f"{element.tag}_ALIAS")]
    original = _text(element, "NAME_ORIGINAL_SCRIPT")
    names = tuple(dict.fromkeys(one for one in (name, original, *aliases) if one))
    who = Identifier(kind, f"NAME:{feed.source.code}:{number}", f"{name[:1]}*** ({feed.source.code})")
    yield _claim(feed, who, number, element, names)
    for at, document in enumerate(element.iter("INDIVIDUAL_DOCUMENT"), 1):
        if _PASSPORT.search(_text(document, "TYPE_OF_DOCUMENT")):
            passport = _passport(_text(document, "NUMBER"))
            if passport is not None:
                yield _claim(feed, passport, f"{number}/{at}", element, ())


def _claim(feed: Feed, who: Identifier, ref: str, element: Element, names: tuple[str, ...]) -> Claim:
    mapped = feed.record
    if not isinstance(mapped.level, int) or not isinstance(mapped.confidence, int):
        raise InputError("level and confidence of the UN list are written in its mapping")
    return Claim(
        who,
        ListKind(str(mapped.list)),
        category(str(mapped.category)),
        mapped.level,
        mapped.confidence,
        source_ref=ref,
        case_number=_text(element, "REFERENCE_NUMBER"),
        names=names,
        legal_basis=_constant(mapped.legal_basis),
        purpose=_constant(mapped.purpose),
    )


def _constant(cell: Cell | None) -> str:
    """Give what a mapping says of every record; this list has no columns."""
    return str(cell) if isinstance(cell, str | int) else ""


def _passport(number: str) -> Identifier | None:
    try:
        return identify(SubjectKind.PERSON, f"PASSPORT:{number}")
    except InvalidIdentifier:
        return None


def _text(element: Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())
