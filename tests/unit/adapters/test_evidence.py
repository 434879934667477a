"""A file of evidence is whole or not there, and never changed."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhamen.adapters.evidence import EvidenceFiles
from zhamen.core.errors import CaseNotFound, StoreUnavailable


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(st.binary(max_size=2_000))
def test_what_is_kept_comes_back_under_its_hash(tmp_path: Path, content: bytes) -> None:
    files = EvidenceFiles(tmp_path)
    address = files.put(content)
    assert address == hashlib.sha256(content).hexdigest()
    assert files.get(address) == content


def test_the_same_file_is_kept_once_and_nothing_else_is_left(tmp_path: Path) -> None:
    files = EvidenceFiles(tmp_path)
    address = files.put(b"a")
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert files.put(b"a") == address
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [path]


def test_a_changed_file_is_not_given(tmp_path: Path) -> None:
    files = EvidenceFiles(tmp_path)
    address = files.put(b"a")
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    path.write_bytes(b"b")
    with pytest.raises(StoreUnavailable, match="not what was kept"):
        files.get(address)
    with pytest.raises(StoreUnavailable, match="not what was kept"):
        files.put(b"a")


@pytest.mark.parametrize("address", ["0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 63])
def test_what_is_no_address_leads_nowhere(tmp_path: Path, address: str) -> None:
    with pytest.raises(CaseNotFound):
        EvidenceFiles(tmp_path).get(address)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        EvidenceFiles(tmp_path / "taken").put(b"a")
