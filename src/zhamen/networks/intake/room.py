"""Whether an event can be taken: asked once, before anything is changed by it."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import LIVE_WORDS, TABLE_LIVE
from zhamen.networks.graph.checks import used_words
from zhamen.networks.graph.layout import ACCOUNTS
from zhamen.networks.graph.layout import BUDGET as GRAPH_BUDGET
from zhamen.networks.links.notes import has_room as has_room_for_links
from zhamen.networks.typologies.layout import BUDGET, FULL, ROW_WORDS

__all__ = ["has_room"]


@inlined
def has_room(graph: Words, typologies: Words, links: Words) -> bool:
    """Tell whether no budget is used up; what one event needs more, each memory has behind its budget.

    Open cases never stop an event: where they have no room, the oldest of them end.
    """
    if used_words(graph) > graph[GRAPH_BUDGET] or not has_room_for_links(links):
        return False
    rows = graph[ACCOUNTS + TABLE_LIVE] * ROW_WORDS
    return typologies[FULL] == 0 and max(rows, typologies[LIVE_WORDS]) <= typologies[BUDGET]
