"""Names found among many: an index of flat arrays that is made once and never changes."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from zhamen.screening.names.find import (
    THRESHOLD,
    NameEntry,
    NameMatch,
    ask,
    candidates,
    likest,
    name_forms,
)
from zhamen.screening.names.keys import keys_of
from zhamen.screening.names.postings import Places, Postings, PostingsMaker, Weights
from zhamen.screening.subjects import SubjectKind

__all__ = ["NameIndex"]


class NameIndex:
    """Finds names that are alike, never by looking at all of them.

    Every form of a name is filed under what `keys_of` gives. The names that share most with the one
    asked for, rare things counting more, are compared in full. It is made once and never changes.

    Parameters
    ----------
    entries
        Persons and firms; read once. They are kept in flat arrays: 190 to 320 bytes a name, the
        more for Chinese characters.

    Examples
    --------
    >>> index = NameIndex([NameEntry(7, SubjectKind.PERSON, ("张伟", "Zhang Wei"))])
    >>> [(match.id, match.score) for match in index.search("Chang Wei")]
    [(7, 94)]
    >>> index.search("Wang Fang")
    ()
    >>> [match.name for match in NameIndex.restore(index.parts()).search("張偉")]
    ['张伟']
    """

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        texts, ends, ids, kinds = bytearray(), [0], [], bytearray()
        maker = PostingsMaker()
        for entry in entries:
            for name in entry.names:
                maker.add(keys_of(name_forms(name, entry.kind)))
                texts += name.encode("utf-8", "surrogatepass")
                ends.append(len(texts))
                ids.append(entry.id)
                kinds.append(entry.kind.code)
        self._texts = np.frombuffer(bytes(texts), np.uint8)
        self._ends = np.array(ends, np.uint64)
        self._ids = np.array(ids, np.int64)
        self._kinds = np.frombuffer(bytes(kinds), np.uint8)
        self.postings = maker.finish()

    def __len__(self) -> int:
        """How many names it holds."""
        return len(self._ids)

    def parts(self) -> dict[str, npt.NDArray[np.generic]]:
        """Give the index as named flat arrays, to be kept in a file; they are not copied."""
        return {
            "texts": self._texts,
            "ends": self._ends,
            "ids": self._ids,
            "kinds": self._kinds,
            **self.postings.parts(),
        }

    @classmethod
    def restore(cls, parts: Mapping[str, npt.NDArray[np.generic]]) -> "NameIndex":
        """Give the index that `parts` were taken from; the arrays may be mapped from a file.

        Raises
        ------
        KeyError
            A part is missing.
        """
        index = cls(())
        index._texts = parts["texts"].view(np.uint8)
        index._ends = parts["ends"].view(np.uint64)
        index._ids = parts["ids"].view(np.int64)
        index._kinds = parts["kinds"].view(np.uint8)
        index.postings = Postings.restore(parts)
        return index

    def search(
        self, name: str, *, kind: SubjectKind | None = None, threshold: int = THRESHOLD, limit: int = 10
    ) -> tuple[NameMatch, ...]:
        """Give the listed persons and firms with a name like this one, the likest first, each once."""
        asked = ask(name, kind)
        return likest(asked, candidates(self, asked), threshold=threshold, limit=limit)

    def shared(self, keys: Iterable[int]) -> tuple[Places, Weights]:
        """Give the places of names with any of some keys, ascending, and how much each shares."""
        return self.postings.shared(keys)

    def kinds(self, places: Places) -> npt.NDArray[np.uint8]:
        """Give the code of the kind of each place."""
        return self._kinds[places]

    def ids(self, places: Places) -> npt.NDArray[np.int64]:
        """Give the entry of each place."""
        return self._ids[places]

    def name(self, place: int) -> str:
        """Give the name at a place."""
        text = self._texts[self._ends[place] : self._ends[place + 1]].tobytes()
        return text.decode("utf-8", "surrogatepass")
