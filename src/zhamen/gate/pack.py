"""From the text of a pack to a pack that can be used, or to everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zhamen.core.instants import parse_width
from zhamen.core.money import minor_digits
from zhamen.events.fields import FIELDS, Kind, Unit
from zhamen.expressions.types import EVENT_SCOPE, FLAG, PLAIN, Type
from zhamen.features.definitions import Definitions
from zhamen.gate.contents import Pack, hash_of
from zhamen.gate.decision import Bilingual
from zhamen.gate.listuse import ListUse
from zhamen.gate.packfile.features import FeatureReader
from zhamen.gate.packfile.layout import PackFile
from zhamen.gate.packfile.lists import check_lists_used, read_lists
from zhamen.gate.packfile.marked import read_yaml
from zhamen.gate.packfile.measured import Measured
from zhamen.gate.packfile.policies import build_policy
from zhamen.gate.packfile.problems import Problems
from zhamen.gate.packfile.reading import read_fields
from zhamen.gate.packfile.rules import RuleReader, read_scorecards
from zhamen.gate.packfile.series import build_quantities, build_series
from zhamen.gate.packfile.wording import check_chinese
from zhamen.networks.names import NETWORK_NAMES
from zhamen.rules.rule import Scorecard

__all__ = ["Pack", "load_pack"]

Sections = Mapping[str, Any]
"""The sound fields of a pack file; those that are not sound are absent."""


def load_pack(text: str, origin: str = "") -> Pack:
    """Read and check a pack as a whole.

    Parameters
    ----------
    text
        One YAML document; docs/reference/pack-format.md describes it.
    origin
        The name of the file, for the messages.

    Raises
    ------
    InvalidPack
        Its ``problems`` hold everything found, each ``file:line: where: what; what to do``.

    Notes
    -----
    Every rule is run on its own examples. The order of what the gate answers is the order of the
    pack.
    """
    problems = Problems(origin)
    sections = read_fields(PackFile, read_yaml(text, problems), (), problems)
    _check_header(sections, problems)
    measured = _measure(sections, problems)
    features = FeatureReader(measured, problems)
    features.read(sections.get("features", ()))
    measured.check_use()
    cards, bands = read_scorecards(sections.get("scorecards", ()), problems)
    lists = read_lists(sections.get("lists", {}), features.features, problems)
    rules = _rule_reader(measured, features, cards, lists, problems)
    rules.read(sections.get("rules", ()))
    check_lists_used(lists, rules.rules.values(), problems)
    if "policy" in sections:
        currency = sections.get("currency", "CNY")
        policy = build_policy(sections["policy"], currency, rules, bands, problems)
    problems.stop_if_any()
    file = PackFile(**sections)
    offset = _minutes(file.utc_offset)
    pack = Pack(
        name=file.name,
        version=file.version,
        hash="",
        title=Bilingual(file.title.zh, file.title.en),
        currency=file.currency,
        utc_offset_minutes=offset,
        definitions=Definitions(
            tuple(measured.series.values()),
            tuple(measured.quantities.values()),
            tuple(features.features.values()),
            parse_width(file.allowed_lateness),
            offset,
        ),
        feature_docs=features.docs,
        rules=tuple(rules.rules.values()),
        scorecards=tuple(cards.values()),
        policy=policy,
        lists=lists,
    )
    return replace(pack, hash=hash_of(pack))


def _check_header(sections: Sections, problems: Problems) -> None:
    if "title" in sections:
        check_chinese(sections["title"].zh, ("title", "zh"), problems)
    if sections.get("allowed_lateness") == "ever":
        problems.add(("allowed_lateness",), "no pack can wait for ever", "give a width such as 1d")
    currency = sections.get("currency", "CNY")
    if minor_digits(currency) != 2:
        problems.add(("currency",), f"{currency} has {minor_digits(currency)} decimals", "money() needs two")


def _measure(sections: Sections, problems: Problems) -> Measured:
    series = build_series(sections.get("series", {}), problems)
    quantities = build_quantities(sections.get("quantities", {}), series, problems)
    return Measured(series, quantities, problems)


def _rule_reader(
    measured: Measured,
    features: FeatureReader,
    cards: Mapping[str, Scorecard],
    lists: tuple[ListUse, ...],
    problems: Problems,
) -> RuleReader:
    scope = {**EVENT_SCOPE, **{name: doc.type for name, doc in features.docs.items()}}
    known_on = {name: field.event_types for name, field in FIELDS.items()}
    known_on |= {name: measured.known_on(feature) for name, feature in features.features.items()}
    for name, word in NETWORK_NAMES.items():
        scope[name] = Type(Kind.NUMBER, Unit.MONEY if word.unit == "minor" else Unit.NONE)
        known_on[name] = FIELDS["debtor_id" if name.startswith("debtor") else "creditor_agent_id"].event_types
    for use in lists:
        scope |= dict(zip(use.names, (FLAG, PLAIN), strict=True))
        known_on |= dict.fromkeys(use.names, FIELDS[use.of].event_types)
    return RuleReader(scope, known_on, cards, problems)


def _minutes(offset: str) -> int:
    """Read ``+08:00`` as minutes east of UTC."""
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    return -minutes if offset[0] == "-" else minutes
