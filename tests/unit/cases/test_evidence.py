"""Files are known by what they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.cases.evidence import MEDIA_TYPES, media_type_of, plain_name
from zhamen.core.errors import UnreadableFile

GOOD = [
    (b"%PDF-1.4\n", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n....", "image/png"),
    (b"\xff\xd8\xff\xe0", "image/jpeg"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
    (b"ID3\x04", "audio/mpeg"),
    ("聊天记录\n".encode(), "text/plain"),
]


@pytest.mark.parametrize(("content", "media_type"), GOOD)
def test_every_allowed_type_is_known(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type
    assert media_type in MEDIA_TYPES


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", b"\x7fELF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"text with \x00", b"\xff\xfe\x00a"],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        media_type_of(content)


@given(st.text(max_size=300))
def test_a_plain_name_leads_nowhere(name: str) -> None:
    plain = plain_name(name)
    assert 0 < len(plain) <= 120
    assert not set(plain) & set('/\\"<>|:*?\n\r\x00')
    assert plain not in (".", "..")
    assert plain_name(plain) == plain
