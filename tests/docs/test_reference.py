"""Generated pages are fresh, and what the documentation promises exists."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def load_reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = load_reference()


@pytest.mark.parametrize("page", REFERENCE.PAGES)
def test_generated_page_is_fresh(page: str) -> None:
    written = (DOCS / "reference" / page).read_text(encoding="utf-8")
    assert written == REFERENCE.render(page), "run `make docs`"


def test_every_dependency_has_its_reason_and_no_other_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^a-z0-9-]", name)[0] for name in project["dependencies"]}
    table = (DOCS / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| ([a-z0-9-]+) \|", table, re.M)) == declared


def test_every_room_is_on_the_floor_plan() -> None:
    source = ROOT / "src" / "zhamen"
    rooms = {path.stem for path in source.iterdir() if path.stem not in ("__init__", "__pycache__", "py")}
    plan = (DOCS / "explanation" / "floor-plan.md").read_text(encoding="utf-8")
    table = plan.partition("| Floor |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+)`", table.split("|---|---|---|")[1])) >= rooms


def test_every_decision_record_is_in_the_index() -> None:
    index = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
    records = sorted(path.name for path in (DOCS / "adr").glob("[0-9]*.md"))
    assert records
    assert [name for name in records if f"({name})" not in index] == []


def test_no_link_between_pages_is_broken() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
