"""The published JSON Schema is the one that the check is made from."""

import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

from zhamen.events.fields import FIELDS
from zhamen.features.roles import ROLES
from zhamen.gate.schema import pack_schema

PUBLISHED = Path(__file__).parents[3] / "docs" / "reference" / "pack.schema.json"
SCHEMA: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(pack_schema()))
DEFINITIONS = SCHEMA["$defs"]


def test_the_published_schema_is_up_to_date() -> None:
    assert msgspec.json.decode(PUBLISHED.read_bytes()) == SCHEMA, "run `make docs`"


def test_editors_can_offer_roles_and_fields() -> None:
    assert DEFINITIONS["FeatureEntry"]["properties"]["role"]["anyOf"][0]["enum"] == sorted(ROLES)
    assert DEFINITIONS["QuantityEntry"]["properties"]["of"]["anyOf"][0]["enum"] == sorted(FIELDS)


def test_unknown_fields_are_refused_by_the_schema_too() -> None:
    objects = [each for each in DEFINITIONS.values() if "properties" in each]
    assert len(objects) > 10
    assert all(each["additionalProperties"] is False for each in objects)


def fits(form: dict[str, Any], entry: dict[str, Any]) -> bool:
    """Do what a validator does with one choice of the schema."""
    refused = [choice["required"][0] for choice in form["not"]["anyOf"]]
    return all(name in entry for name in form["required"]) and not any(name in entry for name in refused)


def test_each_feature_is_exactly_one_choice_of_the_schema(small: str) -> None:
    forms = DEFINITIONS["PackFile"]["properties"]["features"]["items"]["oneOf"]
    for entry in yaml.safe_load(small)["features"]:
        assert [fits(form, entry) for form in forms].count(True) == 1


def test_patterns_mean_the_same_in_browsers() -> None:
    patterns = re.findall(r'"pattern":"([^"]*)"', msgspec.json.encode(SCHEMA).decode())
    assert patterns
    assert not [pattern for pattern in patterns for odd in ("\\Z", "\\A", "(?P") if odd in pattern]


def test_every_field_is_in_the_reference() -> None:
    page = PUBLISHED.with_name("pack-format.md").read_text(encoding="utf-8")
    fields = {field for each in DEFINITIONS.values() for field in each.get("properties", {})}
    assert {field for field in fields if not re.search(rf"(`|^## ){field}\b", page, re.M)} == set()
