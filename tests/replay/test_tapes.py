"""Every tape is replayed through the starter pack and must give the decisions written beside it.

A difference is a change of behaviour. When it is meant, write the new decisions with
``python tests/replay/test_tapes.py`` and review the difference line by line.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from zhamen.events.door import decode_event
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.gate.contents import Pack
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.networks.live import Networks

HERE = Path(__file__).parent
PACK = HERE.parents[1] / "src" / "zhamen" / "packs" / "starter.yaml"
TAPES = sorted((HERE / "tapes").glob("*.jsonl"))
DECIDED = ("transfer", "cash_withdrawal", "account_opened")


def starter() -> Pack:
    return load_pack(PACK.read_text(encoding="utf-8"), PACK.name)


def replayed(tape: Path, pack: Pack, plan: Plan) -> list[dict[str, object]]:
    """What the gate says to each payment and opening of a tape, in order."""
    gate = Gate(pack, FeatureState(plan), networks=Networks(1 << 24))
    said: list[dict[str, object]] = []
    for line in tape.read_bytes().splitlines():
        event = decode_event(line)
        decision = gate.decide(event, trace_id="replay", decided_at=event.occurred_at + timedelta(seconds=1))
        if json.loads(line)["type"] in DECIDED:
            said.append(
                {
                    "event_id": event.event_id,
                    "outcome": decision.outcome.value,
                    "scores": decision.scores,
                    "rules": [reason.code for reason in decision.reasons],
                    "measures": [measure.kind for measure in decision.measures],
                }
            )
    return said


def expected_of(tape: Path) -> Path:
    return HERE / "expected" / f"{tape.stem}.jsonl"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter()


@pytest.fixture(scope="module")
def plan(pack: Pack) -> Plan:
    return Plan(pack.definitions)


@pytest.mark.parametrize("tape", TAPES, ids=lambda tape: tape.stem)
def test_tape_gives_the_decisions_written_beside_it(tape: Path, pack: Pack, plan: Plan) -> None:
    expected = [json.loads(line) for line in expected_of(tape).read_text(encoding="utf-8").splitlines()]
    assert replayed(tape, pack, plan) == expected


def test_every_expectation_has_its_tape() -> None:
    assert {path.stem for path in (HERE / "expected").iterdir()} == {tape.stem for tape in TAPES}


def record() -> None:
    pack = starter()
    plan = Plan(pack.definitions)
    for tape in TAPES:
        lines = [json.dumps(said, ensure_ascii=False) + "\n" for said in replayed(tape, pack, plan)]
        expected_of(tape).parent.mkdir(exist_ok=True)
        expected_of(tape).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    record()
