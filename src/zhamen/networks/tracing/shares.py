"""How much of what leaves an account is traced money, by the rules that go by amount."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.holdings import end_of_queue, paid
from zhamen.networks.graph.layout import E_AMOUNT, E_PAID, E_PLACE
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.tracing.layout import FORWARD, RULE
from zhamen.networks.tracing.rules import Rule

__all__ = ["share"]

_HAIRCUT = int(Rule.HAIRCUT)
_LIBR = int(Rule.LIBR)


@inlined
def share(graph: Words, slots: Words, state: Words, edge: int, amount: int, traced: int) -> int:
    """Give the traced part of `amount`, which an edge moves beside what it gives back.

    Of `traced` in the account it leaves. Never more than either.
    """
    most = min(amount, traced)
    if most <= 0 or state[RULE] not in (_HAIRCUT, _LIBR):
        return max(0, most)
    balance = _balance(graph, slots, state, edge)
    balance -= graph[record_of(graph, edge) + E_AMOUNT] - amount
    if traced >= balance or amount >= balance:
        return most
    if state[RULE] == _LIBR:
        return min(most, max(0, traced - (balance - amount)))
    return min(most, _part(amount, traced, balance))


@inlined
def _balance(graph: Words, slots: Words, state: Words, edge: int) -> int:
    """Give what the account held before an edge; backward, what it held after."""
    record = record_of(graph, edge)
    if state[FORWARD] != 0:
        row = row_of(graph, debtor_of(graph, record))
        begin, end = graph[record + E_PAID], end_of_queue(graph, slots, row, edge)
        return max(graph[record + E_AMOUNT], end - begin)
    row = row_of(graph, creditor_of(graph, record))
    gone = paid(graph, slots, row, edge + 1)
    return max(graph[record + E_AMOUNT], graph[record + E_PLACE] + graph[record + E_AMOUNT] - gone)


@inlined
def _part(amount: int, traced: int, balance: int) -> int:
    """Give ``amount * traced // balance`` where the product is beyond 64 bits; amount is below balance."""
    quotient, rest = 0, 0
    for bit in range(62, -1, -1):
        quotient <<= 1
        rest <<= 1
        if rest >= balance:
            rest -= balance
            quotient += 1
        if (amount >> bit) & 1:
            rest += traced
            if rest >= balance:
                rest -= balance
                quotient += 1
    return quotient
