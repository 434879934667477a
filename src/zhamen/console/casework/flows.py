"""How money went in a case, drawn from left to right."""

from collections.abc import Iterable, Sequence

from zhamen.cases.alert import Alert
from zhamen.core.money import grouped
from zhamen.services.traced import TraceShown

__all__ = ["Flow", "cells_of", "flows_of", "flows_traced"]

Flow = tuple[str, str, int, str]
"""Who paid, who was paid, the amount in minor units, and its currency."""

_AGAIN = " ↺"


def flows_of(alerts: Iterable[Alert]) -> list[Flow]:
    """Give what the payments of some alerts come to, by payer and payee, in the order of their first.

    A payment of which there are several alerts counts once. Money that comes back to where it was before
    goes to a mark of its own, so that a picture that cannot show circles shows it too.
    """
    seen: set[str] = set()
    sums: dict[tuple[str, str, str], int] = {}
    reached: dict[str, set[str]] = {}
    for alert in sorted(alerts, key=lambda one: (one.occurred_at, one.id)):
        if not (alert.payment and alert.amount_minor and alert.debtor and alert.creditor):
            continue
        if alert.payment in seen:
            continue
        seen.add(alert.payment)
        payer, payee = alert.debtor, alert.creditor
        if payer == payee or payer in reached.get(payee, ()):
            payee += _AGAIN
        else:
            beyond = {payee} | reached.get(payee, set())
            for one in [payer, *(name for name, after in reached.items() if payer in after)]:
                reached.setdefault(one, set()).update(beyond)
        key = (payer, payee, alert.currency)
        sums[key] = sums.get(key, 0) + alert.amount_minor
    return [(payer, payee, minor, currency) for (payer, payee, currency), minor in sums.items()]


def cells_of(flows: Iterable[Flow]) -> list[list[dict[str, object]]]:
    """Give flows as the rows of a picture's table."""
    return [
        [{"text": payer}, {"text": payee}, {"text": grouped(minor, currency), "value": minor}]
        for payer, payee, minor, currency in flows
    ]


def flows_traced(shown: TraceShown, labels: Sequence[str]) -> list[Flow]:
    """Give what the transfers of a trace come to, between its places by their labels."""
    sums: dict[tuple[str, str], int] = {}
    for one in shown.transfers:
        key = labels[one.source], labels[one.target]
        sums[key] = sums.get(key, 0) + one.carried_minor
    return [(payer, payee, minor, shown.currency) for (payer, payee), minor in sums.items()]
