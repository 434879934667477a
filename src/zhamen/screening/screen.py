"""What an identifier is asked of, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from zhamen.screening.entries import Entry, SourceNote
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["Form", "ListHit", "Screen"]

type Form = Literal["exact", "network", "parent_domain"]


@dataclass(frozen=True, slots=True)
class ListHit:
    """A record in force that stands under what was asked, or under what holds it."""

    entry: Entry
    form: Form
    """Whether the record is of the identifier itself, of a network that holds it, or of a site above it."""
    kind: SubjectKind
    masked: str
    """What matched, masked: for a network or a site above, that one."""


class Screen(Protocol):
    """Finds the records of an identifier that are in force at an instant."""

    @property
    def sources(self) -> Mapping[int, SourceNote]:
        """What is known of the sources, by their number."""
        ...

    def find(self, identifier: Identifier, as_of: int) -> tuple[ListHit, ...]:
        """Give the hits, the gravest first: by list, then level, then confidence; none is an empty tuple.

        ``as_of`` is in µs since 1970, UTC.
        """
        ...

    def find_many(
        self, kind: SubjectKind, texts: Sequence[str], as_of: npt.NDArray[np.int64]
    ) -> list[tuple[ListHit, ...]]:
        """Give the hits of many texts of one kind, each at its own instant.

        A text that writes no identifier of the kind has no hits; an empty one neither.
        """
        ...
