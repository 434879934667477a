"""What the starter pack promises to whoever reads, hears or is held up by it."""

import re
from collections import Counter
from pathlib import Path

import pytest

from zhamen.adapters.packs import read_pack
from zhamen.expressions.scalar import compile_row
from zhamen.features.definitions import Feature, Ratio, Share, Trend, WindowFeature
from zhamen.gate.decision import Outcome
from zhamen.gate.pack import Pack, load_pack
from zhamen.rules.rule import Rule

PACK: Pack = load_pack(read_pack("starter"), "starter.yaml")
TYPOLOGIES = (Path(__file__).parents[2] / "docs" / "explanation" / "typologies.md").read_text(
    encoding="utf-8"
)
NEW_PAYEE = "pair_paid_since_first_ever"


def fires(rule: Rule, example: dict[str, object]) -> object:
    (answer,) = compile_row([rule.when], rule.when.names)([example.get(name) for name in rule.when.names])
    return answer


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
class TestEveryRule:
    def test_fires_on_its_own_example(self, rule: Rule) -> None:
        assert fires(rule, dict(rule.fires)) is True

    def test_stays_silent_on_its_counter_example(self, rule: Rule) -> None:
        assert fires(rule, dict(rule.silent)) is False

    def test_differs_between_its_examples_in_what_it_is_about(self, rule: Rule) -> None:
        assert rule.fires.keys() == rule.silent.keys()
        differing = [name for name in rule.fires if rule.fires[name] != rule.silent[name]]
        assert 1 <= len(differing) <= 2

    def test_is_explained_among_the_typologies(self, rule: Rule) -> None:
        assert rule.id in TYPOLOGIES

    def test_names_a_source_that_exists(self, rule: Rule) -> None:
        assert f"`{rule.source.removeprefix('typologies ')}`" in TYPOLOGIES

    def test_ends_in_points_or_an_outcome(self, rule: Rule) -> None:
        consequence = PACK.policy.consequences[rule.id]
        assert rule.weight > 0 or consequence.outcome is not Outcome.ALLOW

    def test_keeps_a_suspicion_from_whom_it_is_about(self, rule: Rule) -> None:
        audience = PACK.policy.consequences[rule.id].audience
        if rule.typology in ("mule", "gambling") or rule.source == "typologies reports":
            assert "customer" not in audience
        if any(name.startswith("creditor_account_") and name.count("_") > 3 for name in rule.when.names):
            assert "customer" not in audience

    def test_never_rests_on_age_alone(self, rule: Rule) -> None:
        if "debtor_age" in rule.when.names:
            assert len(rule.when.names) > 3
            assert NEW_PAYEE in rule.when.names

    def test_proposes_a_measure_only_for_hours_and_by_law(self, rule: Rule) -> None:
        measure = PACK.policy.consequences[rule.id].measure
        if measure is not None:
            assert measure.role == "debtor_account"
            assert measure.hours == 48
            assert "反电信网络诈骗法" in measure.legal_basis
            assert measure.kind == ("limit" if rule.typology == "mule" else "protective_stop")


def test_it_is_as_wide_as_promised() -> None:
    assert len(PACK.definitions.features) >= 60
    assert len(PACK.rules) >= 40
    assert {rule.typology for rule in PACK.rules} == {"victim", "ato", "mule", "gambling", "other"}


def test_no_two_rules_share_an_id_or_a_sentence() -> None:
    for words in (
        [rule.id for rule in PACK.rules],
        [rule.zh for rule in PACK.rules],
        [rule.en for rule in PACK.rules],
    ):
        assert not [word for word, times in Counter(words).items() if times > 1]


def test_every_feature_has_words_and_a_source_that_exists() -> None:
    for name, doc in PACK.feature_docs.items():
        assert f"`{doc.source.removeprefix('typologies ')}`" in TYPOLOGIES, name
        assert not re.search(r"[{}]", doc.zh + doc.en), name


def test_no_two_features_share_their_words() -> None:
    for words in (
        [doc.zh for doc in PACK.feature_docs.values()],
        [doc.en for doc in PACK.feature_docs.values()],
    ):
        assert not [word for word, times in Counter(words).items() if times > 1]


def test_every_feature_serves_a_rule_or_a_relation() -> None:
    read = {name for rule in PACK.rules for name in rule.when.names}
    read |= {part.name for feature in PACK.definitions.features for part in parts_of(feature)}
    idle = {feature.name for feature in PACK.definitions.features} - read
    assert idle == set()


def parts_of(feature: Feature) -> tuple[WindowFeature, ...]:
    match feature:
        case Ratio(numerator, denominator):
            return (numerator, denominator)
        case Share(part, whole):
            return (part, whole)
        case Trend(short, long):
            return (short, long)
    return ()


def test_customers_hear_plain_words_without_promises() -> None:
    for key, advice in PACK.policy.texts.items():
        for zh, en in ((advice.customer.zh, advice.customer.en), (advice.teller.zh, advice.teller.en)):
            assert not re.search("保证|绝对|一定能|百分之百|！|您已被骗", zh), key
            assert not re.search(r"guarantee|certainly|absolutely|!", en, re.IGNORECASE), key
        assert not re.search("涉案|洗钱|可疑|黑名单|嫌疑", advice.customer.zh), key
        assert not re.search("mule|launder|suspic|blacklist", advice.customer.en, re.IGNORECASE), key


@pytest.mark.parametrize("outcome", ["warn", "challenge", "delay", "hold", "decline"])
def test_payers_in_danger_are_told_whom_to_call(outcome: str) -> None:
    advice = PACK.policy.advice(Outcome(outcome), "victim")
    assert advice is not None
    assert "96110" in advice.customer.zh
    assert "96110" in advice.customer.en


def test_without_a_gate_the_counter_goes_on_and_large_sums_wait() -> None:
    fallback = PACK.policy.fallback
    assert fallback("counter", 100_000_000) is Outcome.ALLOW
    assert fallback("mobile", 5_000_000) is Outcome.HOLD
    assert fallback("mobile", 100_000) is Outcome.DELAY
    assert fallback("mobile", 99_999) is Outcome.ALLOW
