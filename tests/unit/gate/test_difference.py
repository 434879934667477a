"""Two packs compared by meaning: what was changed, and whether it changes decisions."""

from collections.abc import Callable

import pytest

from zhamen.gate.difference import Change, compare
from zhamen.gate.pack import load_pack

Difference = Callable[..., dict[str, Change]]


@pytest.fixture
def difference(small: str) -> Difference:
    def compared(*edits: tuple[str, str]) -> dict[str, Change]:
        text = small
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        return {change.place: change for change in compare(load_pack(small), load_pack(text))}

    return compared


def test_a_pack_does_not_differ_from_itself(difference: Difference) -> None:
    assert difference() == {}


def test_spelling_and_order_of_mappings_are_no_difference(difference: Difference) -> None:
    assert difference(("window: [1h, 1d]", "window: [60m, 24h]"), ("rules:\n", "# words\nrules:\n")) == {}


def test_a_weight_changes_decisions_and_no_state(difference: Difference) -> None:
    change = difference(("weight: 40", "weight: 45"))["rules.MULE-001.weight"]
    assert (change.kind, change.old, change.new) == ("changed", 40, 45)
    assert (change.behaviour, change.state) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("en: Much was", "en: Very much was", "rules.MULE-001.en"),
        ("zh: 请等待", "zh: 请稍候", "policy.texts.hold"),
        ("version: 2026.11.0", "version: 2026.11.1", "version"),
        ("sent_sum_1h: 499999}", "sent_sum_1h: 1}", "rules.MULE-001.silent"),
        ("en: share at night", "en: night share", "features.debtor_account_sent_night_share_count_1d.en"),
    ],
)
def test_words_and_examples_change_no_decision(
    difference: Difference, old: str, new: str, place: str
) -> None:
    found = difference((old, new))
    assert list(found) == [place]
    assert not found[place].behaviour
    assert not found[place].state


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("delay_hours: 24", "delay_hours: 12", "policy.delay_hours"),
        ("from: 30", "from: 31", "scorecards.mule.bands"),
        ("local_hour < 6", "local_hour < 5", "quantities.sent_night.where"),
        ('utc_offset: "+08:00"', 'utc_offset: "+07:00"', "utc_offset_minutes"),
        ("amount_from: 50000", "amount_from: 40000", "policy.unavailable"),
    ],
)
def test_what_may_change_an_outcome_is_said_to(
    difference: Difference, old: str, new: str, place: str
) -> None:
    found = difference((old, new))
    assert list(found) == [place]
    assert found[place].behaviour


def test_a_feature_that_no_rule_reads_changes_the_state_alone(difference: Difference) -> None:
    found = difference(("window: [1h, 1d]", "window: [1h, 1d, 7d]"))
    assert list(found) == ["features.debtor_account_sent_count_7d", "features.debtor_account_sent_sum_7d"]
    assert all(change.kind == "added" and change.state and not change.behaviour for change in found.values())


def test_a_removed_rule_changes_decisions(difference: Difference, small: str) -> None:
    start, end = small.index("  - id: VICTIM-001"), small.index("policy:")
    found = difference((small[start:end], ""), ("from: 60", "from: 40"))
    change = found["rules.VICTIM-001"]
    assert (change.kind, change.new, change.behaviour) == ("removed", None, True)


def test_another_order_of_rules_is_a_difference_without_behaviour(difference: Difference, small: str) -> None:
    middle, end = small.index("  - id: VICTIM-001"), small.index("policy:")
    start = small.index("  - id: MULE-001")
    found = difference((small[start:end], small[middle:end] + small[start:middle]))
    assert list(found) == ["rules.order"]
    assert not found["rules.order"].behaviour
