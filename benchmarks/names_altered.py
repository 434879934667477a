"""How many altered names are found, beside a scan of all with another library.

Listed people whose names were mistyped, cut or put in another order, and Chinese names as they are written
elsewhere; `benchmarks.alterations` says how.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.alterations import ALTERATIONS, CHINESE, chinese_names
from benchmarks.names_scan import SCAN_CUT, scan_of
from benchmarks.result import Result
from zhamen.screening.names.find import NameEntry
from zhamen.screening.names.index import NameIndex
from zhamen.screening.subjects import SubjectKind

__all__ = ["altered"]

_SEED: Final = 11
_CHINESE: Final = 20_000
_ASKED: Final = 500


def altered(index: NameIndex, listed: Sequence[str], asked: Sequence[str]) -> Iterator[Result]:
    """Measure what is found of altered names of people in `asked`, and of Chinese names.

    Parameters
    ----------
    listed
        All names of the index, for the other library.
    """
    scanned = scan_of(listed)
    people = [name for name in asked if len(name.split()) > 1 and name.isascii()]
    for number, (title, alter) in enumerate(ALTERATIONS.items(), 1):
        draw = random.Random(_SEED)  # noqa: S311  # it has to repeat
        names = [alter(name, draw) for name in people]
        ours = sum(bool(index.search(name)) for name in names)
        theirs = sum(map(scanned, names))
        note = f"{ours} of {len(names)}; rapidfuzz WRatio from {SCAN_CUT}: {theirs}"
        yield Result(
            f"NAMES-08-{number}", f"altered names found: {title}", 100 * ours / len(names), "%", note=note
        )
    yield from _chinese()


def _chinese() -> Iterator[Result]:
    names = chinese_names(_CHINESE, _SEED)
    index = NameIndex(NameEntry(at, SubjectKind.PERSON, (name,)) for at, name in enumerate(names))
    for number, (title, write) in enumerate(CHINESE.items(), 1):
        asked = [(at, text) for at, name in enumerate(names[:_ASKED]) if (text := write(name))]
        found = sum(any(match.id == at for match in index.search(text, limit=_CHINESE)) for at, text in asked)
        note = f"{found} of {len(asked)} asked among {_CHINESE:,}; the others have no such spelling here"
        yield Result(
            f"NAMES-09-{number}", f"Chinese names found: {title}", 100 * found / len(asked), "%", note=note
        )
