"""What is told of an edge: a row of columns, in the order of their names."""

from zhamen.features.compiled import Floats, Words, inlined
from zhamen.networks.graph.layout import E_TIME, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.chains import chain_at
from zhamen.networks.typologies.cycles import cycle_length
from zhamen.networks.typologies.gathering import scatter_gather
from zhamen.networks.typologies.layout import (
    LOWER,
    R_FANS,
    R_IN_SUM,
    R_LARGE,
    R_OUT_SUM,
    R_SPLITS,
    W_IDLE,
    W_IN,
    W_OUT,
    W_PROBE,
)
from zhamen.networks.typologies.names import (
    ACCOUNT_COLUMNS,
    C_AGE,
    C_FAN_IN,
    C_FAN_IN_SUM,
    C_FAN_OUT,
    C_FAN_OUT_SUM,
    C_GATHERED,
    C_IDLE,
    C_LARGEST_SHARE,
    C_NEW_PAYERS,
    C_PASSED,
    C_PROBE,
    C_SPLITS,
    C_SPLITS_OVER,
    C_WOKEN_IN,
    C_WOKEN_SHARE,
    CHAIN,
    CREDITOR,
    CYCLE,
    DEBTOR,
    SCATTER_GATHER,
    TRUNCATED,
)
from zhamen.networks.typologies.newness import NOT_TOLD, age, is_young
from zhamen.networks.typologies.passing import NOTHING, pass_through
from zhamen.networks.typologies.rows import is_bulk, is_counted, own_row
from zhamen.networks.typologies.spreading import gathered_first, largest_share
from zhamen.networks.typologies.verdicts import judge
from zhamen.networks.typologies.waking import find_woken

__all__ = ["tell"]

_ACCOUNT = len(ACCOUNT_COLUMNS)
_DAY = 86_400_000_000.0


@inlined
def tell(graph: Words, slots: Words, memory: Words, out: Floats, at: int, edge: tuple[int, int]) -> None:
    """Write the row of an edge; it comes with 1 where the look for its chain ended at its bound."""
    number, more = edge
    record = record_of(graph, number)
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    more += _tell_account(graph, slots, memory, out, at + DEBTOR, (debtor, number))
    more += _tell_account(graph, slots, memory, out, at + CREDITOR, (creditor, number))
    if is_counted(graph[record + E_TIME]):
        length, cut = cycle_length(graph, slots, memory, number)
        ways, ended = scatter_gather(graph, slots, memory, number)
        out[at + CYCLE], out[at + SCATTER_GATHER] = float(length), float(ways)
        out[at + CHAIN] = float(chain_at(memory, number))
        more += (1 if cut else 0) + (1 if ended else 0)
    else:
        out[at + CYCLE], out[at + SCATTER_GATHER], out[at + CHAIN] = NOTHING, NOTHING, NOTHING
    out[at + TRUNCATED] = 1.0 if more > 0 else 0.0
    judge(graph, memory, out, at, record)


@inlined
def _tell_account(
    graph: Words, slots: Words, memory: Words, out: Floats, at: int, of: tuple[int, int]
) -> int:
    """Write what an account's columns are after an edge; give how many looks ended at their bound."""
    account, edge = of
    if account == NOBODY:
        for column in range(_ACCOUNT):
            out[at + column] = NOTHING
        return 0
    row = own_row(memory, account)
    out[at + C_FAN_IN] = float(memory[row + R_FANS] >> 32)
    out[at + C_FAN_IN_SUM] = float(memory[row + R_IN_SUM])
    out[at + C_FAN_OUT] = float(memory[row + R_FANS] & LOWER)
    out[at + C_FAN_OUT_SUM] = float(memory[row + R_OUT_SUM])
    out[at + C_LARGEST_SHARE], out[at + C_PASSED], more = NOTHING, NOTHING, 0
    if not is_bulk(graph, account):
        out[at + C_LARGEST_SHARE], many = largest_share(graph, slots, memory, account, edge)
        out[at + C_PASSED], most = pass_through(graph, slots, memory, account, edge)
        more = (1 if many else 0) + (1 if most else 0)
    out[at + C_GATHERED] = 1.0 if gathered_first(memory, account) else 0.0
    out[at + C_SPLITS] = float(memory[row + R_SPLITS] >> 32)
    out[at + C_SPLITS_OVER] = float(memory[row + R_SPLITS] & LOWER)
    _tell_woken(memory, out, at, account)
    _tell_age(memory, out, at, account)
    return more


@inlined
def _tell_woken(memory: Words, out: Floats, at: int, account: int) -> None:
    woken = find_woken(memory, account)
    if woken < 0:
        for column in range(C_IDLE, C_WOKEN_SHARE + 1):
            out[at + column] = NOTHING
        return
    came, went = memory[woken + W_IN], memory[woken + W_OUT]
    out[at + C_IDLE] = float(memory[woken + W_IDLE]) / _DAY
    out[at + C_PROBE] = float(memory[woken + W_PROBE])
    out[at + C_WOKEN_IN] = float(came)
    out[at + C_WOKEN_SHARE] = float(min(came, went)) / float(max(came, went, 1))


@inlined
def _tell_age(memory: Words, out: Floats, at: int, account: int) -> None:
    held = age(memory, account)
    new_payers = memory[own_row(memory, account) + R_LARGE] & LOWER
    out[at + C_NEW_PAYERS] = float(new_payers) if is_young(memory, account) else NOTHING
    out[at + C_AGE] = NOTHING if held == NOT_TOLD else float(held) / _DAY
