"""Rules and scorecards of a pack file: expressions parsed, examples run, dead ones found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from zhamen.core.errors import InvalidExpression
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.model import EVENT_TYPES
from zhamen.expressions.contradictions import contradictions
from zhamen.expressions.parse import parse
from zhamen.expressions.tree import Expression
from zhamen.expressions.types import Scope
from zhamen.gate.decision import Outcome
from zhamen.gate.packfile.examples import Examples
from zhamen.gate.packfile.layout import RuleEntry, ScorecardEntry
from zhamen.gate.packfile.problems import Path, Problems, nearest
from zhamen.gate.packfile.wording import check_chinese
from zhamen.gate.policy import Band, Consequence, Measure
from zhamen.rules.rule import Rule, Scorecard

__all__ = ["RuleReader", "read_scorecards"]

_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_READ_NAME: Final = re.compile(r"\b[a-z_][a-z0-9_]*\b(?!\s*\()")
_WORDS: Final = frozenset("and or not in if else".split())


def read_scorecards(
    entries: Sequence[ScorecardEntry | None], problems: Problems
) -> tuple[dict[str, Scorecard], dict[str, tuple[Band, ...]]]:
    """Make the scorecards and their bands, by id in the order of the pack."""
    cards: dict[str, Scorecard] = {}
    bands: dict[str, tuple[Band, ...]] = {}
    for at, entry in enumerate(entries):
        if entry is None:
            continue
        path: Path = ("scorecards", at)
        if entry.id in cards:
            problems.add((*path, "id"), f"there is a scorecard {entry.id} above", "choose another id")
        check_chinese(entry.title.zh, (*path, "title", "zh"), problems)
        cards[entry.id] = Scorecard(entry.id, entry.title.zh, entry.title.en)
        bands[entry.id] = tuple(Band(band.start, band.outcome) for band in entry.bands)
        ladder = [(band.start, band.outcome.severity) for band in entry.bands]
        if any(not (a[0] < b[0] and a[1] < b[1]) for a, b in pairwise(ladder)):
            problems.add((*path, "bands"), "the bands do not rise", "let score and outcome rise together")
        if Outcome.ALLOW in [band.outcome for band in entry.bands]:
            problems.add((*path, "bands"), "a band that allows changes nothing", "remove it")
    return cards, bands


@dataclass
class RuleReader:
    """Turns entries into ``rules`` and their ``consequences``.

    `scope` holds the fields and features that rules may read, `known_on` the event types on which
    each can be known. Where some features could not be made, a rule that reads a name which is not
    there is let pass: the problem is noted already.
    """

    scope: Scope
    known_on: Mapping[str, frozenset[str]]
    cards: Mapping[str, Scorecard]
    problems: Problems
    rules: dict[str, Rule] = field(default_factory=dict)
    consequences: dict[str, Consequence] = field(default_factory=dict)
    _sentences: dict[str, str] = field(default_factory=dict)

    def read(self, entries: Sequence[RuleEntry | None]) -> None:
        """Make the rules of `entries`; None stands for an entry that could not be read."""
        examples = Examples(self.scope, self.problems)
        for at, entry in enumerate(entries):
            if entry is None:
                continue
            path: Path = ("rules", at)
            self._words(entry, path)
            self._effect(entry, path)
            when = self._expression(entry, path)
            if when is None:
                continue
            self._reachable(when, entry, path)
            for never in contradictions(when):
                self.problems.add((*path, "when"), never, "part of this rule can never be true")
            fires = examples.run(when, entry.fires, True, (*path, "fires"))
            silent = examples.run(when, entry.silent, False, (*path, "silent"))
            self._keep(entry, when, fires, silent)

    def _words(self, entry: RuleEntry, path: Path) -> None:
        if entry.id in self.rules:
            self.problems.add((*path, "id"), f"there is a rule {entry.id} above", "ids are never used twice")
        if entry.id.partition("-")[0].lower() != entry.typology:
            start = entry.typology.upper()
            self.problems.add(
                (*path, "id"), f"{entry.id} is of typology {entry.typology}", f"write {start}-..."
            )
        check_chinese(entry.zh, (*path, "zh"), self.problems)
        for language in ("zh", "en"):
            sentence = getattr(entry, language)
            other = self._sentences.setdefault(sentence, entry.id)
            if other != entry.id:
                self.problems.add((*path, language), f"{other} has the same sentence", "say what differs")

    def _effect(self, entry: RuleEntry, path: Path) -> None:
        if entry.scorecard is None and entry.weight:
            self.problems.add((*path, "weight"), "the weight goes nowhere", "name its scorecard")
        if entry.scorecard is not None and entry.scorecard not in self.cards:
            now = nearest(entry.scorecard, self.cards)
            self.problems.add((*path, "scorecard"), f"there is no scorecard {entry.scorecard}", now)
        if entry.scorecard is not None and not entry.weight:
            self.problems.add(
                (*path, "scorecard"), "the rule adds no points", "give a weight or remove the line"
            )
        if entry.measure is not None:
            account = FIELDS[f"{entry.measure.role}_id"]
            if account.event_types.isdisjoint(entry.on):
                now = f"events that have one: {', '.join(sorted(account.event_types))}"
                what = f"{' or '.join(entry.on)} has no {entry.measure.role}"
                self.problems.add((*path, "measure", "role"), what, now)
        if entry.outcome is Outcome.ALLOW:
            self.problems.add((*path, "outcome"), "allow is what happens without a rule", "remove the line")
        for event_type in entry.on:
            if event_type not in EVENT_TYPES:
                now = nearest(event_type, EVENT_TYPES)
                self.problems.add((*path, "on"), f"there is no event type {event_type}", now)

    def _expression(self, entry: RuleEntry, path: Path) -> Expression | None:
        try:
            return parse(entry.when, self.scope, expects=Kind.FLAG)
        except InvalidExpression as error:
            unmade = self.problems.touch("series", "quantities", "features", "lists")
            if not (unmade and _strange_names(entry.when, self.scope)):
                self.problems.add((*path, "when"), str(error))
        return None

    def _reachable(self, when: Expression, entry: RuleEntry, path: Path) -> None:
        for name in when.names:
            having = self.known_on[name]
            if having.isdisjoint(entry.on):
                self.problems.add(
                    (*path, "when"),
                    f"{name} is never there on {' or '.join(entry.on)}",
                    f"events that have it: {', '.join(sorted(having))}",
                )

    def _keep(
        self, entry: RuleEntry, when: Expression, fires: Mapping[str, object], silent: Mapping[str, object]
    ) -> None:
        self.rules[entry.id] = Rule(
            id=entry.id,
            typology=entry.typology,
            zh=entry.zh,
            en=entry.en,
            source=entry.source,
            on=tuple(sorted(set(entry.on))),
            when=when,
            weight=entry.weight,
            scorecard=entry.scorecard,
            fires=fires,
            silent=silent,
        )
        measure = entry.measure
        self.consequences[entry.id] = Consequence(
            audience=entry.audience,
            outcome=entry.outcome or Outcome.ALLOW,
            measure=None
            if measure is None
            else Measure(measure.kind, measure.role, measure.hours, measure.legal_basis),
        )


def _strange_names(text: str, scope: Scope) -> bool:
    """Say whether `text` reads a name that `scope` does not have."""
    names = _READ_NAME.findall(_QUOTED.sub("", text))
    return any(name not in scope and name not in _WORDS for name in names)
