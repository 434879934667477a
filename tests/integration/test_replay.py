"""Files through the whole gate: counted, recorded, proved, measured."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest
from typer.testing import CliRunner

from zhamen.adapters.packs import read_pack
from zhamen.bootstrap.replay import ReplayJob, open_replay
from zhamen.bootstrap.verify import verify_run
from zhamen.cli.replay import app
from zhamen.core.errors import InputError, UnreadableFile
from zhamen.events.model import AnyEvent, FraudReported, Transfer
from zhamen.events.parts import Account
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.services.quality import Protocol
from zhamen.services.replay import Replayed

START = datetime(2026, 3, 1, tzinfo=UTC)
SHARED = Path(__file__).parents[3] / "shared/data"


def transfers() -> Iterator[AnyEvent]:
    """Make 400 payments; every tenth goes to one account, and is reported an hour later."""
    for number in range(400):
        at = START + timedelta(minutes=7 * number)
        bad = number % 10 == 9
        yield Transfer(
            event_id=f"T{number}",
            occurred_at=at,
            channel="mobile",
            debtor_account=Account(id=f"D{number % 23}"),
            creditor_account=Account(id="MULE" if bad else f"C{number % 31}"),
            amount_minor=8_000_000 if bad else 1_000 + number,
            currency="CNY",
        )
        if bad:
            yield FraudReported(
                event_id=f"F{number}",
                occurred_at=at + timedelta(hours=1),
                transfer_event_id=f"T{number}",
                debtor_account=Account(id=f"D{number % 23}"),
                creditor_account=Account(id="MULE"),
                label="confirmed_fraud",
            )


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    lines = [msgspec.json.encode(event) for event in transfers()]
    lines.insert(5, b'{"type": "transfer"}')
    lines.insert(9, b"not json")
    path.write_bytes(b"\n".join(lines))
    return path


def run(job: ReplayJob) -> Replayed:
    with open_replay(job) as replaying:
        return replaying.run(lambda _: None)


def test_a_replay_counts_what_the_gate_decides_one_by_one(events: Path, tmp_path: Path) -> None:
    replayed = run(ReplayJob(events, "starter", rejects=tmp_path / "rejects.jsonl"))
    pack = load_pack(read_pack("starter"), "starter")
    gate = Gate(pack)
    outcomes: dict[str, int] = dict.fromkeys(replayed.outcomes, 0)
    hits: dict[str, int] = {rule.id: 0 for rule in pack.rules}
    for event in transfers():
        decision = gate.decide(event, trace_id="t", decided_at=START)
        outcomes[decision.outcome.value] += isinstance(event, Transfer)
        for reason in decision.reasons:
            hits[reason.code] += 1
    assert (replayed.events, replayed.payments, replayed.rejected) == (440, 400, 2)
    assert replayed.outcomes == outcomes
    assert replayed.hits == hits
    assert sum(hits.values()) > 0
    assert set(replayed.never_fired) == {rule for rule, count in hits.items() if not count}
    rejects = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [reject["row"] for reject in rejects] == [6, 10]


def test_a_recorded_run_is_proved_by_duckdb(events: Path, tmp_path: Path) -> None:
    record = tmp_path / "run.parquet"
    replayed = run(ReplayJob(events, "starter", record=record))
    verification = verify_run(record, "starter", lambda *_: lambda _: None)
    assert verification.events == replayed.events
    assert not verification.differing
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT outcome, count(*) FILTER (type = 'transfer') FROM read_parquet(?) GROUP BY outcome",
            [str(record)],
        ).fetchall()
        seqs = connection.execute("SELECT min(seq), max(seq) FROM read_parquet(?)", [str(record)]).fetchall()
        types = dict(
            connection.execute(
                "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?))", [str(record)]
            ).fetchall()
        )
    assert {outcome: count for outcome, count in rows if count} == {
        outcome: count for outcome, count in replayed.outcomes.items() if count
    }
    assert seqs == [(1, 440)]
    assert (types["event_id"], types["amount_minor"], types["occurred_at"]) == ("VARCHAR", "BIGINT", "BIGINT")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl", "run.parquet"]


def test_the_score_is_measured_against_the_reports(events: Path) -> None:
    quality = run(ReplayJob(events, "starter", truth=True)).quality
    assert quality is not None
    assert (quality.payments, quality.frauds) == (400, 40)
    assert quality.area_under_curve is not None
    assert quality.area_under_curve > 0.9
    protocol = Protocol(int(START.timestamp()) * 1_000_000, train_days=0, delay_days=0, test_days=1)
    narrowed = run(ReplayJob(events, "starter", truth=True, protocol=protocol)).quality
    assert narrowed is not None
    assert 0 < narrowed.payments < 400


MAPPING = """
zhamen_mapping: 1
event_type: transfer
time_zone: "+08:00"
fields:
  event_id: {row_number: true, prefix: row-}
  occurred_at: time
  debtor_account_id: payer
  creditor_account_id: payee
  amount_minor: {column: amount, unit: major, drop: ","}
  currency: {constant: CNY}
