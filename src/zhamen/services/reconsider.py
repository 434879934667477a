"""Why was this decided so, and would today's pack do the same? One decision made again, alone."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import Struct

from zhamen.core.errors import DecisionNotFound, TooLarge, UnavailableError
from zhamen.core.instants import from_micros, to_micros
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent, CashWithdrawal, Login, Transfer
from zhamen.events.parts import Account
from zhamen.features.plan import Plan
from zhamen.features.roles import ENTITIES, ROLES
from zhamen.features.state import FeatureState
from zhamen.gate.decision import Decision
from zhamen.gate.gate import Gate
from zhamen.ports.journal import Entry, JournalRead
from zhamen.ports.related import Related, RelatedEntries

__all__ = ["MOST_COMPARED", "MOST_RELATED", "Comparison", "Reconsidered", "Reconsidering", "UsualFeature"]

MOST_RELATED: Final = 100_000
"""How many entries one replay may read."""
MOST_COMPARED: Final = 10_000
"""How many entries a comparison may read: it comes with a page, and nobody asked for it."""
_COMPARISONS_KEPT: Final = 256
_BUDGET_BYTES: Final = 1 << 30
_NOBODY: Final = Account(id="\0")
"""No account of an event: the door takes visible characters only."""
_EVENT: Final = msgspec.json.Decoder(AnyEvent)
_DECISION: Final = msgspec.json.Decoder(Decision)


class UsualFeature(Struct, frozen=True, kw_only=True):
    """A feature's values at earlier payments of the same account: how many, and their deciles 1, 5 and 9."""

    payments: int
    low: float
    middle: float
    high: float


class Reconsidered(Struct, frozen=True, kw_only=True):
    """One decision and what it would be again.

    ``again`` is made with the pack of then and what its lists found then, and has the features; it is
    None when that pack is not kept. ``reproduced`` says whether it is the recorded one to the letter.
    ``today`` is made with the pack in force and what its lists say now of the event's time.
    ``usual`` are features of today's pack before, by name; ``related`` counts the entries read.
    """

    seq: int
    event: AnyEvent
    recorded: Decision
    again: Decision | None
    reproduced: bool | None
    today: Decision
    usual: dict[str, UsualFeature]
    related: int


class Comparison(Struct, frozen=True, kw_only=True):
    """The features that one decision was made with, beside what they were at earlier payments, by name.

    Of the pack of then, or of today's where that is not kept.
    """

    recorded: Decision
    features: dict[str, float | None]
    usual: dict[str, UsualFeature]


