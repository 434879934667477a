"""Keys are the same for the same subject and secret, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.errors import InvalidSetting
from zhamen.screening.keys import KeyRing
from zhamen.screening.subjects import Identifier, SubjectKind

_RING = KeyRing({1: b"a" * 32, 2: b"b" * 32})


def _subject(kind: SubjectKind, text: str) -> Identifier:
    return Identifier(kind, text, "****")


@given(st.sampled_from(SubjectKind), st.lists(st.text(max_size=40)))
def test_many_at_once_have_the_keys_of_one_by_one(kind: SubjectKind, texts: list[str]) -> None:
    texts = [text.encode(errors="replace").decode() for text in texts]
    rows = _RING.keys_of(kind, texts)
    assert [bytes(row) for row in rows] == [_RING.key_of(_subject(kind, text)) for text in texts]
    assert rows.shape == (len(texts), 16)


def test_kinds_versions_and_texts_have_keys_of_their_own() -> None:
    keys = [
        key
        for kind in SubjectKind
        for text in ("1", "2", "12")
        for key in _RING.keys_to_ask(_subject(kind, text))
    ]
    assert len(set(keys)) == len(keys) == 60


def test_a_record_is_written_under_the_newest_version_and_asked_for_under_all() -> None:
    subject = _subject(SubjectKind.ACCOUNT, "622202")
    assert _RING.keys_to_ask(subject)[0] == _RING.key_of(subject)
    assert _RING.keys_to_ask(subject)[1] == KeyRing({1: b"a" * 32}).key_of(subject)


def test_an_identifier_does_not_tell_its_number_when_printed() -> None:
    assert "622202" not in repr(_subject(SubjectKind.ACCOUNT, "622202"))


@pytest.mark.parametrize(
    "secrets", [{}, {0: b"a" * 32}, {1: b"short"}, {1: b"a" * 65}, {1: b"a" * 32, 2: b"a" * 32}]
)
def test_a_ring_that_protects_nothing_is_refused(secrets: dict[int, bytes]) -> None:
    with pytest.raises(InvalidSetting):
        KeyRing(secrets)
