"""The live state of a pack's features: an event goes in, its feature values come out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import JournalDamaged, PackMismatch
from zhamen.core.instants import Micros
from zhamen.events.batch import Batch
from zhamen.features.compiled import Floats, Words
from zhamen.features.inputs import BatchInputs, RowInputs
from zhamen.features.kernel import kernel
from zhamen.features.layout import (
    BLOCK_WORDS,
    EVENTS,
    LIVE_WORDS,
    NEVER,
    TABLE_BUCKETS,
    TABLE_LIVE,
    TABLE_RECORDS,
    WATERMARK,
)
from zhamen.features.memory import Table
from zhamen.features.plan import Plan
from zhamen.features.program import Program

__all__ = ["FeatureState", "FeatureTable", "MemoryReport"]

_CHUNK: Final = 8192
"""Events made ready at a time: few enough to stay in the cache until the kernel reads them."""
_WORD: Final = 8


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Feature values of many events: a row for each event, a column for each name, NaN for missing."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """What live state holds now; bytes that are free for reuse are not counted."""

    live_bytes: int
    budget_bytes: int
    block_bytes: int
    """Records, extremes and distinct values."""
    key_bytes: int
    keys: dict[str, int]
    """By series."""
    records: dict[str, int]
    """By series."""

    @property
    def bytes_per_record(self) -> float:
        """All but the keys' own rows, divided by the records; 0 when there are none."""
        records = sum(self.records.values())
        return self.block_bytes / records if records else 0.0

    @property
    def bytes_per_key(self) -> float:
        """The keys' own rows, divided by the keys; 0 when there are none."""
        keys = sum(self.keys.values())
        return self.key_bytes / keys if keys else 0.0