class Reconsidering:
    """Makes recorded decisions again.

    Parameters
    ----------
    today
        The gate in force; its state is not used.
    gate_of
        Gives a gate with the pack of a hash; None when that pack is not kept.

    Notes
    -----
    A feature is a question about the series that the event reads, so it is enough to replay the entries
    that name the keys of these, with the same gate: those of two accounts and a device, not of a bank.
    How late each entry was depends on all; the store tells the newest time seen before it.
    """

    def __init__(
        self,
        journal: JournalRead,
        entries: RelatedEntries,
        today: Callable[[], Gate],
        gate_of: Callable[[str], Gate | None],
    ) -> None:
        self._journal = journal
        self._entries = entries
        self._today = today
        self._gate_of = gate_of
        self._comparisons = lru_cache(maxsize=_COMPARISONS_KEPT)(self._compare)

    def reconsider(self, seq: int) -> Reconsidered:
        """Make one decision again, with the pack of then and with that of today.

        Raises
        ------
        DecisionNotFound
            The journal has no such entry.
        TooLarge
            More entries are about the same accounts or devices than one replay may read.
        UnavailableError
            The views have not taken the entry in yet, or the store or the journal does not answer.
        """
        entry = self._entry(seq)
        event, recorded = _EVENT.decode(entry.event), _DECISION.decode(entry.decision)
        then = self._gate_of(recorded.pack_hash)
        again, _, related = self._replay(then, entry, lists_of_then=True) if then else (None, {}, 0)
        today, usual, of_today = self._replay(self._today(), entry, lists_of_then=False)
        shown = None if again is None else msgspec.structs.replace(again, features=recorded.features)
        return Reconsidered(
            seq=seq,
            event=event,
            recorded=recorded,
            again=again,
            reproduced=None if shown is None else shown == recorded,
            today=today,
            usual=usual,
            related=max(related, of_today),
        )

    def compare(self, seq: int) -> Comparison:
        """Hold the features of one decision against what is usual for the account; what was is kept.

        Raises
        ------
        DecisionNotFound, TooLarge, UnavailableError
            As `reconsider`, with a tenth of the entries.
        """
        return self._comparisons(seq)

    def _compare(self, seq: int) -> Comparison:
        entry = self._entry(seq)
        recorded = _DECISION.decode(entry.decision)
        then = self._gate_of(recorded.pack_hash)
        made, usual, _ = self._replay(
            then or self._today(), entry, lists_of_then=then is not None, most=MOST_COMPARED
        )
        return Comparison(recorded=recorded, features=made.features or {}, usual=usual)

    def _entry(self, seq: int) -> Entry:
        entry = self._journal.at(seq)
        if entry is None:
            raise DecisionNotFound(f"the journal has no entry {seq}; see that the number is right")
        return entry

    def _replay(
        self, gate: Gate, entry: Entry, *, lists_of_then: bool, most: int | None = None
    ) -> tuple[Decision, dict[str, UsualFeature], int]:
        """Decide an entry after all entries that touch what it reads."""
        plan = gate.state.plan
        event, recorded = _EVENT.decode(entry.event), _DECISION.decode(entry.decision)
        most = MOST_RELATED if most is None else most
        related = self._entries.related(_named(plan, event), entry.seq, most + 1)
        if not related or related[-1].seq != entry.seq:
            raise UnavailableError(
                f"the views have not taken in entry {entry.seq} yet; try again in a moment"
            )
        if len(related) > most:
            raise TooLarge(
                f"more than {most} entries are about the accounts or devices of entry {entry.seq};"
                " `zhamen replay` runs the whole journal"
            )
        alone = gate.with_state(FeatureState(plan, budget_bytes=_BUDGET_BYTES))
        before: list[list[float | None]] = []
        for each in related[:-1]:
            other, decision = self._read(each)
            _keep_time(alone, other, each)
            paying = _pays_alike(other, event)
            made = _decide(alone, other, decision, with_features=paying)
            if paying and made.features is not None:
                before.append(list(made.features.values()))
        _keep_time(alone, event, related[-1])
        made = _decide(alone, event, recorded, with_features=True, anew=not lists_of_then)
        return made, _usual(plan.names, before), len(related)

    def _read(self, each: Related) -> tuple[AnyEvent, Decision]:
        entry = self._journal.at(each.seq)
        if entry is None:
            raise DecisionNotFound(
                f"the journal has no entry {each.seq}; rebuild the views from this journal"
            )
        return _EVENT.decode(entry.event), _DECISION.decode(entry.decision)


def _named(plan: Plan, event: AnyEvent) -> set[tuple[str, str]]:
    """Give the things by which an event's series are read; of a key with several, the first."""
    fields = sorted({ROLES[feature.role][0] for series in plan.series for _, feature in series.asked})
    values = flat_reader(fields)(event)
    named = {
        (ENTITIES[field], value)
        for field, value in zip(fields, values, strict=True)
        if isinstance(value, str)
    }
    return named or {("account", value) for value in _accounts(event)}


def _accounts(event: AnyEvent) -> Iterator[str]:
    for name in ("account", "debtor_account", "creditor_account"):
        part = getattr(event, name, None)
        if part is not None:
            yield part.id


def _keep_time(gate: Gate, event: AnyEvent, at: Related) -> None:
    """Let the state have seen the journal's newest event time, so that a late event is as late as it was."""
    if at.newest_at > to_micros(event.occurred_at) and at.newest_at > (gate.state.watermark or 0):
        moment = from_micros(at.newest_at)
        passing = Login(event_id="\0", occurred_at=moment, received_at=moment, account=_NOBODY)
        gate.decide(passing, trace_id="", decided_at=moment)


def _decide(
    gate: Gate, event: AnyEvent, recorded: Decision, *, with_features: bool, anew: bool = False
) -> Decision:
    return gate.decide(
        event,
        trace_id=recorded.trace_id,
        decided_at=recorded.decided_at,
        with_features=with_features,
        again=recorded,
        lists_anew=anew,
    )


def _pays_alike(other: AnyEvent, event: AnyEvent) -> bool:
    """Whether both are payments of one account."""
    paying = Transfer | CashWithdrawal
    return (
        isinstance(other, paying)
        and isinstance(event, paying)
        and other.debtor_account.id == event.debtor_account.id
    )


def _usual(names: Sequence[str], before: Sequence[Sequence[float | None]]) -> dict[str, UsualFeature]:
    usual: dict[str, UsualFeature] = {}
    columns: Any = zip(*before, strict=True)
    for name, column in zip(names, columns, strict=False):
        values = [value for value in column if value is not None]
        if values:
            low, middle, high = np.quantile(values, (0.1, 0.5, 0.9)).tolist()
            usual[name] = UsualFeature(payments=len(values), low=low, middle=middle, high=high)
    return usual
