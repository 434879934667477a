"""Which bank issued a card, from a table that its operator brings."""

import csv
from pathlib import Path

import pytest

from zhamen.adapters.bins import read_bins
from zhamen.core.errors import InvalidSetting
from zhamen.screening.identifiers.bins import BinTable, Issuer

SHARED = Path(__file__).parents[4] / "shared" / "data" / "identifiers" / "bcbc_bin.csv"


def test_the_longest_beginning_of_the_right_length_counts() -> None:
    table = BinTable([("62", "A", "DC", 19), ("6222", "B", "CC", 16), ("622202", "C", "DC", 19)])
    assert table.issuer("6222020000000000000") == Issuer("C", "DC")
    assert table.issuer("6222990000000000") == Issuer("B", "CC")
    assert table.issuer("6299990000000000000") == Issuer("A", "DC")
    assert table.issuer("4111111111111111") is None
    assert BinTable().issuer("6222") is None


@pytest.mark.parametrize("text", ["", "bin,bank\n1,2\n", "bin,bank,type,length\n1,2,3,x\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "bins.csv").write_text(text)
    with pytest.raises(InvalidSetting, match="ZHAMEN_CARD_BINS"):
        read_bins(str(tmp_path / "bins.csv"))
    with pytest.raises(InvalidSetting):
        read_bins(str(tmp_path / "none.csv"))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the published data sets are absent")
def test_every_published_beginning_is_found() -> None:
    table = read_bins(str(SHARED))
    with SHARED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(table) > 1_650
    assert all(table.issuer(row["bin"].ljust(int(row["length"]), "0")) is not None for row in rows)
