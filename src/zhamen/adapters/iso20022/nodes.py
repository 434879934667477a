"""XML read piece by piece, with limits on everything that can be made large."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from zhamen.core.errors import TooLarge, UnreadableFile

__all__ = ["Node", "Pieces"]

MAX_DEPTH: Final = 32
"""The deepest path of the three messages has 15 tags."""
MAX_TAGS: Final = 20_000
"""Of one piece."""
MAX_CHARACTERS: Final = 1 << 20
"""Of one piece."""
MAX_SILENT_BYTES: Final = 1 << 20
"""Bytes that may go by without a tag or text: longer is one giant tag."""


@dataclass(slots=True)
class Node:
    """One element: its name and namespace (empty when there is none), its text, attributes and children."""

    namespace: str
    name: str
    attributes: dict[str, str]
    parent: "Node | None" = field(repr=False)
    texts: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, with every run of blanks as one space."""
        return " ".join("".join(self.texts).split())

    def all(self, path: str) -> list["Node"]:
        """Give the elements at a path of names below this one, in its own namespace."""
        found = [self]
        for name in path.split("/"):
            found = [
                child
                for node in found
                for child in node.children
                if child.name == name and child.namespace == self.namespace
            ]
        return found

    def leaves(self, path: str = "") -> Iterator[tuple[str, str]]:
        """Give every text below with its path."""
        here = f"{path}/{self.name}" if path else self.name
        if self.text:
            yield here, self.text
        for child in self.children:
            yield from child.leaves(here)


class Pieces:
    """Takes bytes and gives the finished elements of some names as they come, then forgets them.

    A piece finds its group and the message's header through ``parent``.

    Parameters
    ----------
    names
        Of the pieces.
    groups
        Names of what may stand around pieces many times, and is forgotten when it ends.

    Raises
    ------
    UnreadableFile
        Not well-formed, or with a DTD, an entity or a reference to the outside.
    TooLarge
        Beyond a limit of depth, tags or characters.
    """

    def __init__(self, names: frozenset[str], groups: frozenset[str]) -> None:
        self._names = names
        self._groups = groups
        self._parser = DefusedXMLParser(target=self, forbid_dtd=True)
        self._open: Node | None = None
        self._ready: list[Node] = []
        self._depth = self._tags = self._characters = self._silent = 0
        self.root: Node | None = None

    def feed(self, data: bytes) -> list[Node]:
        """Take more bytes (empty: the end) and give the pieces that they finish."""
        self._silent += len(data)
        try:
            if data:
                self._parser.feed(data)
            else:
                self._parser.close()
        except ParseError as error:
            raise UnreadableFile(f"not well-formed XML ({error}); export it again") from None
        except DefusedXmlException as error:
            raise UnreadableFile(
                f"{type(error).__name__}: a DTD or an entity is not taken; remove it"
            ) from None
        except (ValueError, LookupError) as error:
            raise UnreadableFile(f"not XML in a known encoding ({error}); write it as UTF-8") from None
        if self._silent > MAX_SILENT_BYTES:
            raise TooLarge(f"a tag of more than {MAX_SILENT_BYTES} bytes; is this a payment message?")
        ready, self._ready = self._ready, []
        return ready

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element; called by the parser."""
        self._silent = 0
        self._depth += 1
        self._tags += 1
        if self._depth > MAX_DEPTH:
            raise TooLarge(f"elements nested over {MAX_DEPTH} deep; a payment message has 15")
        if self._tags > MAX_TAGS:
            raise TooLarge(f"over {MAX_TAGS} elements in one transaction; split the message")
        namespace, _, name = tag.removeprefix("{").rpartition("}")
        node = Node(namespace, name, attributes, self._open)
        if self._open is None:
            self.root = node
        else:
            self._open.children.append(node)
            self._open.texts.clear()  # only blanks stand between the elements of a message
        self._open = node

    def data(self, text: str) -> None:
        """Take text; called by the parser."""
        self._silent = 0
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise TooLarge(f"over {MAX_CHARACTERS} characters in one transaction; split the message")
        assert self._open is not None  # noqa: S101  # text stands in an element
        self._open.texts.append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002  # the parser's signature
        """Close the open element; called by the parser."""
        self._depth -= 1
        node = self._open
        assert node is not None  # noqa: S101  # the parser matches the tags
        self._open = node.parent
        if node.name in self._names:
            self._ready.append(node)
        if node.name in self._names | self._groups:
            self._tags = self._characters = 0
            if node.parent is not None:
                node.parent.children.pop()

    def close(self) -> None:
        """End; called by the parser."""
