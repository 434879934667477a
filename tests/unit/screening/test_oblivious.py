"""An application learns the tag of its number and nothing else; the server learns nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InputError, InvalidSetting
from zhamen.screening.oblivious import (
    POINT_BYTES,
    TAG_BYTES,
    ObliviousKey,
    blind,
    point_of,
    tag_from,
    unblind,
)
from zhamen.screening.subjects import Identifier, SubjectKind

SERVER = ObliviousKey(bytes(range(32)))
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
IDENTIFIERS = st.builds(
    Identifier, st.sampled_from(SubjectKind), st.text(min_size=1, max_size=40), st.just("****")
)
BLINDINGS = st.integers(1, ORDER - 1)


@given(IDENTIFIERS, BLINDINGS)
@settings(deadline=None)
def test_an_application_learns_the_tag_that_the_store_holds(identifier: Identifier, blinding: int) -> None:
    point = point_of(identifier)
    answer = SERVER.multiple(blind(point, blinding))
    assert tag_from(point, unblind(answer, blinding)) == SERVER.tag_of(identifier)
    assert (len(point), len(answer), len(SERVER.tag_of(identifier))) == (POINT_BYTES, POINT_BYTES, TAG_BYTES)


@given(IDENTIFIERS, BLINDINGS, IDENTIFIERS)
@settings(deadline=None)
def test_what_is_sent_may_be_any_number(one: Identifier, blinding: int, other: Identifier) -> None:
    """Whatever was asked, some blinding makes the same message from another identifier's multiple."""
    sent = blind(point_of(one), blinding)
    assert sent != point_of(one) or blinding in (1, ORDER - 1)
    assert blind(point_of(one), ORDER - blinding) == sent
    if one != other:
        assert blind(point_of(other), blinding) != sent


def test_each_secret_gives_other_tags() -> None:
    phone = Identifier(SubjectKind.PHONE, "+8613800138000", "****")
    assert ObliviousKey(b"a" * 32).tag_of(phone) != ObliviousKey(b"b" * 32).tag_of(phone)
    assert SERVER.tag_of(phone) == ObliviousKey(bytes(range(32))).tag_of(phone)


def test_each_kind_gives_other_tags() -> None:
    one = [SERVER.tag_of(Identifier(kind, "13800138000", "****")) for kind in SubjectKind]
    assert len(set(one)) == len(SubjectKind)


@pytest.mark.parametrize("sent", [b"", b"\x00" * 31, b"\xff" * 32, b"\x01" * 33, b"\x00" * 31 + b"\x01"])
def test_what_is_no_point_is_refused(sent: bytes) -> None:
    with pytest.raises(InputError, match="none of P-256"):
        SERVER.multiple(sent)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="32 bytes"):
        ObliviousKey(b"short")
