"""Run a series of recorded events through the gate, and tell what it did and how well."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.identifiers import identities
from zhamen.core.instants import Micros
from zhamen.events.batch import Batch, Texts
from zhamen.gate.decision import Outcome
from zhamen.gate.gate import DecisionTable, Gate
from zhamen.ports.recording import Recorder
from zhamen.ports.sources import EventSource, Layout, Rejects
from zhamen.services.quality import Protocol, area_under_curve, average_precision, card_precision

__all__ = ["Quality", "Replayed", "Wanted", "replay"]

_DECIDED: Final = ("transfer", "cash_withdrawal")
_FOR_TRUTH: Final = ("event_id", "transfer_event_id", "label", "debtor_account_id")
_DAY: Final = 86_400_000_000

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Quality:
    """How well the score ranked the payments that turned out to be fraud.

    ``payments`` are those measured. Missing figures (None) had nothing to measure.
    """

    payments: int
    frauds: int
    area_under_curve: float | None
    average_precision: float | None
    card_precision_100: float | None
    distinct_scores: int
    """Fewer scores than payments mean ties, which no measure can take apart."""


@dataclass(frozen=True)
class Replayed:
    """What a replay did.

    ``outcomes`` are of the payments (transfers and cash withdrawals); ``hits`` and ``unknown`` are
    by rule id, in the order of the pack. ``first_at`` and ``last_at`` are the least and greatest
    ``occurred_at``.
    """

    events: int
    payments: int
    rejected: int
    outcomes: dict[str, int]
    hits: dict[str, int]
    unknown: dict[str, int]
    first_at: Micros | None
    last_at: Micros | None
    quality: Quality | None = None

    @property
    def never_fired(self) -> tuple[str, ...]:
        """The rules without a hit: wrong for this data, or dead."""
        return tuple(rule for rule, count in self.hits.items() if not count)


@dataclass(frozen=True)
class Wanted:
    """What to do beside deciding.

    ``truth`` measures the score against the reports of fraud in the events; ``protocol`` narrows
    that to the payments it tests.
    """

    recorder: Recorder | None = None
    truth: bool = False
    protocol: Protocol | None = None


@dataclass
class _Tally:
    """What has been counted so far."""

    rules: int
    outcomes: Whole = field(default_factory=lambda: np.zeros(len(Outcome), np.int64))
    events: int = 0
    payments: int = 0
    first_at: Micros | None = None
    last_at: Micros | None = None

    def __post_init__(self) -> None:
        self.hits = np.zeros(self.rules, np.int64)
        self.unknown = np.zeros(self.rules, np.int64)

    def add(self, batch: Batch, decisions: DecisionTable, paid: npt.NDArray[np.bool_]) -> None:
        """Count a batch; `paid` says which of its events are payments."""
        self.events += batch.size
        self.payments += int(paid.sum())
        self.outcomes += np.bincount(decisions.outcomes[paid], minlength=len(Outcome))
        self.hits += decisions.hits.sum(axis=0)
        self.unknown += decisions.unknown.sum(axis=0)
        times = batch.numbers("occurred_at").values
        if len(times):
            low, high = int(times.min()), int(times.max())
            self.first_at = low if self.first_at is None else min(self.first_at, low)
            self.last_at = high if self.last_at is None else max(self.last_at, high)


@dataclass
class _Truth:
    """Who was paid when with which score, and which payments were reported; identities, not numbers."""

    ids: list[Whole] = field(default_factory=list)
    cards: list[Whole] = field(default_factory=list)
    times: list[Whole] = field(default_factory=list)
    scores: list[npt.NDArray[np.int16]] = field(default_factory=list)
    reported: list[Whole] = field(default_factory=list)

    def add(self, batch: Batch, decisions: DecisionTable, paid: npt.NDArray[np.bool_]) -> None:
        """Remember a batch, in 26 bytes a payment."""
        self.ids.append(_identities(batch.texts("event_id"), paid))
        self.cards.append(_identities(batch.texts("debtor_account_id"), paid))
        self.times.append(batch.numbers("occurred_at").values[paid].astype(np.int64))
        self.scores.append(decisions.scores[paid])
        labels = batch.texts("label")
        confirmed = np.array([*[value == "confirmed_fraud" for value in labels.values], False])
        rows = confirmed[labels.codes] & (batch.texts("transfer_event_id").codes >= 0)
        self.reported.append(_identities(batch.texts("transfer_event_id"), rows))

    def quality(self, protocol: Protocol | None) -> Quality:
        """Measure, over the payments that `protocol` tests or over all."""
        if not self.ids:
            return Quality(0, 0, None, None, None, 0)
        times, cards = np.concatenate(self.times), np.concatenate(self.cards)
        scores = np.concatenate(self.scores)
        fraud = np.isin(np.concatenate(self.ids), np.concatenate(self.reported))
        rows = np.ones(len(fraud), np.bool_) if protocol is None else protocol.tested(times, cards, fraud)
        times, cards, scores, fraud = times[rows], cards[rows], scores[rows], fraud[rows]
        return Quality(
            payments=len(fraud),
            frauds=int(fraud.sum()),
            area_under_curve=area_under_curve(fraud, scores),
            average_precision=average_precision(fraud, scores),
            card_precision_100=card_precision(times // _DAY, cards, fraud, scores),
            distinct_scores=len(np.unique(scores)),
        )


def replay(
    gate: Gate,
    source: EventSource,
    rejects: Rejects,
    wanted: Wanted,
    progress: Callable[[int], None],
) -> Replayed:
    """Decide every event of `source` in its order, as the live gate would have.

    Parameters
    ----------
    gate
        Its state is advanced; give a fresh one for a run from nothing.
    progress
        Told of every batch how many events it had.

    Raises
    ------
    UnreadableFile, TooLarge
        The source as a whole cannot be read.
    StateFull
        The memory set aside for features is used up.

    Notes
    -----
    Memory does not grow with the events but for `Wanted.truth`: 26 bytes a payment. A repeated
    event id is decided again: the live service answers it from the journal, a replay has none.
    """
    tally, truth = _Tally(len(gate.pack.rules)), _Truth()
    more = _FOR_TRUTH if wanted.truth else ("event_id",) if wanted.recorder else ()
    fields = tuple(dict.fromkeys([*gate.fields, "type", "occurred_at", *more]))
    layout = Layout(fields, gate.pack.utc_offset_minutes, gate.pack.currency)
    for batch in source.batches(layout, rejects):
        decisions = gate.decide_batch(batch)
        paid = _paid(batch.texts("type"))
        if wanted.recorder is not None:
            wanted.recorder.add(tally.events + 1, batch, decisions)
        if wanted.truth:
            truth.add(batch, decisions, paid)
        tally.add(batch, decisions, paid)
        progress(batch.size)
    rules = [rule.id for rule in gate.pack.rules]
    return Replayed(
        events=tally.events,
        payments=tally.payments,
        rejected=rejects.count,
        outcomes=dict(zip([o.value for o in Outcome], tally.outcomes.tolist(), strict=True)),
        hits=dict(zip(rules, tally.hits.tolist(), strict=True)),
        unknown=dict(zip(rules, tally.unknown.tolist(), strict=True)),
        first_at=tally.first_at,
        last_at=tally.last_at,
        quality=truth.quality(wanted.protocol) if wanted.truth else None,
    )


def _paid(kinds: Texts) -> npt.NDArray[np.bool_]:
    return np.array([*[kind in _DECIDED for kind in kinds.values], False])[kinds.codes]


def _identities(texts: Texts, rows: npt.NDArray[np.bool_]) -> Whole:
    """Give the identity of the text in each of `rows`; -1 where there is none."""
    return np.append(identities(texts.values), -1)[texts.codes[rows]]
