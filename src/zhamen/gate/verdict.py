"""From findings to a verdict: scores, outcome, and the typology that speaks for it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.gate.contents import Pack
from zhamen.gate.decision import Outcome
from zhamen.rules.book import Findings, FindingsTable

__all__ = ["HIGHEST_SCORE", "Judge"]

HIGHEST_SCORE: Final = 100
_LADDER: Final = tuple(Outcome)


class Judge:
    """Applies one pack's policy to what its rules found, for one event or for many."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._policy = pack.policy
        self._outcomes = tuple(pack.policy.consequences[rule.id].outcome for rule in pack.rules)
        cards = {card.id: at for at, card in enumerate(pack.scorecards)}
        self._weights = np.zeros((len(pack.rules), len(cards)), np.float32)
        for at, rule in enumerate(pack.rules):
            if rule.scorecard is not None:
                self._weights[at, cards[rule.scorecard]] = rule.weight

    def scores(self, hits: Sequence[int]) -> dict[str, int]:
        """Give the score of every card that got points, 1 to 100."""
        totals: dict[str, int] = {}
        for at in hits:
            rule = self._pack.rules[at]
            if rule.scorecard is not None and rule.weight:
                totals[rule.scorecard] = min(HIGHEST_SCORE, totals.get(rule.scorecard, 0) + rule.weight)
        return totals

    def outcome(self, findings: Findings, scores: dict[str, int]) -> Outcome:
        """Give the most severe of what hits, bands, unknown and failed rules ask for."""
        asked = [self._outcomes[at] for at in findings.hits]
        asked += [self._band(card, score) for card, score in scores.items()]
        if findings.unknown:
            asked.append(self._policy.unknown)
        if findings.failed:
            asked.append(self._policy.error)
        return max(asked, key=_severity, default=Outcome.ALLOW)

    def typology(self, hits: Sequence[int], scores: dict[str, int], outcome: Outcome) -> str | None:
        """Give the typology of the hit that speaks for the outcome: the heaviest of those that led to it."""
        leading = [at for at in hits if self._leads(at, scores, outcome)]
        if not leading:
            return None
        return self._pack.rules[max(leading, key=lambda at: self._pack.rules[at].weight)].typology

    def _leads(self, at: int, scores: dict[str, int], outcome: Outcome) -> bool:
        card = self._pack.rules[at].scorecard
        return self._outcomes[at] is outcome or (
            card is not None and card in scores and self._band(card, scores[card]) is outcome
        )

    def _band(self, card: str, score: int) -> Outcome:
        reached = [band.outcome for band in self._policy.bands[card] if score >= band.start]
        return reached[-1] if reached else Outcome.ALLOW

    def judge_many(self, findings: FindingsTable) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int16]]:
        """Give each event's outcome (as its severity) and highest score."""
        size = len(findings.hits)
        totals = np.minimum(findings.hits.astype(np.float32) @ self._weights, HIGHEST_SCORE)
        severities = np.zeros(size, np.int8)
        for at, outcome in enumerate(self._outcomes):
            if outcome is not Outcome.ALLOW:
                _raise_to(severities, outcome, findings.hits[:, at])
        for at, card in enumerate(self._pack.scorecards):
            for band in self._policy.bands[card.id]:
                _raise_to(severities, band.outcome, totals[:, at] >= band.start)
        _raise_to(severities, self._policy.unknown, np.logical_or.reduce(findings.unknown, axis=1))
        _raise_to(severities, self._policy.error, np.logical_or.reduce(findings.failed, axis=1))
        return severities, totals.max(axis=1, initial=0).astype(np.int16)


def _severity(outcome: Outcome) -> int:
    return _LADDER.index(outcome)


def _raise_to(severities: npt.NDArray[np.int8], outcome: Outcome, where: npt.NDArray[np.bool_]) -> None:
    np.maximum(severities, np.int8(outcome.severity), out=severities, where=where)
