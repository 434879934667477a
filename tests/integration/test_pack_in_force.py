"""A pack that comes into force stands in the audit trail, before it decides and once."""

from pathlib import Path

from zhamen.bootstrap.opening import open_gatehouse
from zhamen.core.audit import AuditEntry
from zhamen.settings import read_settings


def opened(folder: Path, pack: str) -> list[AuditEntry]:
    """Open and close a gate; give the packs that were put in force until then."""
    settings = read_settings({}, {"data_dir": folder, "pack": pack, "projector": False})
    with open_gatehouse(settings, lambda answers: answers()) as house:
        entries = list(house.trails.by_chain["work"].read("work"))
        assert entries[-1].detail["hash"] == house.pack.hash
    return [entry for entry in entries if entry.act == "put-pack-in-force"]


def test_a_pack_is_noted_when_it_is_another_than_before(tmp_path: Path) -> None:
    (first,) = opened(tmp_path, "starter")
    assert (first.subject, first.detail["after_seq"]) == ("pack/starter", 0)
    assert opened(tmp_path, "starter") == [first]
    assert [entry.subject for entry in opened(tmp_path, "handbook")] == ["pack/starter", "pack/handbook"]
