"""What the tutorial sends is decided as the tutorial says."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from zhamen.adapters.packs import read_pack
from zhamen.events.door import decode_event
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-decision.md"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_the_first_request_is_answered_as_the_table_says() -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    body = re.search(r"-d '(\{.*?\}\})'", page, re.DOTALL)
    assert body is not None
    sent = body[1].replace("'$(date -u +%FT%TZ)'", NOON.isoformat())
    gate = Gate(load_pack(read_pack("starter"), "starter"))
    decision = gate.decide(decode_event(sent.encode()), trace_id="T", decided_at=NOON)
    told = dict(re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", page, re.MULTILINE))
    assert told["`outcome`"] == f"`{decision.outcome.value}`"
    score, cards = told["`score`, `scores`"].split(", ", 1)
    assert (int(score), json.loads(cards.strip("`"))) == (decision.score, decision.scores)
    assert told["`reasons`"] == ", ".join(f"`{reason.code}`" for reason in decision.reasons)
    assert told["`measures`"] == ", ".join(f"`{measure.kind}`" for measure in decision.measures)
    assert decision.unknown[0] in told["`unknown`"]
