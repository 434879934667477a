"""A run recorded from the live state is proved by DuckDB; a value changed by hand is found."""

import random
from collections.abc import Sequence
from pathlib import Path

import duckdb
import msgspec
import pytest
from typer.testing import CliRunner

from zhamen.adapters.duck.recorded import open_run
from zhamen.adapters.packs import read_pack
from zhamen.cli.verify import app
from zhamen.core.errors import FeaturesDiffer, PackMismatch, UnreadableFile
from zhamen.events.fields import FIELDS, Kind
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.gate.pack import load_pack
from zhamen.services.verify import verify

SQL_TYPES = {Kind.TEXT: "VARCHAR", Kind.FLAG: "BOOLEAN", Kind.WHOLE: "BIGINT", Kind.INSTANT: "BIGINT"}
MINUTE = 60_000_000
EVENTS = 800


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(load_pack(read_pack("starter"), "starter").definitions)


def stream(seed: int) -> list[dict[str, object]]:
    """Make events of a few people over some days; one in ten comes up to two days late."""
    dice = random.Random(seed)  # noqa: S311
    people = [f"62220202{number:08}" for number in range(12)]
    events = []
    for number in range(EVENTS):
        kind = dice.choice(["transfer"] * 8 + ["cash_withdrawal", "login", "fraud_reported", "payee_added"])
        debtor, creditor = dice.sample(people, 2)
        has_debtor = kind in ("transfer", "cash_withdrawal", "fraud_reported")
        late = dice.randrange(2 * 24 * 60) if dice.random() < 0.1 else 0
        events.append(
            {
                "occurred_at": 1_795_000_000_000_000 + (number * 11 - late) * MINUTE,
                "type": kind,
                "debtor_account_id": debtor if has_debtor else None,
                "creditor_account_id": creditor if kind in ("transfer", "fraud_reported") else None,
                "account_id": debtor if kind in ("login", "payee_added") else None,
                "device_id": dice.choice(("D1", "D2", None)),
                "amount_minor": dice.randrange(1, 6_000_000) if has_debtor else None,
                "channel": dice.choice(("mobile", "counter")),
                "succeeded": dice.choice((True, False)) if kind == "login" else None,
                "label": "confirmed_fraud" if kind == "fraud_reported" else None,
                "local_hour": number * 11 // 60 % 24,
            }
        )
    return events


