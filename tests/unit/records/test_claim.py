"""What a source may say."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.errors import InputError
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CLAIM = Claim(
    identify(SubjectKind.PHONE, "13800138000"), ListKind.GREY, category("phone.scam_caller"), 60, 80
)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"level": 101}, "level is 101"),
        ({"level": -1}, "level is -1"),
        ({"confidence": 101}, "confidence is 101"),
        ({"effective_from": NOON, "expires_at": NOON}, "expires before it begins"),
        ({"source_ref": "x" * 201}, "longer than 200"),
        ({"case_number": "x" * 201}, "longer than 200"),
        ({"source_ref": "a\0b"}, "control characters"),
        ({"case_number": "a\nb"}, "control characters"),
        ({"names": ("张三", "half \ud800")}, "control characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_says_why(said: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        replace(CLAIM, **said)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200))
def test_every_other_text_is_kept(text: str) -> None:
    assert replace(CLAIM, case_number=text, names=(text,)).case_number == text


def test_a_claim_prints_nothing_that_identifies() -> None:
    assert "13800138000" not in repr(CLAIM)
