"""The gate: a state and an event go in, the advanced state and a decision come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.identifiers import mask
from zhamen.events.batch import Batch, Column, Numbers
from zhamen.events.flat import flat_reader
from zhamen.events.model import Event
from zhamen.features.plan import Plan
from zhamen.features.roles import ENTITIES
from zhamen.features.state import FeatureState, FeatureTable
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Bilingual, Decision, Outcome, ProposedMeasure, Reason, RuleError
from zhamen.gate.verdict import Judge
from zhamen.rules.book import Findings, Rulebook

__all__ = ["DecisionTable", "Gate"]

_ALWAYS_READ: Final = ("channel", "amount_minor")
_Value = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Decisions on many events, a row each.

    ``outcomes`` are severities (the place on the ladder, from 0); ``hits`` and ``unknown`` are
    [events, rules] in the order of the pack's rules.
    """

    outcomes: npt.NDArray[np.int8]
    scores: npt.NDArray[np.int16]
    hits: npt.NDArray[np.bool_]
    unknown: npt.NDArray[np.bool_]
    features: FeatureTable


class Gate:
    """Decides events by a pack, in the order they come.

    Pure: no clock, no randomness, no input or output. The same events give the same decisions to
    the byte, whether they come one by one or in batches.

    Parameters
    ----------
    state
        The live features to go on from; empty ones when left out. It is advanced in place.
    """

    def __init__(self, pack: Pack, state: FeatureState | None = None) -> None:
        self.pack: Final = pack
        self.state: Final = state if state is not None else FeatureState(Plan(pack.definitions))
        plan = self.state.plan
        read = {name for rule in pack.rules for name in rule.when.names}.union(_ALWAYS_READ)
        consequences = pack.policy.consequences.values()
        read |= {f"{c.measure.role}_id" for c in consequences if c.measure is not None}
        more = sorted(read.difference(plan.fields, plan.names))
        self.fields: Final = (*plan.fields, *more)
        """The flat fields that a batch needs, in order."""
        self._names: Final = (*self.fields, *plan.names)
        self._places: Final = {name: at for at, name in enumerate(self._names)}
        self._read: Final = flat_reader(self.fields, pack.utc_offset_minutes)
        self._type: Final = self._places["type"]
        self._book: Final = Rulebook(pack.rules, self._names)
        self._judge: Final = Judge(pack)
        self._label: Final = f"{pack.name} {pack.version}"

    def decide(
        self, event: Event, *, trace_id: str, decided_at: datetime, with_features: bool = False
    ) -> Decision:
        """Decide one event and advance the state by it.

        Raises
        ------
        StateFull
            The memory set aside for features is used up; nothing was advanced.
        """
        flat = self._read(event)
        values = self.state.advance(flat)
        row = (*flat, *values)
        findings = self._book.run(str(row[self._type]), row)
        scores = self._judge.scores(findings.hits)
        outcome = self._judge.outcome(findings, scores)
        typology = self._judge.typology(findings.hits, scores, outcome)
        delay = timedelta(hours=self.pack.policy.delay_hours)
        return Decision(
            event_id=event.event_id,
            trace_id=trace_id,
            outcome=outcome,
            score=max(scores.values(), default=0),
            scores=scores,
            reasons=tuple([self._reason(at, row) for at in findings.hits]),
            measures=self._measures(findings, row, decided_at),
            advice=self.pack.policy.advice(outcome, typology),
            delay_until=decided_at + delay if outcome is Outcome.DELAY else None,
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
        features = self.state.advance_batch(batch)
        columns: dict[str, Column] = dict(batch.columns)
        known = ~np.isnan(features.values)
        for at, name in enumerate(features.names):
            columns[name] = Numbers(np.where(known[:, at], features.values[:, at], 0.0), known[:, at])
        findings = self._book.run_columns(columns, batch.size)
        outcomes, scores = self._judge.judge_many(findings)
        return DecisionTable(outcomes, scores, findings.hits, findings.unknown, features)

    def _reason(self, at: int, row: Sequence[_Value]) -> Reason:
        rule = self.pack.rules[at]
        return Reason(
            code=rule.id,
            typology=rule.typology,
            text=Bilingual(rule.zh, rule.en),
            audience=self.pack.policy.consequences[rule.id].audience,
            weight=rule.weight,
            evidence={name: _shown(name, row[self._places[name]]) for name in rule.when.names},
        )

    def _measures(
        self, findings: Findings, row: Sequence[_Value], decided_at: datetime
    ) -> tuple[ProposedMeasure, ...]:
        proposed = []
        for at in findings.hits:
            rule = self.pack.rules[at]
            measure = self.pack.policy.consequences[rule.id].measure
            account = row[self._places[f"{measure.role}_id"]] if measure is not None else None
            if measure is not None and account is not None:
                proposed.append(
                    ProposedMeasure(
                        kind=measure.kind,
                        account=str(account),
                        reason_code=rule.id,
                        legal_basis=measure.legal_basis,
                        starts_at=decided_at,
                        expires_at=decided_at + timedelta(hours=measure.hours),
                        text=Bilingual(rule.zh, rule.en),
                    )
                )
        return tuple(proposed)

    def _features(self, values: Sequence[float | None]) -> dict[str, float | None]:
        return dict(zip(self.state.plan.names, values, strict=True))


def _shown(name: str, value: _Value) -> _Value:
    """Mask what names a person, an account or a device."""
    private = name in ENTITIES or name.endswith("_name")
    return mask(value) if private and isinstance(value, str) else value
