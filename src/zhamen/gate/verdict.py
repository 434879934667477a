"""From findings to a verdict: scores, outcome, and the typology that speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.gate.contents import Pack
from zhamen.gate.decision import Outcome
from zhamen.rules.book import Findings, FindingsTable

__all__ = ["HIGHEST_SCORE", "Judge", "Verdict"]

HIGHEST_SCORE: Final = 100
_LADDER: Final = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one event comes to; ``typology`` is of the heaviest hit that led to the outcome."""

    outcome: Outcome
    scores: dict[str, int]
    typology: str | None = None


class Judge:
    """Applies one pack's policy to what its rules found, for one event or for many."""

    def __init__(self, pack: Pack) -> None:
        policy = pack.policy
        cards = [card.id for card in pack.scorecards]
        self._outcomes = tuple(policy.consequences[rule.id].outcome.severity for rule in pack.rules)
        self._cards = tuple(rule.scorecard for rule in pack.rules)
        self._points = tuple(rule.weight for rule in pack.rules)
        self._typologies = tuple(rule.typology for rule in pack.rules)
        self._bands = [
            (card, [(band.start, band.outcome.severity) for band in policy.bands[card]]) for card in cards
        ]
        self._steps = dict(self._bands)
        self._unknown = policy.unknown.severity
        self._error = policy.error.severity
        self._weights = np.zeros((len(pack.rules), len(cards)), np.float32)
        for at, rule in enumerate(pack.rules):
            if rule.scorecard is not None:
                self._weights[at, cards.index(rule.scorecard)] = rule.weight

    def judge(self, findings: Findings) -> Verdict:
        """Give the most severe of what hits, bands, unknown and failed rules ask for."""
        hits = findings.hits
        severity = self._unknown if findings.unknown else 0
        if findings.failed:
            severity = max(severity, self._error)
        if not hits:
            return Verdict(_LADDER[severity], {})
        scores: dict[str, int] = {}
        for at in hits:
            card = self._cards[at]
            if card is not None:
                scores[card] = min(HIGHEST_SCORE, scores.get(card, 0) + self._points[at])
        reached = {card: self._reached(card, score) for card, score in scores.items()}
        severity = max(severity, *(self._outcomes[at] for at in hits), *reached.values())
        return Verdict(_LADDER[severity], scores, self._leading(hits, reached, severity))

    def _leading(self, hits: Sequence[int], reached: dict[str, int], severity: int) -> str | None:
        leading = [
            at
            for at in hits
            if self._outcomes[at] == severity or reached.get(self._cards[at] or "", 0) == severity
        ]
        if not leading:
            return None
        return self._typologies[max(leading, key=self._points.__getitem__)]

    def _reached(self, card: str, score: int) -> int:
        severity = 0
        for start, step in self._steps[card]:
            if score >= start:
                severity = step
        return severity

    def judge_many(self, findings: FindingsTable) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int16]]:
        """Give each event's outcome (as its severity) and highest score."""
        size = len(findings.hits)
        totals = np.minimum(findings.hits.astype(np.float32) @ self._weights, HIGHEST_SCORE)
        severities = np.zeros(size, np.int8)
        for at, severity in enumerate(self._outcomes):
            if severity:
                _raise_to(severities, severity, findings.hits[:, at])
        for at, (_, steps) in enumerate(self._bands):
            for start, severity in steps:
                _raise_to(severities, severity, totals[:, at] >= start)
        _raise_to(severities, self._unknown, np.logical_or.reduce(findings.unknown, axis=1))
        _raise_to(severities, self._error, np.logical_or.reduce(findings.failed, axis=1))
        return severities, totals.max(axis=1, initial=0).astype(np.int16)


def _raise_to(severities: npt.NDArray[np.int8], severity: int, where: npt.NDArray[np.bool_]) -> None:
    np.maximum(severities, np.int8(severity), out=severities, where=where)