def record(plan: Plan, events: Sequence[dict[str, object]], path: Path) -> None:
    """Write a run as a replay does: seq, flat fields, one DOUBLE a feature."""
    state = FeatureState(plan)
    rows = []
    for seq, event in enumerate(events):
        flat = [event.get(name) for name in plan.fields]
        rows.append((seq, *flat, *state.advance(flat)))
    fields = ", ".join(f'"{name}" {SQL_TYPES[FIELDS[name].kind]}' for name in plan.fields)
    features = ", ".join(f'"{name}" DOUBLE' for name in plan.names)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE run (seq BIGINT, {fields}, {features})")
        connection.executemany(f"INSERT INTO run VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
        connection.execute(f"COPY run TO '{path}' (FORMAT parquet)")


def changed(recorded: Path, change: str, path: Path) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE run AS SELECT * FROM '{recorded}'")  # noqa: S608
        connection.execute(f"UPDATE run {change}")
        connection.execute(f"COPY run TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def recorded(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "run.parquet"
    record(plan, stream(1), path)
    return path


def test_a_recorded_run_is_proved_feature_by_feature(plan: Plan, recorded: Path) -> None:
    told: list[int] = []
    with open_run(recorded) as run:
        verification = verify(plan, run, told.append)
    assert verification.differing == ()
    assert sorted(c.feature for c in verification.comparisons) == sorted(plan.names)
    assert verification.events == EVENTS
    assert verification.values == EVENTS * len(plan.names)
    assert sum(told) == len(plan.names)
    verification.require_same()


def test_a_run_in_several_files_is_proved_as_one(plan: Plan, recorded: Path, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for part, rows in enumerate(("seq < 300", "seq >= 300")):
            query = f"SELECT * FROM '{recorded}' WHERE {rows}"  # noqa: S608
            connection.execute(f"COPY ({query}) TO '{tmp_path / f'part{part}.parquet'}' (FORMAT parquet)")
    with open_run(tmp_path) as run:
        assert verify(plan, run).differing == ()


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (
            'SET "debtor_account_sent_count_30d" = "debtor_account_sent_count_30d" + 1'
            " WHERE seq = (SELECT max(seq) FROM run WHERE type = 'transfer')",
            1,
        ),
        ("SET \"debtor_account_sent_sum_1d\" = NULL WHERE seq IN (5, 600) AND type = 'transfer'", None),
        ('SET "debtor_account_sent_sum_1d" = 7 WHERE "debtor_account_sent_sum_1d" IS NULL', None),
    ],
)
def test_a_changed_value_is_found_and_shown(
    plan: Plan, recorded: Path, tmp_path: Path, change: str, count: int | None
) -> None:
    with open_run(changed(recorded, change, tmp_path / "run.parquet")) as run:
        verification = verify(plan, run)
    (worst,) = verification.differing
    assert worst.feature in change
    assert worst.differences == count or count is None
    assert 1 <= len(worst.first) <= 5
    with pytest.raises(FeaturesDiffer, match=f"{worst.feature} first at seq {worst.first[0].seq}"):
        verification.require_same()


def test_a_run_of_other_features_is_refused(plan: Plan, recorded: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.parquet"
    with duckdb.connect() as connection:
        kept = f"SELECT * EXCLUDE (\"{plan.names[0]}\") FROM '{recorded}'"  # noqa: S608
        connection.execute(f"COPY ({kept}) TO '{path}' (FORMAT parquet)")
    with open_run(path) as run, pytest.raises(PackMismatch, match="lacks 1 of the pack's"):
        verify(plan, run)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 1 AS seq", "has no column occurred_at"),
        ("SELECT 1 AS seq, 0 AS occurred_at, 'login' AS type FROM range(2)", "stands twice"),
        (
            "SELECT range AS seq, NULL::BIGINT AS occurred_at, 'login' AS type FROM range(2)",
            "without occurred_at",
        ),
        ("SELECT -1 AS seq, 0 AS occurred_at, 'login' AS type", "outside 0 to 2"),
    ],
)
def test_what_is_no_run_is_refused(query: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "run's.parquet"
    with duckdb.connect() as connection:
        connection.sql(query).write_parquet(str(path))
    with pytest.raises(UnreadableFile, match=said), open_run(path):
        pass


def test_a_file_that_is_not_parquet_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.parquet").write_text("seq,occurred_at\n")
    for path, said in (
        (tmp_path / "run.parquet", "cannot be read as a recorded run"),
        (tmp_path / "other.parquet", "there is no"),
        (tmp_path / "empty", "there is no Parquet file"),
    ):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(UnreadableFile, match=said), open_run(path):
            pass


class TestCommand:
    def test_a_proved_run_says_so_in_json(self, plan: Plan, recorded: Path) -> None:
        done = CliRunner().invoke(app, [str(recorded), "--pack", "starter", "--json"])
        facts = msgspec.json.decode(done.stdout)
        assert done.exit_code == 0
        assert facts["values_compared"] == EVENTS * len(plan.names)
        assert facts["differing"] == []

    def test_a_difference_ends_with_a_conflict(self, recorded: Path, tmp_path: Path) -> None:
        change = 'SET "debtor_account_sent_count_10m" = 99 WHERE seq = 9'
        path = changed(recorded, change, tmp_path / "run.parquet")
        done = CliRunner().invoke(app, [str(path)])
        assert isinstance(done.exception, FeaturesDiffer)
        assert "debtor_account_sent_count_10m" in done.stdout
