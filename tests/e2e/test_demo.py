"""`zhamen demo` from end to end, on a small town."""

import msgspec
from typer.testing import CliRunner

from zhamen.cli.app import app


def test_the_demo_shows_a_day_and_its_figures_add_up() -> None:
    result = CliRunner().invoke(
        app, ["demo", "--customers", "600", "--history", "3", "--seed", "4", "--json"]
    )
    assert result.exit_code == 0, result.output
    facts = msgspec.json.decode(result.stdout)
    assert facts["payments"] == sum(facts["outcomes"].values()) > 100
    assert facts["victims_payments_stopped"] <= facts["victims_payments"]
    assert facts["outcomes"]["allow"] > 0.8 * facts["payments"]
    assert facts["durable_ms_p50_p95_p99"] == sorted(facts["durable_ms_p50_p95_p99"])


def test_the_demo_speaks_chinese_first_and_says_what_to_run_next() -> None:
    result = CliRunner().invoke(app, ["demo", "--customers", "300", "--history", "1"])
    assert result.exit_code == 0, result.output
    assert "按骗局类型" in result.stdout
    assert result.stdout.rstrip().endswith("next")
    assert "zhamen demo --console" in result.stdout
