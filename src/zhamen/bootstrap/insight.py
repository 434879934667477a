"""What is known of the past, joined: decisions searched and made again, accounts, customers, figures."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from zhamen.adapters.packs import find_kept_pack
from zhamen.adapters.sql.views.dashboard import SqlFigures
from zhamen.adapters.sql.views.profiles import SqlProfiles
from zhamen.adapters.sql.views.related import SqlRelatedEntries
from zhamen.adapters.sql.views.search import SqlDecisionSearch
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.gate.gate import Gate
from zhamen.gate.pack import Pack, load_pack
from zhamen.ports.journal import JournalRead
from zhamen.screening.screen import Screen
from zhamen.services.reconsider import Reconsidering

__all__ = ["Insight", "make_insight"]

_PACKS_AT_HAND: Final = 4
_UNUSED: Final = 1 << 20
"""The budget of a state that no event comes to."""


@dataclass
class Insight:
    """The journal and what the views tell of it."""

    journal: JournalRead
    decisions: SqlDecisionSearch
    profiles: SqlProfiles
    figures: SqlFigures
    reconsidering: Reconsidering


def make_insight(
    engine: Engine, journal: JournalRead, pack: Pack, packs: Path, screen: Screen | None = None
) -> Insight:
    """Join what tells of the past.

    Parameters
    ----------
    engine
        Of the work store, where the views are.
    pack
        The one in force.
    packs
        Where the packs of the past are kept.
    screen
        What today's lists are looked up in.
    """

    @cache
    def today() -> Gate:
        return _gate(pack, screen)

    @lru_cache(maxsize=_PACKS_AT_HAND)
    def gate_of(pack_hash: str) -> Gate | None:
        if pack_hash == pack.hash:
            return today()
        text = find_kept_pack(packs, pack_hash)
        return None if text is None else _gate(load_pack(text, pack_hash), None)

    return Insight(
        journal,
        SqlDecisionSearch(engine),
        SqlProfiles(engine, utc_offset_minutes=pack.utc_offset_minutes),
        SqlFigures(engine),
        Reconsidering(journal, SqlRelatedEntries(engine), today, gate_of),
    )


def _gate(pack: Pack, screen: Screen | None) -> Gate:
    return Gate(pack, FeatureState(Plan(pack.definitions), budget_bytes=_UNUSED), screen)
