"""What was told of an edge when it was followed, worked out again afterwards."""

from collections import Counter
from math import nan

from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.typologies.evidence import LIMIT, new_payers, passed_through, woken
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.past import Past
from zhamen.networks.typologies.settings import micros
from zhamen.networks.typologies.ways import chain, cycle, ways

__all__ = ["complete_of", "numbers_of"]

_DAY = 86_400_000_000
_COLUMNS = (
    "fan_in",
    "fan_in_sum",
    "fan_out",
    "fan_out_sum",
    "fan_out_largest_share",
    "pass_through_share",
    "gather_scatter",
    "splits",
    "splits_over",
    "idle_days",
    "woken_in_sum",
    "woken_share",
    "new_payers",
    "age_days",
)


def numbers_of(past: Past) -> dict[str, float]:
    """Give the columns of an edge by name, but for ``woken_probe``, ``truncated`` and the patterns.

    They are those that were told, where no look ends at its bound, no account of the edge moved more than a
    thousand times in the window, and nothing else is known of the accounts now.
    """
    edge, told = past.edge(past.now), dict[str, float]()
    for role, account in (("debtor", edge.debtor), ("creditor", edge.creditor)):
        own = dict.fromkeys(_COLUMNS, nan) if account == NOBODY else _of_account(past, account)
        told |= {f"{role}_account_{name}": float(value) for name, value in own.items()}
    counted = past.is_between_parties(past.now)
    return told | {
        "transfer_cycle_length": float(len(cycle(past))) if counted else nan,
        "transfer_scatter_gather": float(len(set(ways(past))) // 2) if counted else nan,
        "transfer_chain_length": float(len(chain(past))) if counted else nan,
    }


def _of_account(past: Past, account: int) -> dict[str, float]:
    chosen = past.settings
    came = [past.edge(one) for one in past.transfers(account, as_debtor=False, limit=LIMIT)]
    paid = [past.edge(one) for one in past.transfers(account, as_debtor=True, limit=LIMIT)]
    payers = {edge.debtor for edge in came} - {NOBODY}
    payees = Counter[int]()
    for edge in paid:
        payees[edge.creditor] += edge.amount_minor
    del payees[NOBODY]
    passed = passed_through(past, account).share
    near = sum(chosen.split_from_minor <= edge.amount_minor < chosen.split_limit_minor for edge in paid)
    over = sum(chosen.split_limit_minor <= edge.amount_minor < chosen.split_over_minor for edge in paid)
    came_sum, paid_sum = (sum(edge.amount_minor for edge in edges) for edges in (came, paid))
    return {
        "fan_in": len(payers),
        "fan_in_sum": came_sum,
        "fan_out": len(payees),
        "fan_out_sum": paid_sum,
        "fan_out_largest_share": _largest_share(past, account, payees, paid_sum),
        "pass_through_share": nan if passed is None else passed,
        "gather_scatter": len(payees) >= chosen.spread_least
        and len(paid) <= chosen.most_edges
        and float(came_sum) >= chosen.covered_share * float(paid_sum)
        and _gathered_first(past, account),
        "splits": near,
        "splits_over": over,
        **_of_waking(past, account),
        **_of_newness(past, account),
    }


def _largest_share(past: Past, account: int, payees: Counter[int], paid_sum: int) -> float:
    chosen, since = past.settings, past.since(past.now, past.settings.window)
    if past.is_bulk(account) or len(payees) < chosen.fan_out_least:
        return nan
    span = {"before": past.now + 1, "since": since, "limit": chosen.most_edges + 1}
    if len(past.edges_of(account, as_debtor=True, **span)) > chosen.most_edges:
        return nan
    return float(max(payees.values())) / float(paid_sum)


def _gathered_first(past: Past, account: int) -> bool:
    """Tell whether an account had many payers when it last came to many payees, of its newest payments."""
    chosen = past.settings
    span = {"before": past.now + 1, "since": 0, "limit": chosen.most_edges}
    for number in past.edges_of(account, as_debtor=True, **span):
        if not past.is_between_parties(number) or past.edge(number).creditor == NOBODY:
            continue
        then = past.as_of(number)
        paid = [then.edge(one).creditor for one in then.transfers(account, as_debtor=True, limit=LIMIT)]
        first = paid.count(then.edge(number).creditor) == 1
        if first and len(set(paid) - {NOBODY}) == chosen.spread_least:
            came = then.transfers(account, as_debtor=False, limit=LIMIT)
            return len({then.edge(one).debtor for one in came} - {NOBODY}) >= chosen.gather_least
    return False


def _of_waking(past: Past, account: int) -> dict[str, float]:
    found = woken(past, account)
    if found.idle is None:
        return dict.fromkeys(("idle_days", "woken_in_sum", "woken_share"), nan)
    moved = [past.edge(number) for number in found.edges]
    came = sum(edge.amount_minor for edge in moved if edge.creditor == account)
    went = sum(edge.amount_minor for edge in moved if edge.debtor == account)
    return {
        "idle_days": float(found.idle) / _DAY,
        "woken_in_sum": came,
        "woken_share": float(min(came, went)) / float(max(came, went, 1)),
    }


def _of_newness(past: Past, account: int) -> dict[str, float]:
    opening = past.opening(account)
    if opening is None:
        return dict.fromkeys(("new_payers", "age_days"), nan)
    age = past.time(past.now) - opening
    young = age < micros(past.settings.young_for)
    return {"new_payers": len(new_payers(past, account)) if young else nan, "age_days": float(age) / _DAY}


def complete_of(past: Past) -> tuple[Typology, ...]:
    """Give the patterns that an edge completed, by `numbers_of` it."""
    edge, told = past.edge(past.now), numbers_of(past)
    found = set[Typology]()
    if edge.debtor != NOBODY and not past.is_bulk(edge.debtor) and past.is_outflow(past.now):
        found |= _of_outflow(past, told)
    if past.is_between_parties(past.now):
        if edge.debtor != NOBODY and not past.is_bulk(edge.debtor):
            found |= _of_debtor(past, told)
        if edge.creditor != NOBODY and not past.is_bulk(edge.creditor):
            found |= _of_creditor(past, told)
        found |= _of_ways(past, told)
    return tuple(sorted(found))


def _of_outflow(past: Past, told: dict[str, float]) -> set[Typology]:
    chosen = past.settings
    holds = {
        Typology.PASS_THROUGH: told["debtor_account_pass_through_share"] >= chosen.pass_share,
        Typology.WOKEN: told["debtor_account_woken_in_sum"] >= chosen.woken_sum_minor
        and told["debtor_account_woken_share"] >= chosen.woken_share,
    }
    return {typology for typology, held in holds.items() if held}


def _of_debtor(past: Past, told: dict[str, float]) -> set[Typology]:
    chosen, share = past.settings, told["debtor_account_fan_out_largest_share"]
    near, over = told["debtor_account_splits"], told["debtor_account_splits_over"]
    holds = {
        Typology.FAN_OUT: told["debtor_account_fan_out"] >= chosen.fan_out_least
        and not share > chosen.largest_share,
        Typology.GATHER_SCATTER: told["debtor_account_gather_scatter"] == 1,
        Typology.SPLITTING: near >= chosen.split_least and over < chosen.split_over_share * (near + over),
    }
    return {typology for typology, held in holds.items() if held}


def _of_creditor(past: Past, told: dict[str, float]) -> set[Typology]:
    chosen = past.settings
    holds = {
        Typology.FAN_IN: told["creditor_account_fan_in"] >= chosen.fan_in_least
        and told["creditor_account_fan_in_sum"] >= chosen.fan_in_sum_minor,
        Typology.NEW_PAYERS: told["creditor_account_new_payers"] >= chosen.new_payers_least,
    }
    return {typology for typology, held in holds.items() if held}


def _of_ways(past: Past, told: dict[str, float]) -> set[Typology]:
    chosen = past.settings
    holds = {
        Typology.CYCLE: told["transfer_cycle_length"] >= chosen.cycle_least,
        Typology.SCATTER_GATHER: told["transfer_scatter_gather"] >= chosen.scatter_least,
        Typology.CHAIN: told["transfer_chain_length"] >= chosen.chain_least,
    }
    return {typology for typology, held in holds.items() if held}
