"""How fast files of sources become claims, beside the csv, phonenumbers and idna libraries in a plain loop.

The made-up lists are of one kind of subject each; the plain loop gives the canonical form only, ours
also the mask and everything else that a claim holds.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

import idna
import phonenumbers
from stdnum import luhn

from benchmarks.result import Result
from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey
from zhamen.services.import_records import import_records

__all__ = ["run"]

_ROWS: Final = int(os.environ.get("RECORDS", "100000"))
_ROUNDS: Final = 3
_NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
_HEADER: Final = "reference,kind,identifier,category,effective_from\n"


def run() -> list[Result]:
    """Measure reading, and the import of a list that cautions the public."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        accounts = _table(folder / "accounts.csv", "account", lambda at: 6222020000000000000 + at * 7)
        cards = _table(folder / "cards.csv", "card", _card)
        phones = _table(folder / "phones.csv", "phone", lambda at: 13000000000 + at * 7_919)
        hosts = folder / "hosts.txt"
        hosts.write_text("".join(f"pay{at}.bank-{at % 97}.example\n" for at in range(_ROWS)))
        reports = "branch-reports"
        return [
            _reading("FEEDS-01", "accounts, CSV", (accounts, reports), "csv", _plain(str)),
            _reading("FEEDS-02", "cards, CSV", (cards, reports), "csv + stdnum", _plain(_checked)),
            _reading("FEEDS-03", "phones, CSV", (phones, reports), "csv + phonenumbers", _plain(_e164)),
            _reading("FEEDS-04", "hosts, a line each", (hosts, "scam-domains"), "idna", _plain_hosts),
            *_public(folder, accounts),
        ]


def _table(path: Path, kind: str, number: Callable[[int], int]) -> Path:
    rows = (f"R{at},{kind},{number(at)},mule.seller,2026-11-02T08:{at % 60:02}:00\n" for at in range(_ROWS))
    path.write_text(_HEADER + "".join(rows))
    return path


def _card(at: int) -> int:
    body = f"62220202{at:010}"
    return int(f"{body}{luhn.calc_check_digit(body)}")


def _reading(
    scenario: str, title: str, given: tuple[Path, str], peer: str, plain: Callable[[Path], Iterator[str]]
) -> Result:
    path, source = given
    ours = theirs = float("inf")
    for _ in range(_ROUNDS):
        started = perf_counter()
        batches = read_claims(path, read_feed(source), RejectFile(None))
        found = [one.identifier.canonical for batch in batches for one in batch if isinstance(one, Claim)]
        ours = min(ours, perf_counter() - started)
        started = perf_counter()
        expected = list(plain(path))
        theirs = min(theirs, perf_counter() - started)
        assert found == expected
    return Result(scenario, f"{_ROWS:,} {title}, to claims", _ROWS / ours, "claims/s", {peer: theirs / ours})


def _plain(canonical: Callable[[str], str]) -> Callable[[Path], Iterator[str]]:
    def read(path: Path) -> Iterator[str]:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                datetime.fromisoformat(row["effective_from"])
                yield canonical(row["identifier"])

    return read


def _checked(number: str) -> str:
    assert luhn.is_valid(number)
    return number


def _e164(number: str) -> str:
    parsed = phonenumbers.parse(number, "CN")
    assert phonenumbers.is_possible_number(parsed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _plain_hosts(path: Path) -> Iterator[str]:
    with path.open() as file:
        for line in file:
            yield idna.encode(line.strip(), uts46=True).decode()


def _public(folder: Path, path: Path) -> list[Result]:
    """Import a list of the police twice: for every subject a tag is made, and found the second time."""
    secrets = KeyRing({1: bytes(32)}), ObliviousKey(bytes(32))
    store = SqlRecords(open_engine(f"sqlite:///{folder}/records.db"), *secrets)
    feed = read_feed("police-accounts")
    rates = []
    for _ in range(2):
        started = perf_counter()
        claims = read_claims(path, feed, RejectFile(None))
        import_records(store, feed.source, claims, actor=Actor("bench"), clock=lambda: _NOON)
        rates.append(60 * _ROWS / (perf_counter() - started))
    store.close()
    title = f"{_ROWS:,} records that caution the public, imported into SQLite"
    return [
        Result("FEEDS-05", title, rates[0], "records/min", note="a tag made of each"),
        Result("FEEDS-06", f"{title} again", rates[1], "records/min"),
    ]
