"""`zhamen groups`: many that pay the same many, found in a data folder and written as a list to import."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.journal import SqliteJournal
from zhamen.cli.groups import app
from zhamen.core.errors import InputError
from zhamen.core.identifiers import mask
from zhamen.events.model import AnyEvent
from zhamen.records.claim import Claim
from zhamen.testing import NOON, decide_as, enter_as

SOURCES = ("6222020200110000001", "6222020200110000002")
TARGETS = ("6222020200110000011", "6222020200110000012")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two that pay the same two, and one that pays one of them."""
    paid = [(source, target) for source in SOURCES for target in TARGETS] + [
        ("6222020200110000099", TARGETS[0])
    ]
    journal = SqliteJournal(tmp_path / "journal.db")
    for seq, (debtor, creditor) in enumerate(paid, 1):
        event: Any = msgspec.convert(
            {
                "event_id": f"T{seq}",
                "type": "transfer",
                "occurred_at": NOON.isoformat(),
                "debtor_account": {"id": debtor},
                "creditor_account": {"id": creditor},
                "amount_minor": 100_00,
                "currency": "CNY",
            },
            AnyEvent,
        )
        journal.append([enter_as(seq, event, decide_as(event))])
    journal.close()
    return tmp_path


def run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--data-dir", str(folder)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_a_group_is_told_masked(folder: Path) -> None:
    told = run(folder)
    assert f"{', '.join(map(mask, SOURCES))} → {', '.join(map(mask, TARGETS))}  100%" in told
    assert all(number not in told for number in (*SOURCES, *TARGETS))
    assert "zhamen groups --out groups.csv" in told


def test_its_list_can_be_imported(folder: Path) -> None:
    out = folder / "groups.csv"
    facts = json.loads(run(folder, "--out", str(out), "--json"))
    assert facts["账户 accounts"] == 4
    batches = read_claims(out, read_feed("network-groups"), RejectFile(None))
    claims = [one for batch in batches for one in batch if isinstance(one, Claim)]
    assert len(claims) == 4
    assert {claim.list.value for claim in claims} == {"grey"}
    assert all(claim.expires_at and (claim.expires_at - NOON).days == 30 for claim in claims)
    with pytest.raises(InputError, match="already"):
        run(folder, "--out", str(out))


def test_a_journal_without_payments_has_none(tmp_path: Path) -> None:
    SqliteJournal(tmp_path / "journal.db").close()
    assert json.loads(run(tmp_path, "--json"))["账户群 groups"] == 0
