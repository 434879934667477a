"""Links and clusters that are written to with every event and read at any time."""

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError, StateFull
from zhamen.core.instants import Micros
from zhamen.features.compiled import Words
from zhamen.features.layout import TABLE_TOP
from zhamen.networks.graph.layout import TIME_LIMIT
from zhamen.networks.links.cluster import NO_CLUSTER, Cluster, Shared
from zhamen.networks.links.kernels import read_all, rebuild_all, take_all
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.layout import (
    CLEARED,
    CLOCK,
    IN_WORDS,
    LINKS,
    NEVER,
    OPENED,
    OUT_ACCOUNT,
    OUT_WORDS,
    REPORTED,
    THINGS,
    TIME_PASSES,
)
from zhamen.networks.links.memory import LinkMemory, LinkSize, Part
from zhamen.networks.links.reading import members_of, shared_of
from zhamen.networks.links.settings import LinkSettings

__all__ = ["Links"]

_AT_ONCE: Final = 16

_Numbers = npt.NDArray[np.int64]


class Links:
    """What accounts were seen with, and which of them belong together.

    Two accounts are linked when what they share weighs enough: the sum of 1 / ln(1 + n) over every
    device, address and so on that both were seen with in the last 90 days, n being how many accounts
    were; what more than 50 accounts have counts nothing. A cluster is what links join, directly or
    through others.

    `rebuild` forgets old links and makes all clusters anew, so that they are exactly that. Between two
    rebuilds nothing is forgotten and no cluster falls apart; when an account is first seen with a
    thing, it is joined at once with each account that has the thing too, where what both share weighs
    enough at that moment.

    Writing (`note`, `opened`, `reported`, `rebuild` ...) is for one thread, reading for any. An answer
    is as of the latest instant that was told, and depends on nothing but what was told, in its order.

    Parameters
    ----------
    settings
        When accounts are linked.
    budget_bytes
        What it may come to; all of the machine's memory when not given. Only what is used is taken.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve addresses for the budget.

    Notes
    -----
    A new link costs as many steps as the account's things have accounts; one that is known, one
    look-up. About 51 bytes a link, 43 a thing, 115 an account.

    Examples
    --------
    >>> links = Links(budget_bytes=1 << 20)
    >>> for account in (1, 2, 3):
    ...     links.note(account, LinkKind.DEVICE, 70, at=0)
    ...     links.note(account, LinkKind.IP, 80, at=0)
    >>> links.reported(3, at=1)
    >>> cluster = links.cluster(1)
    >>> cluster.size, cluster.reported, cluster.growth_7d
    (3, 1, 3)
    >>> links.cluster(4) is None
    True
    """

    def __init__(
        self,
        settings: LinkSettings | None = None,
        *,
        budget_bytes: int | None = None,
        memory: LinkMemory | None = None,
    ) -> None:
        self.memory: Final = memory or LinkMemory(settings or LinkSettings(), budget_bytes)
        self.settings: Final = self.memory.settings
        self._read: Final = read_all()
        self._rebuild: Final = rebuild_all()
        self.lock: Final = Lock()
        self._given: Final = np.zeros(_AT_ONCE * IN_WORDS, np.int64)
        self._asked: Final = np.zeros(1, np.int64)
        self._found: Final = np.zeros(OUT_WORDS, np.int64)

    @property
    def size(self) -> LinkSize:
        """What it holds now."""
        return self.memory.size

    @property
    def clock(self) -> Micros | None:
        """The latest instant that was told; None when nothing was."""
        clock = int(self.memory.words[CLOCK])
        return None if clock == NEVER else clock

    def check_room(self) -> None:
        """Refuse what is told before it is taken.

        Raises
        ------
        StateFull
            The budget is used up.
        """
        if self.memory.full:
            raise self._full()

    def note(self, account: int, kind: LinkKind, value: int, at: Micros) -> None:
        """Note that an account was seen with something.

        What was last seen before the horizon of the latest rebuild is not taken.

        Raises
        ------
        InputError
            Not identities, or not an instant.
        StateFull
            The budget is used up; nothing was taken.
        """
        self._tell(((int(kind), account, value, at),))

    def note_all(self, account: int, things: Sequence[tuple[LinkKind, int]], at: Micros) -> None:
        """Note that an account was seen with several things at once; with none, only that it is so late.

        Errors are those of `note`; when the budget is used up, some may have been taken.
        """
        told = [(int(kind), account, value, at) for kind, value in things]
        self._tell(told or ((TIME_PASSES, 0, 0, at),))

    def opened(self, account: int, at: Micros) -> None:
        """Note that an account was opened; the first time stands.

        One that is told of late is newly opened from when it is told, unless the window is over already.
        Errors are those of `note`.
        """
        self._tell(((OPENED, account, 0, at),))

    def reported(self, account: int, at: Micros) -> None:
        """Note that an account received stolen money. Errors are those of `note`."""
        self._tell(((REPORTED, account, 0, at),))

    def cleared(self, account: int, at: Micros) -> None:
        """Note that an account was reported wrongly. Errors are those of `note`."""
        self._tell(((CLEARED, account, 0, at),))

    def advance(self, at: Micros) -> None:
        """Note that it is so late, and nothing else. Errors are those of `note`."""
        self._tell(((TIME_PASSES, 0, 0, at),))

    def _tell(self, told: Sequence[tuple[int, int, int, Micros]]) -> None:
        for _, account, value, at in told:
            if not (0 <= account < 2**63 and 0 <= value < 2**63 and -TIME_LIMIT < at < TIME_LIMIT):
                raise InputError("links are of identities of 63 bits, at an instant within 500 years of 1970")
        for start in range(0, len(told), _AT_ONCE):
            words = [word for each in told[start : start + _AT_ONCE] for word in each]
            with self.lock:
                self._given[: len(words)] = words
                size = len(words) // IN_WORDS
                given = cast("Words", self._given)
                if take_all()(cast("Words", self.memory.words), given, size) < size:
                    raise self._full()

    def note_many(self, rows: _Numbers) -> None:
        """Note many things at once: rows of what (a `LinkKind`), account, value and instant, in their order.

        Raises
        ------
        InputError
            A row is not that; nothing was taken.
        StateFull
            The budget is used up; the rows before that were taken.
        """
        given = np.array(rows, np.int64, order="C").reshape(-1, IN_WORDS)
        fine = (given[:, :3] >= 0).all() and (np.abs(given[:, 3]) < TIME_LIMIT).all()
        if not fine or (given[:, 0] > max(LinkKind)).any():
            raise InputError("links are of identities of 63 bits, at an instant within 500 years of 1970")
        with self.lock:
            taken = take_all()(cast("Words", self.memory.words), cast("Words", given.reshape(-1)), len(given))
        if taken < len(given):
            raise self._full()

    def _full(self) -> StateFull:
        return StateFull(
            f"links hold {self.size.bytes:,} bytes, all that they may; give them a larger budget, or keep"
            " links for fewer days"
        )

    def rebuild(self, now: Micros) -> None:
        """Forget links not seen for 90 days, and make all clusters anew: once a day.

        Notes
        -----
        Readers wait. With a million accounts and three million links, half a second.
        """
        words = self.memory.words
        ends = np.empty(int(words[THINGS + TABLE_TOP]) + 1, np.int64)
        members = np.empty(int(words[LINKS + TABLE_TOP]) + 1, np.int64)
        with self.lock:
            self._rebuild(cast("Words", words), cast("Words", ends), cast("Words", members), now)

    def cluster(self, account: int) -> Cluster | None:
        """Give the cluster that an account belongs to; None when it is alone, or not known."""
        with self.lock:
            first, size, reported, opened, growth, _ = self._look_up(account)
        if size < 2:
            return None
        return Cluster(
            first=first,
            size=size,
            reported=reported,
            opened_7d=opened,
            growth_7d=growth,
            settings=self.settings,
        )

    def _look_up(self, account: int) -> list[int]:
        self._asked[0] = account
        words, asked, found = self.memory.words, self._asked, self._found
        self._read(cast("Words", words), cast("Words", asked), cast("Words", found), 1)
        return found.tolist()

    def values(self, account: int) -> tuple[float, ...]:
        """Give what rules read of an account, as `CLUSTER_NAMES`; NaN where it is alone."""
        cluster = self.cluster(account)
        return NO_CLUSTER if cluster is None else cluster.values()

    def members(self, account: int, limit: int = 100) -> tuple[int, ...]:
        """Give the identities of an account's cluster, itself first, at most `limit`; none when unknown."""
        with self.lock:
            number = self._look_up(account)[OUT_ACCOUNT]
            return () if number < 0 else members_of(self.memory.words, number, limit)

    def shared(self, account: int) -> tuple[Shared, ...]:
        """Give what ties an account to others of its cluster, what weighs most first."""
        with self.lock:
            number = self._look_up(account)[OUT_ACCOUNT]
            return () if number < 0 else shared_of(self.memory.words, number)

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the links as named bytes, without a copy: write them before the next is told, or in a fork."""
        yield from self.memory.parts()

    @classmethod
    def restore(
        cls, parts: Iterable[Part], settings: LinkSettings | None = None, *, budget_bytes: int | None = None
    ) -> "Links":
        """Give the links that `parts` were taken from; they go on exactly as those do.

        Raises
        ------
        JournalDamaged
            A part is missing, cut short, of another format, or made with other settings.
        """
        return cls(memory=LinkMemory.restore(parts, settings or LinkSettings(), budget_bytes))
