"""What every pack that ships with zhamen keeps to."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from zhamen.adapters.packs import read_pack
from zhamen.core.errors import PackNotFound, UnreadableFile
from zhamen.events.model import AnyEvent
from zhamen.expressions.scalar import compile_row
from zhamen.gate.contents import Pack, content_of
from zhamen.gate.decision import Outcome
from zhamen.gate.difference import compare
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.packs import shipped_packs
from zhamen.rules.rule import Rule

PACKS = {name: load_pack(read_pack(name), f"{name}.yaml") for name in shipped_packs()}
RULES = [pytest.param(rule, id=f"{name}-{rule.id}") for name, pack in PACKS.items() for rule in pack.rules]
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def answer(rule: Rule, example: Mapping[str, object]) -> object:
    (value,) = compile_row([rule.when], rule.when.names)([example.get(name) for name in rule.when.names])
    return value


@pytest.mark.parametrize("rule", RULES)
class TestEveryRule:
    def test_fires_on_its_own_example(self, rule: Rule) -> None:
        assert answer(rule, rule.fires) is True

    def test_stays_silent_on_its_counter_example(self, rule: Rule) -> None:
        assert answer(rule, rule.silent) is False

    def test_is_pure(self, rule: Rule) -> None:
        assert answer(rule, rule.fires) == answer(rule, dict(rule.fires))

    def test_says_what_it_does_and_where_it_comes_from(self, rule: Rule) -> None:
        assert rule.zh.strip()
        assert rule.en.strip()
        assert rule.source.strip()


@pytest.mark.parametrize("pack", [pytest.param(pack, id=name) for name, pack in PACKS.items()])
class TestEveryPack:
    def test_is_called_as_its_file_is(self, pack: Pack) -> None:
        assert PACKS[pack.name] is pack

    def test_has_the_same_hash_every_time(self, pack: Pack) -> None:
        again = load_pack(read_pack(pack.name), "elsewhere.yaml")
        assert (again.hash, compare(pack, again)) == (pack.hash, [])

    def test_can_be_written_down(self, pack: Pack) -> None:
        assert msgspec.json.decode(msgspec.json.encode(content_of(pack)))["name"] == pack.name

    def test_has_words_for_every_outcome_but_allow(self, pack: Pack) -> None:
        asked = {consequence.outcome for consequence in pack.policy.consequences.values()}
        asked |= {band.outcome for bands in pack.policy.bands.values() for band in bands}
        assert all(pack.policy.advice(outcome, None) for outcome in asked - {Outcome.ALLOW})

    def test_answers_for_every_channel_without_a_gate(self, pack: Pack) -> None:
        for channel in ("counter", "online", "mobile", "atm", "pos", "phone", "peer_bank", None):
            assert pack.policy.fallback(channel, 1) in Outcome

    def test_decides_an_event_that_says_little(self, pack: Pack) -> None:
        event = msgspec.convert(
            {
                "type": "transfer",
                "event_id": "E1",
                "occurred_at": NOON,
                "debtor_account": {"id": "A"},
                "creditor_account": {"id": "B"},
                "amount_minor": 100,
                "currency": pack.currency,
            },
            AnyEvent,
        )
        decision = Gate(pack).decide(event, trace_id="T", decided_at=NOON)
        assert decision.errors == ()
        assert decision.pack_hash == pack.hash


def test_a_name_that_no_pack_has_is_answered_with_the_nearest() -> None:
    with pytest.raises(PackNotFound, match="did you mean starter"):
        read_pack("startr")


def test_a_path_without_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackNotFound, match="check the path"):
        read_pack(f"{tmp_path}/none.yaml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = f"{tmp_path}/pack.yaml"
    with open(path, "wb") as file:
        file.write(b"name: \xff")
    with pytest.raises(UnreadableFile, match="byte 6"):
        read_pack(path)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_pack(f"{tmp_path}/.")
