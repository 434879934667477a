"""What units forms offer: the highest of somebody's part, and not thousands."""

from zhamen.console.units import path_of, unit_names, units_offered
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Level, Organisation, Unit

HEAD = Unit(code="HQ", level=Level.HEAD_OFFICE, zh="总行", en="Head Office")
REGIONS = [Unit(code=f"R{at}", level=Level.REGION, parent="HQ", zh=f"{at}行", en=f"R{at}") for at in (1, 2)]
OUTLETS = [
    Unit(code=f"O{at:03}", level=Level.OUTLET, parent="R1", zh=f"{at}点", en=f"O{at}") for at in range(150)
]
BANK = Organisation([HEAD, *REGIONS, *OUTLETS])


def test_the_highest_are_offered_first_and_a_hundred_at_most() -> None:
    offered = units_offered(BANK, Scope("HQ"), "zh")
    assert offered[:4] == [("HQ", "总行"), ("R1", "1行"), ("R2", "2行"), ("O000", "0点")]
    assert len(offered) == 100


def test_those_of_another_part_are_not_offered() -> None:
    assert units_offered(BANK, Scope("HQ/R2"), "en") == [("R2", "R2")]
    assert [code for code, _ in units_offered(BANK, Scope("HQ/R1/O007"), "zh")] == ["O007"]


def test_what_is_typed_is_a_code_or_a_path() -> None:
    assert path_of(BANK, "O007") == "HQ/R1/O007"
    assert path_of(BANK, "HQ/R1") == "HQ/R1"
    assert unit_names(BANK, "en")("HQ/R9") == "HQ/R9"
