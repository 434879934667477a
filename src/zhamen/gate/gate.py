"""The gate: a state and an event go in, the advanced state and a decision come out."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.parts import under
from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.flat import flat_reader
from zhamen.events.model import Event
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState, FeatureTable
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Decision, Evidence, ListedHit, Outcome, Reason, RuleError
from zhamen.gate.lists import TIMES, Lists
from zhamen.gate.networked import NetworkUse
from zhamen.gate.reasons import Reasons
from zhamen.gate.verdict import Judge
from zhamen.networks.live import NETWORK_FORMAT, Networks
from zhamen.rules.book import Rulebook
from zhamen.screening.screen import Screen

__all__ = ["DecisionTable", "Gate"]

_ALWAYS_READ: Final = ("channel", "amount_minor")


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Decisions on many events, a row each.

    ``outcomes`` are severities (the place on the ladder, from 0); ``hits``, ``unknown`` and
    ``failed`` are [events, rules] in the order of the pack's rules. ``columns`` are the fields and
    features that the rules read, ``list_hits`` what the lists found, by row.
    """

    outcomes: npt.NDArray[np.int8]
    scores: npt.NDArray[np.int16]
    hits: npt.NDArray[np.bool_]
    unknown: npt.NDArray[np.bool_]
    failed: npt.NDArray[np.bool_]
    features: FeatureTable
    columns: Mapping[str, Column]
    list_hits: Mapping[int, tuple[ListedHit, ...]]


