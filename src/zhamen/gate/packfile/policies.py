"""The policy of a pack file: words for all that can occur, a table that leaves no gap, no idle bands."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from zhamen.core.money import minor_digits
from zhamen.gate.decision import Advice, Bilingual, Outcome
from zhamen.gate.packfile.layout import TYPOLOGIES, AdviceEntry, PolicyEntry, UnavailableEntry, Words
from zhamen.gate.packfile.problems import Path, Problems, nearest
from zhamen.gate.packfile.rules import RuleReader
from zhamen.gate.packfile.wording import check_chinese
from zhamen.gate.policy import Band, Hold, Policy, Unavailable
from zhamen.rules.rule import Rule

__all__ = ["build_policy"]

_PATH: Final[Path] = ("policy",)


def build_policy(
    entry: PolicyEntry,
    currency: str,
    rules: RuleReader,
    bands: Mapping[str, tuple[Band, ...]],
    problems: Problems,
) -> Policy:
    """Make the policy over the rules that were read, and note what it lacks."""
    policy = Policy(
        unknown=entry.unknown,
        error=entry.error,
        delay_hours=entry.delay_hours,
        unavailable=_unavailable(entry.unavailable, currency, problems),
        texts=_texts(entry.texts, problems),
        consequences=rules.consequences,
        bands=bands,
        hold=None if entry.hold is None else Hold(entry.hold.hours, entry.hold.at_expiry),
    )
    _check_bands(rules.rules, bands, problems)
    for outcome, cause in _possible(policy).items():
        if policy.advice(outcome, None) is None:
            problems.add((*_PATH, "texts"), f"there are no words for {outcome} ({cause})", f"add {outcome}:")
    return policy


def _unavailable(
    entries: tuple[UnavailableEntry, ...], currency: str, problems: Problems
) -> tuple[Unavailable, ...]:
    path: Path = (*_PATH, "unavailable")
    lines = tuple(
        Unavailable(line.outcome, tuple(sorted(set(line.channel or ()))), _minor(line.amount_from, currency))
        for line in entries
    )
    open_lines = [at for at, line in enumerate(lines) if not line.channels and line.amount_from_minor is None]
    if not open_lines:
        problems.add(path, "no line fits every payment", "end with a line that has only an outcome")
    elif open_lines[0] != len(lines) - 1:
        problems.add(
            (*path, open_lines[0] + 1), "the line above fits everything", "move that line to the end"
        )
    return lines


def _minor(amount: float | None, currency: str) -> int | None:
    if amount is None:
        return None
    return round(Decimal(repr(amount)).scaleb(minor_digits(currency)))


def _texts(entries: Mapping[str, AdviceEntry], problems: Problems) -> dict[str, Advice]:
    made: dict[str, Advice] = {}
    for key, entry in entries.items():
        path: Path = (*_PATH, "texts", key)
        outcome, dot, typology = key.partition(".")
        told = [str(step) for step in Outcome if step is not Outcome.ALLOW]
        if outcome not in told:
            problems.add(path, f"{outcome} is no outcome that needs words", nearest(outcome, told))
        if dot and typology not in TYPOLOGIES:
            problems.add(path, f"there is no typology {typology}", nearest(typology, TYPOLOGIES))
        made[key] = Advice(
            _words(entry.customer, (*path, "customer"), problems),
            _words(entry.teller, (*path, "teller"), problems),
        )
    return made


def _words(entry: Words, path: Path, problems: Problems) -> Bilingual:
    check_chinese(entry.zh, (*path, "zh"), problems)
    return Bilingual(entry.zh, entry.en)


def _check_bands(
    rules: Mapping[str, Rule], bands: Mapping[str, tuple[Band, ...]], problems: Problems
) -> None:
    if len(problems):  # rules may be missing, and their points with them
        return
    for at, (card, steps) in enumerate(bands.items()):
        reach = sum(rule.weight for rule in rules.values() if rule.scorecard == card)
        for place, band in enumerate(steps):
            if band.start > reach:
                problems.add(
                    ("scorecards", at, "bands", place),
                    f"the rules of {card} come to {reach} points at most",
                    "lower the band or remove it",
                )


def _possible(policy: Policy) -> dict[Outcome, str]:
    """Give the outcomes that can occur, each with its first cause."""
    causes = {consequence.outcome: rule for rule, consequence in policy.consequences.items()}
    causes |= {band.outcome: card for card, bands in policy.bands.items() for band in bands}
    causes |= {policy.error: "policy.error", policy.unknown: "policy.unknown"}
    return {outcome: cause for outcome, cause in causes.items() if outcome is not Outcome.ALLOW}