class FeatureState:
    """All that the features of a plan remember, in one memory.

    A value is exact or missing. It is missing when there is nothing to tell (see `Operation`), when
    the role's key is missing, or when the event is so late that what it asks for may be gone:
    when ``occurred_at - window`` lies before the newest event time less the longest window and
    the allowed lateness (for ``ever``, when ``occurred_at`` lies before the newest less the
    allowed lateness).

    Parameters
    ----------
    plan
        What to keep.
    budget_bytes
        What live state may come to; all of the machine's memory when not given. Only what is used is taken.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve addresses for the budget.

    Notes
    -----
    Not for several threads at once. The kernel keeps the interpreter's lock: an event takes some
    microseconds, and to get the lock back from a thread that took it meanwhile takes longer.
    The first state of a process loads the compiled kernel (about 1 s), or compiles it (about 20 s).

    Examples
    --------
    >>> from zhamen.core.instants import parse_width
    >>> from zhamen.features.definitions import Definitions, Operation, Quantity, Series, WindowFeature
    >>> plan = Plan(Definitions(
    ...     series=(Series("out", {"transfer": ("debtor_account_id",)}),),
    ...     quantities=(Quantity("sent", "out", of="amount_minor"),),
    ...     features=(WindowFeature("debtor_account", "sent", Operation.SUM, parse_width("1h")),),
    ...     allowed_lateness=0))
    >>> state = FeatureState(plan, budget_bytes=1 << 20)
    >>> plan.fields
    ('occurred_at', 'type', 'amount_minor', 'debtor_account_id')
    >>> state.advance((0, "transfer", 500, "A"))
    [500.0]
    >>> state.advance((3_599_999_999, "transfer", 100, "A"))
    [600.0]
    >>> state.advance((3_600_000_000, "transfer", 50, "A"))
    [150.0]
    """

    def __init__(self, plan: Plan, *, budget_bytes: int | None = None) -> None:
        self.plan: Final = plan
        self._program: Final = Program(plan)
        self._memory: Final = self._program.make_memory(budget_bytes)
        self._run: Final = kernel()
        self._words: Final = self._program.words(self._memory)
        self._row: Final = RowInputs(plan, self._program.inputs)
        self._batch: Final = BatchInputs(plan, self._program.inputs)
        self._answers: Final = np.full(len(plan.columns), np.nan)
        self._shown: Final = self._answers[: len(plan.names)]

    @property
    def watermark(self) -> Micros | None:
        """The newest event time seen; None before the first event."""
        newest = int(self._memory.words[WATERMARK])
        return None if newest == NEVER else newest

    @property
    def events(self) -> int:
        """How many events were taken."""
        return int(self._memory.words[EVENTS])

    def advance(self, row: Sequence[object]) -> list[float | None]:
        """Take one event and give its features, in the order of the plan's names; None is missing.

        Parameters
        ----------
        row
            Flat values that begin with the plan's fields, in order; more may follow.

        Raises
        ------
        InputError
            No instant, or a measured value that is not a whole number.
        StateFull
            The budget is used up. The event was not taken.
        """
        inputs = self._row.write(row)
        self._call(inputs, self._answers, 1)
        return [value if value == value else None for value in self._shown.tolist()]  # noqa: PLR0124  # NaN

    def advance_batch(self, batch: Batch) -> FeatureTable:
        """Take many events in arrival order, with the same values as one by one.

        Raises
        ------
        InputError
            An event without an instant, or a value beyond bounds. No event of its chunk was taken.
        StateFull
            The budget is used up. The events before were taken: `events` says how many.
        """
        values = np.empty((batch.size, len(self.plan.columns)))
        known = self._batch.identify(batch)
        for start in range(0, batch.size, _CHUNK):
            chunk = batch[start : start + _CHUNK]
            inputs = self._batch.write(chunk, known)
            self._call(inputs.reshape(-1), values[start : start + chunk.size].reshape(-1), chunk.size)
        return FeatureTable(self.plan.names, values[:, : len(self.plan.names)])

    def _call(self, inputs: npt.NDArray[np.int64], answers: npt.NDArray[np.float64], size: int) -> None:
        words = cast("Words", self._memory.words)
        program, rows = cast("Words", self._words), cast("Words", inputs)
        if self._run(words, program, rows, cast("Floats", answers), size) < size:
            raise self._memory.full()

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the state as named bytes: what it is first, then what each region holds.

        The views are of the live memory: write them before the next event, or in a forked child.
        """
        regions = list(self._memory.regions())
        about = {
            "fingerprint": self.plan.fingerprint,
            "words": {name: size for name, _, size in regions},
        }
        yield "about", memoryview(json.dumps(about, sort_keys=True).encode())
        for name, at, size in regions:
            yield name, self._memory.words[at : at + size].view(np.uint8).data

    @classmethod
    def restore(
        cls,
        plan: Plan,
        parts: Iterable[tuple[str, bytes | bytearray | memoryview]],
        *,
        budget_bytes: int | None = None,
    ) -> "FeatureState":
        """Give the state that `parts` were taken from; it goes on exactly as that one does.

        Raises
        ------
        PackMismatch
            The parts are of a plan with other definitions.
        JournalDamaged
            A part is missing or cut short.
        """
        given = dict(parts)
        state = cls(plan, budget_bytes=budget_bytes)
        try:
            about = json.loads(bytes(given["about"]))
            fingerprint, words = about["fingerprint"], about["words"]
        except (KeyError, ValueError, TypeError):
            raise JournalDamaged("a snapshot does not say what it is of; recover from an older one") from None
        if fingerprint != plan.fingerprint:
            raise PackMismatch(
                f"a state of features {fingerprint} cannot go on with {plan.fingerprint};"
                " replay the journal with the new pack instead"
            )
        for name, at, _ in list(state._memory.regions()):
            data = given.get(name, b"")
            if name not in words or len(data) != words[name] * _WORD:
                raise JournalDamaged(f"part {name!r} of a snapshot is cut short; recover from an older one")
            state._memory.words[at : at + words[name]] = np.frombuffer(data, np.int64)
        return state

    @property
    def memory(self) -> MemoryReport:
        """What the state holds now."""
        words, memory = self._memory.words, self._memory

        def rows(table: Table) -> int:
            live = int(words[table.header + TABLE_LIVE]) * table.row_words
            return (live + int(words[table.header + TABLE_BUCKETS])) * _WORD

        return MemoryReport(
            live_bytes=int(words[LIVE_WORDS]) * _WORD,
            budget_bytes=memory.budget_words * _WORD,
            block_bytes=int(words[BLOCK_WORDS]) * _WORD,
            key_bytes=sum(rows(table) for table in memory.series.values()),
            keys={name: int(words[table.header + TABLE_LIVE]) for name, table in memory.series.items()},
            records={name: int(words[table.header + TABLE_RECORDS]) for name, table in memory.series.items()},
        )
