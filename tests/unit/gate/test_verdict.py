"""The ladder: what hits come to, alone and in batches, and that more suspicion is never milder."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.gate.contents import Pack
from zhamen.gate.decision import Outcome
from zhamen.gate.pack import load_pack
from zhamen.gate.policy import Band, Consequence
from zhamen.gate.verdict import Judge
from zhamen.rules.book import Findings, FindingsTable
from zhamen.rules.rule import Rule, Scorecard

OUTCOMES = st.sampled_from(tuple(Outcome))
RULES = 6
CARDS = ("first", "second")


@pytest.fixture(scope="module")
def pack(small: str) -> Pack:
    return load_pack(small)


@st.composite
def policies(draw: st.DrawFn, pack: Pack) -> Pack:
    """Give a pack of six rules on two scorecards, with any outcomes, weights and bands."""
    rules: list[Rule] = []
    consequences: dict[str, Consequence] = {}
    for number in range(RULES):
        rule = replace(
            pack.rules[0],
            id=f"OTHER-{number:03}",
            typology=draw(st.sampled_from(("mule", "victim", "other"))),
            weight=draw(st.integers(0, 100)),
            scorecard=draw(st.sampled_from((None, *CARDS))),
        )
        rules.append(rule)
        consequences[rule.id] = Consequence(("analyst",), draw(OUTCOMES))
    bands = {}
    for card in CARDS:
        starts = sorted(draw(st.sets(st.integers(1, 100), max_size=4)))
        steps = sorted(
            draw(st.sets(OUTCOMES, min_size=len(starts), max_size=6)), key=lambda step: step.severity
        )
        bands[card] = tuple(Band(start, step) for start, step in zip(starts, steps, strict=False))
    policy = replace(
        pack.policy, consequences=consequences, bands=bands, unknown=draw(OUTCOMES), error=draw(OUTCOMES)
    )
    cards = tuple(Scorecard(card, card, card) for card in CARDS)
    return replace(pack, rules=tuple(rules), scorecards=cards, policy=policy)


SAID = st.lists(st.sampled_from(("hit", "unknown", "failed", "silent")), min_size=RULES, max_size=RULES)


def findings(said: list[str]) -> Findings:
    at = {
        word: tuple(n for n, each in enumerate(said) if each == word) for word in ("hit", "unknown", "failed")
    }
    return Findings(at["hit"], at["unknown"], tuple((n, "ValueError") for n in at["failed"]))


@given(st.data())
def test_another_hit_never_makes_the_outcome_milder(pack: Pack, data: st.DataObject) -> None:
    judge = Judge(data.draw(policies(pack)))
    said = data.draw(SAID)
    more = [data.draw(st.sampled_from(("hit", each))) if each in ("silent", "hit") else each for each in said]
    more = ["hit" if each == "hit" else then for each, then in zip(said, more, strict=True)]
    before, after = judge.judge(findings(said)), judge.judge(findings(more))
    assert after.outcome.severity >= before.outcome.severity
    assert all(after.scores[card] >= score for card, score in before.scores.items())


@given(st.data())
def test_batches_are_judged_as_single_events_are(pack: Pack, data: st.DataObject) -> None:
    judge = Judge(data.draw(policies(pack)))
    events = data.draw(st.lists(SAID, min_size=1, max_size=8))
    said = np.array(events)
    outcomes, scores = judge.judge_many(FindingsTable(said == "hit", said == "unknown", said == "failed"))
    single = [judge.judge(findings(event)) for event in events]
    assert outcomes.tolist() == [verdict.outcome.severity for verdict in single]
    assert scores.tolist() == [max(verdict.scores.values(), default=0) for verdict in single]


@given(st.data())
def test_the_typology_is_of_a_hit_that_led_to_the_outcome(pack: Pack, data: st.DataObject) -> None:
    drawn = data.draw(policies(pack))
    said = data.draw(SAID)
    verdict = Judge(drawn).judge(findings(said))
    hit = {drawn.rules[at].typology for at, each in enumerate(said) if each == "hit"}
    assert verdict.typology is None or verdict.typology in hit
    if verdict.outcome is not Outcome.ALLOW and "unknown" not in said and "failed" not in said:
        assert verdict.typology in hit


def test_a_score_stops_at_a_hundred(pack: Pack) -> None:
    rules = tuple(replace(rule, weight=70) for rule in pack.rules)
    verdict = Judge(replace(pack, rules=rules)).judge(Findings(hits=(0, 1)))
    assert verdict.scores == {"mule": 100}


def test_the_heaviest_of_those_that_lead_speaks(pack: Pack) -> None:
    assert Judge(pack).judge(Findings(hits=(0, 1))).typology == "mule"
    assert Judge(pack).judge(Findings(hits=(1,))).typology == "victim"


def test_nothing_found_is_allowed(pack: Pack) -> None:
    verdict = Judge(pack).judge(Findings())
    assert (verdict.outcome, verdict.scores, verdict.typology) == (Outcome.ALLOW, {}, None)
