"""`zhamen pack`: checks, shows and compares, for people and for scripts."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from zhamen.adapters.packs import read_pack
from zhamen.cli.pack import app
from zhamen.core.errors import PackNotFound
from zhamen.packs import shipped_packs


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(read_pack("starter"), encoding="utf-8")
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_pack_is_told_in_both_languages_with_what_to_run_next() -> None:
    result = CliRunner().invoke(app, ["check", "starter"])
    assert result.exit_code == 0
    assert "策略包可以使用。  the pack can be used." in result.output
    assert "zhamen pack show starter" in result.output


def test_problems_come_one_a_line_with_file_and_line_and_exit_code_2(starter: Path) -> None:
    edit(starter, "currency: CNY", "currency: yuan")
    edit(starter, "delay_hours: 24", "delay_hours: 0")
    result = CliRunner().invoke(app, ["check", str(starter)])
    assert result.exit_code == 2
    lines = [line for line in result.output.splitlines() if line.startswith(f"{starter}:")]
    assert len(lines) == 2
    assert lines[0].endswith("currency: 'yuan' does not fit; write an ISO 4217 currency code such as CNY")


def test_scripts_get_the_problems_as_json(starter: Path) -> None:
    edit(starter, "currency: CNY", "currency: yuan")
    result = CliRunner().invoke(app, ["check", str(starter), "--json"])
    told = msgspec.json.decode(result.stdout)
    assert result.exit_code == 2
    assert told["ok"] is False
    assert len(told["problems"]) == 1


def test_scripts_get_the_hash_of_a_sound_pack_as_json() -> None:
    told = msgspec.json.decode(CliRunner().invoke(app, ["check", "starter", "--json"]).stdout)
    assert told["ok"] is True
    assert len(told["hash"]) == 64


def test_show_prints_every_rule_and_feature_in_both_languages() -> None:
    shown = CliRunner().invoke(app, ["show", "handbook"], env={"COLUMNS": "400"}).output
    content = msgspec.json.decode(CliRunner().invoke(app, ["show", "handbook", "--json"]).stdout)
    for item in [*content["rules"], *content["features"]]:
        assert item["zh"] in shown
        assert item["en"] in shown


def test_show_prints_every_list_with_what_is_looked_up() -> None:
    shown = CliRunner().invoke(app, ["show", "starter"], env={"COLUMNS": "400"}).output
    content = msgspec.json.decode(CliRunner().invoke(app, ["show", "starter", "--json"]).stdout)
    assert content["lists"]
    for name, item in content["lists"].items():
        for told in (
            name,
            item["of"],
            item["zh"],
            item["en"],
            f"{', '.join(item['list'])} {item['level_from']}+",
        ):
            assert told in shown


def test_a_list_that_counts_from_another_level_may_change_decisions(starter: Path) -> None:
    edit(starter, "list: [black], level_from: 60", "list: [black], level_from: 50")
    told = msgspec.json.decode(CliRunner().invoke(app, ["diff", "starter", str(starter), "--json"]).stdout)
    (change,) = told["changes"]
    assert (change["place"], change["behaviour"], change["state"]) == (
        "lists.payee_confirmed.level_from",
        True,
        False,
    )


def test_diff_marks_what_may_change_decisions(starter: Path) -> None:
    edit(starter, "delay_hours: 24", "delay_hours: 12")
    edit(starter, "title: {zh: 起步策略包", "title: {zh: 我们的策略包")
    result = CliRunner().invoke(app, ["diff", "starter", str(starter)])
    assert result.exit_code == 0
    assert "~ policy.delay_hours: 24 → 12  [影响决策 may change decisions]" in result.output
    title = next(line for line in result.output.splitlines() if line.startswith("~ title"))
    assert "may change decisions" not in title


def test_diff_as_json_counts_changes_of_behaviour(starter: Path) -> None:
    edit(starter, "delay_hours: 24", "delay_hours: 12")
    told = msgspec.json.decode(CliRunner().invoke(app, ["diff", "starter", str(starter), "--json"]).stdout)
    assert told["behaviour_changes"] == 1
    assert [change["place"] for change in told["changes"]] == ["policy.delay_hours"]


def test_the_schema_is_json() -> None:
    assert "$defs" in msgspec.json.decode(CliRunner().invoke(app, ["schema"]).stdout)


def test_every_shipped_pack_is_listed() -> None:
    result = CliRunner().invoke(app, ["list"])
    assert all(name in result.output for name in shipped_packs())
    told = msgspec.json.decode(CliRunner().invoke(app, ["list", "--json"]).stdout)
    assert list(told) == list(shipped_packs())


def test_a_pack_that_is_not_there_is_an_error_with_advice() -> None:
    result = CliRunner().invoke(app, ["check", "startr"])
    assert isinstance(result.exception, PackNotFound)
    assert "did you mean starter?" in str(result.exception)
