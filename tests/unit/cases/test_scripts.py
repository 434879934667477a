"""Talks with customers: complete, in two languages, and silent about what must not be told."""

import pytest

from zhamen.cases.scripts import SCRIPTS, Script, script_for
from zhamen.cases.scripts.holders import HOLDERS
from zhamen.cases.statement import Answer, Statement, digest_of
from zhamen.gate.decision import Bilingual
from zhamen.simulate.scams import SCAMS
from zhamen.testing import NOON


def words(script: Script) -> list[Bilingual]:
    return [script.title, script.opening, *script.questions, script.facts, script.then]


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_every_word_is_in_chinese_and_english(script: Script) -> None:
    for text in words(script):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh)
        assert text.en.isascii()


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_every_talk_asks_several_things(script: Script) -> None:
    assert len(set(script.questions)) == len(script.questions) >= 4


def test_every_kind_of_scam_of_the_synthetic_bank_has_its_talk() -> None:
    assert {script_for(kind, "victim") for kind in SCAMS} == set(SCAMS)


@pytest.mark.parametrize("script", HOLDERS.values(), ids=list(HOLDERS))
def test_a_holder_is_not_told_of_an_alert_or_a_report(script: Script) -> None:
    spoken = " ".join(text.zh + text.en for text in (script.opening, *script.questions, script.facts))
    for forbidden in ("预警", "上报", "线索", "涉案", "alert", "suspicious activity"):
        assert forbidden not in spoken


def test_a_changed_statement_has_another_digest() -> None:
    one = Statement(
        event_id="T1",
        at=NOON,
        by="key",
        channel="mobile",
        shown="请核实",
        as_decided=True,
        acknowledged=True,
        answers=(Answer("认识收款人吗", "认识"),),
    )
    other = Statement(
        event_id="T1",
        at=NOON,
        by="key",
        channel="mobile",
        shown="请核实",
        as_decided=True,
        acknowledged=True,
        answers=(Answer("认识收款人吗", "不认识"),),
    )
    assert digest_of(one) != digest_of(other)
    assert len(digest_of(one)) == 64
