"""Ways through several accounts, found again: cycles, scatter-gather, chains."""

from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.typologies.past import Past

__all__ = ["chain", "cycle", "ways"]


def cycle(past: Past) -> list[int]:
    """Give the edges of the shortest cycle that the edge closes."""
    edge, chosen = past.edge(past.now), past.settings
    since = past.since(past.now, chosen.window)
    if NOBODY in (edge.debtor, edge.creditor) or past.is_bulk(edge.debtor) or past.is_bulk(edge.creditor):
        return []
    low, high = chosen.cycle_low * edge.amount_minor, chosen.cycle_high * edge.amount_minor
    found, budget = [[past.now]], chosen.cycle_budget
    for path in found:
        if len(path) == chosen.cycle_longest:
            break
        behind = past.behind(path[-1], since=since, limit=budget + 1)
        for number in behind[:budget]:
            other = past.edge(number)
            if not low <= other.amount_minor <= high or not past.is_counted(number, past.now):
                continue
            if other.debtor == edge.creditor:
                return [*path, number]
            if other.debtor not in (edge.debtor, NOBODY) and not past.is_bulk(other.debtor):
                found.append([*path, number])
        if len(behind) > budget:
            break
        budget -= len(behind)
    return []


def ways(past: Past) -> list[int]:
    """Give both legs of each way from the payer with the most ways to the edge's creditor."""
    edge = past.edge(past.now)
    if NOBODY in (edge.debtor, edge.creditor) or past.is_bulk(edge.debtor) or past.is_bulk(edge.creditor):
        return []
    since = past.since(past.now, past.settings.scatter_window)
    ins = past.edges_of(
        edge.creditor, as_debtor=False, before=past.now, since=since, limit=past.settings.most_edges
    )
    found = {payer: [leg, past.now] for payer, leg in _first_legs(past, past.now, since).items()}
    seen = {edge.debtor, NOBODY}
    for number in ins:
        through = past.edge(number).debtor
        if through in seen or past.is_bulk(through) or not past.is_counted(number, past.now):
            continue
        seen.add(through)
        for payer, leg in _first_legs(past, number, since).items():
            if payer in found:
                found[payer] += [leg, number]
    return max(found.values(), key=len, default=[])


def _first_legs(past: Past, second: int, since: int) -> dict[int, int]:
    """Give who may have scattered through a second leg's debtor, each with the newest first leg."""
    final = past.edge(past.now).creditor
    legs = past.behind(second, since=since, limit=past.settings.most_legs)
    found: dict[int, int] = {}
    for leg in legs:
        payer = past.edge(leg).debtor
        if payer in (NOBODY, final) or past.is_bulk(payer) or not past.is_counted(leg, past.now):
            continue
        found.setdefault(payer, leg)
    return found


def chain(past: Past) -> list[int]:
    """Give the longest chain that the edge ends."""
    return _chain_at(past, past.now, {}) if past.is_counted(past.now, past.now) else []


def _chain_at(past: Past, number: int, known: dict[int, list[int]]) -> list[int]:
    """Give the longest chain that an edge ends, as of that edge, the newest first."""
    if number not in known:
        longest: list[int] = []
        for other in _behind(past, number):
            longest = max(longest, _chain_at(past, other, known), key=len)
        known[number] = [number, *longest]
    return known[number]


def _behind(past: Past, number: int) -> list[int]:
    """Give the edges that a chain may come from to an edge."""
    edge, chosen = past.edge(number), past.settings
    if edge.debtor == NOBODY or past.is_bulk(edge.debtor):
        return []
    since = max(past.since(number, chosen.chain_within), number - chosen.chain_memory + 1)
    found = []
    for other in past.behind(number, since=since, limit=chosen.most_edges, now=number):
        before = past.edge(other)
        straight_back = before.debtor != NOBODY and before.debtor == edge.creditor
        enough = chosen.chain_low * before.amount_minor <= edge.amount_minor <= before.amount_minor
        if enough and not straight_back and past.is_counted(other, number):
            found.append(other)
    return found
