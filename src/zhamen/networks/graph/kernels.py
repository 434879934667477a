"""What Python calls of the graph: compiled once, for fixed types."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import HALVES, SIZE, WORDS, Words, bare, entry
from zhamen.networks.graph.accounts import account_at, enrol, find_account, row_of
from zhamen.networks.graph.ahead import look_ahead
from zhamen.networks.graph.blocks import first_after, nth
from zhamen.networks.graph.holdings import held
from zhamen.networks.graph.layout import A_IN, A_OUT, EDGES, IN_WORDS, REFUSED
from zhamen.networks.graph.ledger import post

__all__ = ["SOURCES", "balances", "enrol_all", "find_all", "list_edges", "post_all"]

SOURCES: Final = (Path(__file__).parent,)
"""The folder that compiled code of the graph is made from."""

_Post = Callable[[Words, Words, Words, Words, int], int]
_Table = Callable[[Words, Words, Words, int], int]
_Ask = Callable[[Words, Words, Words, int], int]


def _make_post(sources: str) -> _Post:
    def post_many(graph: Words, slots: Words, given: Words, numbers: Words, size: int) -> int:
        """Take postings in turn; give how many were taken before one was refused."""
        _ = sources
        log, index, postings, edges = bare(graph), bare(slots), bare(given), bare(numbers)
        for posting in range(size):
            look_ahead(log, index, postings, posting, size)
            refused = post(log, index, postings, posting * IN_WORDS)
            if refused != 0:
                log[REFUSED] = refused
                return posting
            edges[posting] = log[EDGES] - 1
        return size

    return post_many


def _make_find(sources: str) -> _Table:
    def find_many(graph: Words, identities: Words, accounts: Words, size: int) -> int:
        """Give the account of each identity, -1 when there is none."""
        _ = sources
        log, asked, found = bare(graph), bare(identities), bare(accounts)
        for at in range(size):
            row = -1 if asked[at] < 0 else find_account(log, asked[at])
            found[at] = -1 if row < 0 else account_at(log, row)
        return size

    return find_many


def _make_enrol(sources: str) -> _Table:
    def enrol_many(graph: Words, identities: Words, accounts: Words, size: int) -> int:
        """Give the account of each identity, a new one when there is none."""
        _ = sources
        log, asked, found = bare(graph), bare(identities), bare(accounts)
        for at in range(size):
            found[at] = account_at(log, enrol(log, asked[at]))
        return size

    return enrol_many


def _make_list(sources: str) -> _Ask:
    def list_many(graph: Words, slots: Words, asked: Words, size: int) -> int:
        """Give the last `size` edges of an account in a span of the log, newest first; how many there are.

        `asked` holds the account, 1 for its debits, the first edge and the one after the last; then
        room for the answer.
        """
        _ = sources
        log, index, answer = bare(graph), bare(slots), bare(asked)
        word = log[row_of(log, answer[0]) + (A_OUT if answer[1] else A_IN)]
        start = first_after(log, index, word, answer[2] - 1)
        end = first_after(log, index, word, answer[3] - 1)
        for at in range(min(size, max(0, end - start))):
            answer[4 + at] = nth(log, index, word, end - 1 - at)
        return max(0, end - start)

    return list_many


def _make_balances(sources: str) -> _Ask:
    def balance_many(graph: Words, slots: Words, asked: Words, size: int) -> int:
        """Put the balance before an edge in place of each account; the edge comes behind them."""
        _ = sources
        log, index, accounts = bare(graph), bare(slots), bare(asked)
        for at in range(size):
            accounts[at] = held(log, index, row_of(log, accounts[at]), accounts[size])
        return size

    return balance_many


post_all: Final = entry(_make_post, (WORDS, HALVES, WORDS, WORDS, SIZE), rooms=SOURCES, nogil=True)
find_all: Final = entry(_make_find, (WORDS, WORDS, WORDS, SIZE), rooms=SOURCES, nogil=True)
enrol_all: Final = entry(_make_enrol, (WORDS, WORDS, WORDS, SIZE), rooms=SOURCES, nogil=True)
list_edges: Final = entry(_make_list, (WORDS, HALVES, WORDS, SIZE), rooms=SOURCES, nogil=True)
balances: Final = entry(_make_balances, (WORDS, HALVES, WORDS, SIZE), rooms=SOURCES, nogil=True)
