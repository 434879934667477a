"""The life of a record: one table, and two people."""

from datetime import UTC, datetime
from itertools import product

import pytest
from msgspec.structs import replace

from zhamen.core.errors import FourEyes, RecordConflict
from zhamen.records.record import MOVES, Move, Record, Status, check_move
from zhamen.screening.entries import ListKind
from zhamen.screening.subjects import SubjectKind

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CANDIDATE = Record(
    id=7,
    source="branch",
    source_ref="R7",
    version=1,
    latest=True,
    kind=SubjectKind.PHONE,
    masked="+86 138****8000",
    key_version=1,
    list=ListKind.GREY,
    category="phone.scam_caller",
    level=60,
    confidence=80,
    case_number="",
    evidence_hash="",
    names=(),
    status=Status.CANDIDATE,
    in_force_from=None,
    in_force_until=None,
    claimed_from=None,
    claimed_until=None,
    made_at=NOON,
    maker="li",
    checker="",
    legal_basis="反电信网络诈骗法第十八条",
    purpose="anti_fraud",
)


@pytest.mark.parametrize(("status", "move"), list(product(Status, Move)))
def test_a_move_leads_where_the_table_says_or_nowhere(status: Status, move: Move) -> None:
    record, (allowed, result) = replace(CANDIDATE, status=status), MOVES[move]
    if status in allowed:
        assert check_move(record, move, "wang") is result
    else:
        with pytest.raises(RecordConflict, match=f"record 7 is {status}"):
            check_move(record, move, "wang")


def test_nothing_leads_on_from_the_end() -> None:
    for allowed, _ in MOVES.values():
        assert not allowed & {Status.RELEASED, Status.EXPIRED}


def test_only_publishing_needs_another_person() -> None:
    with pytest.raises(FourEyes, match="li made record 7"):
        check_move(CANDIDATE, Move.PUBLISH, "li")
    assert check_move(CANDIDATE, Move.RELEASE, "li") is Status.RELEASED


@pytest.mark.parametrize("move", Move)
def test_an_older_version_is_left_alone(move: Move) -> None:
    with pytest.raises(RecordConflict, match="newer version"):
        check_move(replace(CANDIDATE, latest=False), move, "wang")
