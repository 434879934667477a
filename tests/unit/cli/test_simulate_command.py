"""`zhamen simulate` writes what the bank gives, whole or not at all."""

from pathlib import Path

import msgspec
from typer.testing import CliRunner

from zhamen.cli.app import app
from zhamen.core.errors import UnreadableFile
from zhamen.events.model import AnyEvent

SMALL = ["simulate", "--customers", "300", "--days", "1", "--seed", "5", "--json", "--to"]


def test_writes_events_and_their_truth(tmp_path: Path) -> None:
    events, truth = tmp_path / "events.jsonl", tmp_path / "truth.jsonl"
    result = CliRunner().invoke(app, [*SMALL, str(events), "--truth", str(truth)])
    assert result.exit_code == 0, result.output
    facts = msgspec.json.decode(result.stdout)
    lines = events.read_bytes().splitlines()
    assert len(lines) == facts["events"] > 0
    assert {msgspec.json.decode(line, type=AnyEvent).event_id for line in lines} >= {
        msgspec.json.decode(line)["event_id"] for line in truth.read_bytes().splitlines()
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl", "truth.jsonl"]


def test_says_where_it_cannot_write(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*SMALL, str(tmp_path / "nowhere" / "events.jsonl")])
    assert isinstance(result.exception, UnreadableFile)
    assert "nowhere" in str(result.exception)