"""


def test_a_csv_file_in_gb18030_is_replayed(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING + "csv: {encoding: gb18030}\n")
    (tmp_path / "p.csv").write_text(
        'time,payer,payee,amount,附言\n2026-03-02 10:00,A,B,"1,234.50",房租\n2026-03-02 10:01,A,B,free,无\n',
        encoding="gb18030",
    )
    replayed = run(ReplayJob(tmp_path / "p.csv", "starter", str(tmp_path / "m.yaml")))
    assert (replayed.payments, replayed.rejected) == (1, 1)


def test_a_payment_message_is_replayed_on_the_packs_clock(tmp_path: Path) -> None:
    message = tmp_path / "m.xml"
    message.write_text(
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><GrpHdr>'
        "<MsgId>M</MsgId><CreDtTm>2026-03-02T20:00:00</CreDtTm></GrpHdr><PmtInf><DbtrAcct><Id><Othr><Id>A</Id>"
        '</Othr></Id></DbtrAcct><CdtTrfTxInf><Amt><InstdAmt Ccy="CNY">5</InstdAmt></Amt><CdtrAcct><Id><Othr>'
        "<Id>B</Id></Othr></Id></CdtrAcct></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>"
    )
    replayed = run(ReplayJob(message, "starter"))
    assert replayed.payments == 1
    assert replayed.first_at == int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()) * 1_000_000


def test_what_cannot_be_opened_or_written_is_said(events: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no mapping named 'handbok'"):
        run(ReplayJob(tmp_path / "p.csv", "handbook", "handbok"))
    with pytest.raises(InputError, match="there is no folder"):
        run(ReplayJob(events, "starter", record=tmp_path / "absent" / "run.parquet"))


def test_a_run_that_breaks_off_leaves_no_record(tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_text("<Document>")
    with pytest.raises(UnreadableFile):
        run(ReplayJob(path, "starter", record=tmp_path / "run.parquet"))
    assert [each.name for each in tmp_path.iterdir()] == ["broken.xml"]


def test_the_command_prints_one_object_with_json(events: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "r.jsonl"
    result = CliRunner().invoke(app, [str(events), "--truth", "--rejects", str(rejects), "--json"])
    assert result.exit_code == 0
    facts = json.loads(result.stdout)
    assert (facts["payments"], facts["rejected"], facts["quality"]["frauds"]) == (400, 2, 40)


def test_the_command_tells_people_what_was_refused_and_what_is_next(events: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "r.jsonl"
    result = CliRunner().invoke(app, [str(events), "--rejects", str(rejects)])
    assert result.exit_code == 0
    assert "invalid_event" in result.stdout
    assert "共拒收 2 行" in result.stdout
    assert "下一步" in result.stdout
    assert "without --records no list is looked up" in " ".join(result.stdout.split())


def test_a_date_that_is_none_is_refused(events: Path) -> None:
    result = CliRunner().invoke(app, [str(events), "--train-from", "soon"])
    assert isinstance(result.exception, InputError)


@pytest.mark.shared
@pytest.mark.slow
def test_the_handbook_week_is_measured_on_the_whole_file() -> None:
    path = SHARED / "handbook/transactions.parquet"
    if not path.exists():
        pytest.skip("the published data sets are not beside the project")
    job = ReplayJob(path, "handbook", "handbook", truth=True, protocol=Protocol(1_532_476_800_000_000))
    replayed = run(job)
    assert (replayed.events, replayed.payments, replayed.rejected) == (1_768_794, 1_754_113, 42)
    assert replayed.quality is not None
    # two payments of 0.00 lie in the published week of 58,264 and are refused
    assert (replayed.quality.payments, replayed.quality.frauds) == (58_262, 385)
    assert replayed.never_fired == ()
