"""What a policy pack holds, and its content in one canonical form."""

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta, timezone
from functools import cached_property
from typing import Any

import msgspec

from zhamen.core.instants import width_name
from zhamen.expressions.tree import Expression
from zhamen.features.definitions import Definitions, Feature, Ratio, Share, Trend, WindowFeature
from zhamen.gate.decision import Bilingual, Outcome
from zhamen.gate.listuse import ListUse
from zhamen.gate.packfile.features import FeatureDoc
from zhamen.gate.policy import Policy
from zhamen.networks.names import NETWORK_NAMES
from zhamen.rules.rule import Rule, Scorecard

__all__ = ["Content", "Pack", "content_of", "hash_of"]

Content = dict[str, Any]


@dataclass(frozen=True)
class Pack:
    """A checked policy pack.

    ``hash`` is the SHA-256 of the canonical content: comments, spaces and the way an expression is
    broken over lines do not change it, every value does. ``feature_docs`` are by feature name, in
    the order of ``definitions.features``.
    """

    name: str
    version: str
    hash: str
    title: Bilingual
    currency: str
    utc_offset_minutes: int
    definitions: Definitions
    feature_docs: Mapping[str, FeatureDoc]
    rules: tuple[Rule, ...]
    scorecards: tuple[Scorecard, ...]
    policy: Policy
    lists: tuple[ListUse, ...] = ()

    @property
    def zone(self) -> timezone:
        """The zone of the bank's day."""
        return timezone(timedelta(minutes=self.utc_offset_minutes))

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """What the rules read of networks, in order of name; the gate keeps networks only for these."""
        read = {name for rule in self.rules for name in rule.when.names}
        return tuple(sorted(read.intersection(NETWORK_NAMES)))


def hash_of(pack: Pack) -> str:
    """Give the SHA-256 of the pack's canonical content, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(content_of(pack), order="sorted")).hexdigest()


def content_of(pack: Pack) -> Content:
    """Give all that the pack says as plain values, but for its hash.

    Features, rules and scorecards are lists, for their order is the order of what the gate answers;
    series, quantities and lists are not ordered.
    """
    definitions = pack.definitions
    return {
        "name": pack.name,
        "version": pack.version,
        "title": _words(pack.title),
        "currency": pack.currency,
        "utc_offset_minutes": pack.utc_offset_minutes,
        "allowed_lateness": width_name(definitions.allowed_lateness),
        "series": {
            series.name: {
                "gathers": {kind: list(key) for kind, key in series.gathers.items()},
                "where": _text(series.where),
                "delay": series.delay,
            }
            for series in definitions.series
        },
        "quantities": {
            quantity.name: {"series": quantity.series, "of": quantity.of, "where": _text(quantity.where)}
            for quantity in definitions.quantities
        },
        "lists": {
            use.name: {
                "of": use.of,
                "list": [kind.value for kind in use.lists],
                "level_from": use.level_from,
                "categories": list(use.categories),
                "zh": use.zh,
                "en": use.en,
            }
            for use in pack.lists
        },
        "features": [_feature(feature, pack.feature_docs[feature.name]) for feature in definitions.features],
        "rules": [_rule(rule, pack.policy) for rule in pack.rules],
        "scorecards": [_scorecard(card, pack.policy) for card in pack.scorecards],
        "policy": _policy(pack.policy),
    }


def _feature(feature: Feature, doc: FeatureDoc) -> Content:
    words = {"zh": doc.zh, "en": doc.en, "source": doc.source}
    return {"name": feature.name, **_definition(feature), **words}


def _definition(feature: Feature) -> Content:
    match feature:
        case WindowFeature(role, quantity, operation, window):
            return {
                "role": role,
                "quantity": quantity,
                "operation": operation.value,
                "window": width_name(window),
            }
        case Ratio(numerator, denominator):
            return {"ratio": [_definition(numerator), _definition(denominator)]}
        case Share(part, whole):
            return {"share": [_definition(part), _definition(whole)]}
        case Trend(short, long):
            return {"trend": [_definition(short), _definition(long)]}


def _rule(rule: Rule, policy: Policy) -> Content:
    consequence = policy.consequences[rule.id]
    measure = consequence.measure
    return {
        "id": rule.id,
        "typology": rule.typology,
        "scorecard": rule.scorecard,
        "on": list(rule.on),
        "zh": rule.zh,
        "en": rule.en,
        "when": _text(rule.when),
        "weight": rule.weight,
        "outcome": _outcome(consequence.outcome),
        "measure": measure
        and {
            "kind": measure.kind,
            "role": measure.role,
            "hours": measure.hours,
            "legal_basis": measure.legal_basis,
        },
        "audience": list(consequence.audience),
        "source": rule.source,
        "fires": dict(rule.fires),
        "silent": dict(rule.silent),
    }


def _scorecard(card: Scorecard, policy: Policy) -> Content:
    bands = [{"from": band.start, "outcome": band.outcome.value} for band in policy.bands[card.id]]
    return {"id": card.id, "title": {"zh": card.zh, "en": card.en}, "bands": bands}


def _policy(policy: Policy) -> Content:
    hold = {} if policy.hold is None else {"hold": asdict(policy.hold)}
    return hold | {
        "unknown": policy.unknown.value,
        "error": policy.error.value,
        "delay_hours": policy.delay_hours,
        "unavailable": [
            {
                "channel": list(line.channels),
                "amount_from_minor": line.amount_from_minor,
                "outcome": line.outcome.value,
            }
            for line in policy.unavailable
        ],
        "texts": {
            key: {"customer": _words(advice.customer), "teller": _words(advice.teller)}
            for key, advice in policy.texts.items()
        },
    }


def _words(words: Bilingual) -> Content:
    return {"zh": words.zh, "en": words.en}


def _outcome(outcome: Outcome) -> str | None:
    return None if outcome is Outcome.ALLOW else outcome.value


def _text(expression: Expression | None) -> str | None:
    """Write an expression with its spaces and brackets in the one usual way."""
    if expression is None:
        return None
    return ast.unparse(ast.parse(" ".join(expression.text.split()), mode="eval"))