class Gate:
    """Decides events by a pack, in the order they come.

    Pure: no clock, no randomness, no input or output. The same events give the same decisions to
    the byte, whether they come one by one or in batches.

    Parameters
    ----------
    state
        The live features to go on from; empty ones when left out. It is advanced in place.
    screen
        What the pack's lists are looked up in; without one, what they give is missing.
    networks
        To go on from, and advanced in place; new ones when `state` is left out too and the pack reads any.
        Without networks, what they give is missing.
    """

    def __init__(
        self,
        pack: Pack,
        state: FeatureState | None = None,
        screen: Screen | None = None,
        networks: Networks | None = None,
    ) -> None:
        self.pack: Final = pack
        self.networks = Networks() if networks is None and state is None and pack.networks else networks
        self.state = state if state is not None else FeatureState(Plan(pack.definitions))
        plan = self.state.plan
        read = {name for rule in pack.rules for name in rule.when.names}.union(_ALWAYS_READ)
        consequences = pack.policy.consequences.values()
        read |= {f"{c.measure.role}_id" for c in consequences if c.measure is not None}
        if pack.lists:
            read |= {use.of for use in pack.lists}.union(TIMES)
        if pack.networks:
            read |= set(Networks.fields)
        given = {name for use in pack.lists for name in use.names}.union(pack.networks)
        more = sorted(read.difference(plan.fields, plan.names, given))
        self.fields: Final = (*plan.fields, *more)
        """The flat fields that a batch needs, in order."""
        fields = {name: at for at, name in enumerate(self.fields)}
        self._lists: Final = Lists(pack.lists, fields, screen)
        self._networks: Final = NetworkUse(pack.networks, fields)
        self._names: Final = (*self.fields, *plan.names, *self._lists.names, *self._networks.names)
        self._places: Final = {name: at for at, name in enumerate(self._names)}
        self._asked: Final = [(at, name) for at, name in enumerate(plan.names) if name in read]
        self._read: Final = flat_reader(self.fields, pack.utc_offset_minutes)
        self._type: Final = self._places["type"]
        self._book: Final = Rulebook(pack.rules, self._names)
        self._judge: Final = Judge(pack)
        self._reasons: Final = Reasons(pack, self._places)
        self._delay: Final = timedelta(hours=pack.policy.delay_hours)
        self._label: Final = f"{pack.name} {pack.version}"

    def with_state(self, state: FeatureState, networks: Networks | None = None) -> "Gate":
        """Give the same gate with another state; one of the same plan shares the compiled rules."""
        if state.plan is not self.state.plan:
            return Gate(self.pack, state, self._lists.screen, networks)
        gate = copy(self)
        gate.state, gate.networks = state, networks
        return gate

    @property
    def fingerprint(self) -> str:
        """Of all that shapes what `parts` gives; two gates with one can share a snapshot."""
        plan = self.state.plan
        return f"{plan.fingerprint}-{NETWORK_FORMAT}" if self.pack.networks else plan.fingerprint

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give what was learned of events as named memory, without a copy; good until the next event."""
        for name, part in self.state.parts():
            yield f"features/{name}", part
        if self.networks is not None:
            for name, part in self.networks.parts():
                yield f"networks/{name}", part

    def renewed(self, parts: Mapping[str, memoryview] | None = None) -> "Gate":
        """Give the same gate as it was when `parts` were taken; as before the first event without them.

        Raises
        ------
        PackMismatch, JournalDamaged
            The parts are of other definitions, missing, or cut short.
        """
        plan = self.state.plan
        if parts is None:
            return self.with_state(FeatureState(plan), Networks() if self.pack.networks else None)
        state = FeatureState.restore(plan, under("features/", parts).items())
        networks = Networks.restore(under("networks/", parts)) if self.pack.networks else None
        return self.with_state(state, networks)

    def decide(
        self,
        event: Event,
        *,
        trace_id: str,
        decided_at: datetime,
        with_features: bool = False,
        again: Decision | None = None,
        lists_anew: bool = False,
    ) -> Decision:
        """Decide one event and advance the state by it.

        Parameters
        ----------
        again
            A decision made before on the same event: what its lists found counts, and not what they
            would find now; and what networks told then, where there are none now.
        lists_anew
            What the lists find now counts all the same.

        Raises
        ------
        StateFull
            The memory set aside for features is used up; nothing was advanced.
        """
        flat = self._read(event)
        told = self._networks.ask(self.networks, flat, None if again is None else again.networks)
        values = self.state.advance(flat)
        hits = self._lists.ask(flat) if again is None or lists_anew else again.list_hits
        row = (*flat, *values, *self._lists.values(flat, hits), *self._networks.values(told))
        findings = self._book.run(str(row[self._type]), row)
        verdict = self._judge.judge(findings)
        outcome = verdict.outcome
        return Decision(
            event_id=event.event_id,
            trace_id=trace_id,
            outcome=outcome,
            score=max(verdict.scores.values(), default=0),
            scores=verdict.scores,
            reasons=self._reasons.of(findings.hits, row),
            measures=self._reasons.measures(findings.hits, row, decided_at),
            advice=self.pack.policy.advice(outcome, verdict.typology),
            delay_until=decided_at + self._delay if outcome is Outcome.DELAY else None,
            list_hits=hits,
            networks=told,
            unknown=tuple([self.pack.rules[at].id for at in findings.unknown]),
            errors=tuple([RuleError(self.pack.rules[at].id, cause) for at, cause in findings.failed]),
            features=self._features(values) if with_features else None,
            pack=self._label,
            pack_hash=self.pack.hash,
            decided_at=decided_at,
        )

    def decide_batch(self, batch: Batch) -> DecisionTable:
        """Decide many events in their order and advance the state by them.

        Raises
        ------
        StateFull
            The memory set aside for features is used up.
        """
        told = self._networks.ask_batch(self.networks, batch)
        features = self.state.advance_batch(batch)
        listed, hits = self._lists.ask_batch(batch.columns, batch.size)
        columns: dict[str, Column] = dict(batch.columns) | listed | told
        for at, name in self._asked:
            values = np.ascontiguousarray(features.values[:, at])
            columns[name] = Numbers(values, ~np.isnan(values))
        findings = self._book.run_columns(columns, batch.size)
        outcomes, scores = self._judge.judge_many(findings)
        return DecisionTable(
            outcomes, scores, findings.hits, findings.unknown, findings.failed, features, columns, hits
        )

    def reasons(self, table: DecisionTable, at: int) -> tuple[Reason, ...]:
        """Give the reasons for one row of a table that this gate made, as `decide` gives them."""
        row = [_cell(table.columns.get(name), at, flag=self._is_flag(name)) for name in self._names]
        return self._reasons.of(np.flatnonzero(table.hits[at]).tolist(), row)

    def _is_flag(self, name: str) -> bool:
        return name in self._lists.flags or (name in FIELDS and FIELDS[name].kind is Kind.FLAG)

    def _features(self, values: Sequence[float | None]) -> dict[str, float | None]:
        return dict(zip(self.state.plan.names, values, strict=True))


def _cell(column: Column | None, at: int, *, flag: bool) -> Evidence:
    """Give one value of a column as an event would have it; None where it is missing."""
    match column:
        case None:
            return None
        case Texts(codes, values):
            return values[codes[at]] if codes[at] >= 0 else None
        case Numbers(values, known):
            value: float | int = values[at].item()
            return (bool(value) if flag else value) if known[at] else None
