"""How many names are found, on published lists and on altered ones; docs/cards/names.md has the figures."""

import csv
import random
from pathlib import Path

import pytest
from benchmarks.alterations import ALTERATIONS, CHINESE, chinese_names

from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.records.claim import Claim
from zhamen.screening.names.find import NameEntry
from zhamen.screening.names.index import NameIndex
from zhamen.screening.subjects import SubjectKind

SHARED = Path(__file__).parents[3] / "shared" / "data" / "screening"
published = pytest.mark.skipif(
    not SHARED.exists(), reason="the published data sets are not beside the project"
)


@pytest.fixture(scope="module")
def un_list() -> NameIndex:
    batches = read_claims(SHARED / "UN_consolidated.xml", read_feed("un-consolidated"), RejectFile(None))
    claims = [one for batch in batches for one in batch if isinstance(one, Claim) and one.names]
    return NameIndex(NameEntry(at, claim.identifier.kind, claim.names) for at, claim in enumerate(claims))


def column(name: str, size: int | None = None) -> list[str]:
    with (SHARED / name).open(encoding="utf-8") as file:
        return [row["full_name"] for row in csv.DictReader(file)][:size]


@published
@pytest.mark.shared
@pytest.mark.slow
def test_listed_people_are_found_and_others_are_not(un_list: NameIndex) -> None:
    found = sum(bool(un_list.search(name)) for name in column("positives_un_untreated.csv"))
    false = sum(bool(un_list.search(name)) for name in column("negatives_10000.csv", 2_000))
    assert found >= 680
    assert false <= 2


@published
@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("alteration", "least"), [(name, 0.9) for name in ALTERATIONS])
def test_altered_names_of_listed_people_are_found(un_list: NameIndex, alteration: str, least: float) -> None:
    names = [name for name in column("positives_un_untreated.csv") if len(name.split()) > 1][:150]
    draw = random.Random(11)  # noqa: S311  # it has to repeat
    found = [bool(un_list.search(ALTERATIONS[alteration](name, draw))) for name in names]
    assert sum(found) / len(found) >= least


@pytest.mark.parametrize("writing", CHINESE)
def test_chinese_names_are_found_in_every_writing(writing: str) -> None:
    names = chinese_names(200, seed=5)
    index = NameIndex(NameEntry(at, SubjectKind.PERSON, (name,)) for at, name in enumerate(names))
    asked = [(at, text) for at, name in enumerate(names) if (text := CHINESE[writing](name))]
    found = [at in {match.id for match in index.search(text)} for at, text in asked]
    assert len(found) > 50
    assert sum(found) / len(found) >= 0.95
