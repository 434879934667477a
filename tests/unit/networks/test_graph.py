"""The graph: what it refuses, growth while it is read, snapshots, expiry, columns."""

from collections.abc import Callable
from random import Random
from threading import Event, Thread

import numpy as np
import pytest

from zhamen.core.errors import InputError, JournalDamaged, NotFoundError, StateFull
from zhamen.core.money import MAX_AMOUNT_MINOR
from zhamen.networks.graph.columns import columns, grouped
from zhamen.networks.graph.expiry import catch_up, keep_from
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting, Postings
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.rules import Rule
from zhamen.networks.tracing.tracer import Tracer

BUDGET = 1 << 22
MINUTE = 60_000_000
A, B, C, D = 101, 102, 103, 104


@pytest.fixture
def graph() -> TransferGraph:
    return TransferGraph(budget_bytes=BUDGET)


def transfer(debtor: int = A, creditor: int = B, amount: int = 100, **more: object) -> Posting:
    given = {"posted_at": 0, "kind": EdgeKind.TRANSFER, "debtor": debtor, "creditor": creditor}
    return Posting(**{**given, "amount_minor": amount, **more})  # type: ignore[arg-type]


def random_columns(size: int, accounts: int, seed: int = 7) -> Postings:
    dice = np.random.default_rng(seed)
    return Postings.of(
        posted_at=np.arange(size) * MINUTE,
        kind=np.zeros(size, np.int64),
        amount_minor=dice.integers(1, 10_000, size),
        debtor=1000 + (accounts * dice.random(size) ** 3).astype(np.int64),
        creditor=1000 + dice.integers(0, accounts, size),
    )


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"amount_minor": 0}, "amount_minor"),
            ({"amount_minor": -5}, "amount_minor"),
            ({"amount_minor": MAX_AMOUNT_MINOR + 1}, "amount_minor"),
            ({"amount_minor": 2**80}, "amount_minor"),
            ({"posted_at": 2**60}, "posted_at"),
            ({"posted_at": -(2**70)}, "posted_at"),
            ({"kind": EdgeKind.UNEXPLAINED}, "kind"),
            ({"debtor": None}, "debtor"),
            ({"creditor": None}, "creditor"),
            ({"kind": EdgeKind.CASH_OUT}, "debtor"),
            ({"kind": EdgeKind.CASH_IN}, "debtor"),
            ({"original": 0}, "original"),
            ({"kind": EdgeKind.REVERSAL, "original": 7}, "original"),
            ({"kind": EdgeKind.REVERSAL, "original": None}, "original"),
            ({"kind": EdgeKind.REVERSAL, "original": 0}, "debtor"),
            ({"debtor_balance_after": 2**61}, "debtor_balance_after"),
            ({"debtor_balance_after": -(2**90)}, "debtor_balance_after"),
        ],
    )
    def test_a_posting_that_cannot_be_says_where_and_changes_nothing(
        self, graph: TransferGraph, change: dict[str, object], field: str
    ) -> None:
        graph.append(transfer())
        with pytest.raises(InputError) as refused:
            graph.append(transfer(**change))  # type: ignore[arg-type]
        assert refused.value.path == f"postings[0].{field}"
        assert graph.watermark == 1
        assert graph.balance(graph.account(B)) == 100

    def test_a_reversal_of_a_reversal_is_refused(self, graph: TransferGraph) -> None:
        graph.append(transfer())
        back = Posting(posted_at=0, kind=EdgeKind.REVERSAL, amount_minor=100, original=0)
        graph.append(back)
        with pytest.raises(InputError, match="no reversal itself"):
            graph.append(Posting(posted_at=0, kind=EdgeKind.REVERSAL, amount_minor=100, original=1))

    def test_totals_near_the_end_of_64_bits_are_refused_not_wrapped(self, graph: TransferGraph) -> None:
        size = 2**62 // MAX_AMOUNT_MINOR + 10
        many = Postings.of(
            posted_at=np.zeros(size, np.int64),
            kind=np.full(size, EdgeKind.CASH_IN),
            amount_minor=np.full(size, MAX_AMOUNT_MINOR),
            debtor=np.full(size, -1),
            creditor=np.full(size, A),
        )
        with pytest.raises(InputError, match="2\\^62"):
            graph.append_many(many)
        taken = graph.watermark
        assert graph.balance(graph.account(A)) == taken * MAX_AMOUNT_MINOR <= 2**62

    def test_of_many_those_before_the_refused_one_are_taken(self, graph: TransferGraph) -> None:
        given = random_columns(5000, 50)
        given.words[4321, 4] = -1
        with pytest.raises(InputError) as refused:
            graph.append_many(given)
        assert refused.value.path == "postings[4321].amount_minor"
        assert graph.watermark == 4321

    def test_a_full_budget_is_an_error_and_what_was_taken_stays(self) -> None:
        graph = TransferGraph(budget_bytes=200_000)
        with pytest.raises(StateFull, match="budget"):
            graph.append_many(random_columns(50_000, 50))
        assert 1000 < graph.watermark < 5000
        assert graph.edge(graph.watermark - 1).amount_minor > 0

    def test_unknown_edges_and_accounts_are_not_found(self, graph: TransferGraph) -> None:
        for ask in (lambda: graph.edge(0), lambda: graph.account(A), lambda: graph.balance(5)):
            with pytest.raises(NotFoundError):
                ask()
        assert graph.find_account(A) is None
        assert graph.find_accounts([-1, -2, A]).tolist() == [-1, -1, -1]


class TestBalances:
    def test_the_first_balance_told_is_the_opening_and_a_later_difference_is_a_gap(
        self, graph: TransferGraph
    ) -> None:
        graph.append(transfer(amount=100, debtor_balance_after=900))
        a, b = graph.account(A), graph.account(B)
        assert (graph.balance(a), graph.estimated(a)) == (900, False)
        last = graph.append(transfer(amount=100, debtor_balance_after=500, creditor_balance_after=250))
        gaps = [graph.edge(number) for number in range(1, last)]
        assert [(gap.kind, gap.debtor, gap.creditor, gap.amount_minor) for gap in gaps] == [
            (EdgeKind.UNEXPLAINED, a, 0, 300),
            (EdgeKind.UNEXPLAINED, 0, b, 50),
        ]
        assert graph.estimated(a)
        assert graph.estimated(b)
        assert not graph.estimated(a, watermark=1)
        assert (graph.balance(a), graph.balance(b), graph.balance(a, watermark=1)) == (500, 250, 900)

    def test_an_account_that_pays_more_than_is_known_of_is_an_estimate(self, graph: TransferGraph) -> None:
        graph.append(transfer(amount=100))
        assert graph.balance(graph.account(A)) == 0
        assert graph.estimated(graph.account(A))

    def test_an_account_opens_once_and_before_its_first_edge(self, graph: TransferGraph) -> None:
        a = graph.enrol(A, AccountKind.PERSON, opening_balance_minor=1000)
        graph.append(transfer(amount=100))
        assert (graph.balance(a), graph.kind(a), graph.estimated(a)) == (900, AccountKind.PERSON, False)
        assert graph.enrol(A, AccountKind.MERCHANT) == a
        assert graph.kind(a) is AccountKind.MERCHANT
        with pytest.raises(InputError, match="before its first edge"):
            graph.enrol(A, opening_balance_minor=5)


class TestReading:
    def test_one_account_grows_to_many_edges_that_are_all_found(self, graph: TransferGraph) -> None:
        for size in (1, 2, 3, 4, 9, 10, 11, 25, 26, 500):
            while graph.watermark < size:
                graph.append(transfer(posted_at=graph.watermark))
            a = graph.account(A)
            assert graph.edges_of(a, as_debtor=True).tolist() == list(range(size))
            assert graph.edges_of(a, as_debtor=True, since=2, limit=3).tolist() == list(range(2, size))[-3:]
            for watermark in range(0, size + 1, max(1, size // 7)):
                assert graph.degree(a, as_debtor=True, watermark=watermark) == watermark

    def test_readers_at_a_watermark_get_one_answer_while_the_writer_goes_on(self) -> None:
        graph, tracer_seeds = TransferGraph(budget_bytes=1 << 26), Random(7)  # noqa: S311
        graph.append_many(random_columns(20_000, 300))
        first = graph.watermark
        questions = [
            TraceRequest(seeds=(Seed(seed),), rule=rule, watermark=first, hub_stop=0, minimum_share=0.05)
            for seed in tracer_seeds.sample(range(first // 2), 40)
            for rule in (Rule.STOLEN_FIRST, Rule.FIFO, Rule.HAIRCUT)
            if graph.edge(seed).debtor != graph.edge(seed).creditor
        ]
        tracer = Tracer(graph)
        answers = [tracer.trace(question).words.tobytes() for question in questions]
        stop, differing, rounds = Event(), [0], [0]

        def read() -> None:
            while not rounds[0] or not stop.is_set():
                for question, answer in zip(questions, answers, strict=True):
                    differing[0] += tracer.trace(question).words.tobytes() != answer
                rounds[0] += 1

        reader = Thread(target=read)
        reader.start()
        while graph.watermark == first or (rounds[0] < 3 and graph.watermark < 600_000):
            graph.append_many(random_columns(500, 300 + graph.watermark // 100, seed=graph.watermark))
        stop.set()
        reader.join()
        assert differing == [0]

    def test_columns_are_the_edges_and_group_by_account(self, graph: TransferGraph) -> None:
        graph.append_many(random_columns(3000, 40))
        found = columns(graph, since=100, watermark=2500)
        assert (found.first, found.size) == (100, 2400)
        for row in (0, 7, 2399):
            edge = graph.edge(100 + row)
            assert (found.debtor[row], found.creditor[row]) == (edge.debtor, edge.creditor)
            assert (found.amount_minor[row], found.paid_before[row]) == (edge.amount_minor, edge.paid_before)
            assert (found.posted_at[row], found.place[row]) == (edge.posted_at, edge.place)
        with pytest.raises(ValueError, match="read-only"):
            found.amount_minor[0] = 1
        by = grouped(found.debtor, graph.accounts)
        for account in range(graph.accounts):
            rows = by.rows[by.starts[account] : by.starts[account + 1]]
            assert rows.tolist() == np.flatnonzero(found.debtor == account).tolist()


def mixed_postings(dice: Random, size: int) -> list[Posting]:
    given: list[Posting] = []
    for number in range(size):
        kind = dice.choice((EdgeKind.TRANSFER, EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.CASH_IN))
        debtor, creditor = dice.sample(range(20), 2)
        given.append(
            Posting(
                posted_at=number,
                kind=kind,
                amount_minor=dice.randint(1, 500),
                debtor=None if kind is EdgeKind.CASH_IN else debtor,
                creditor=900 if kind is EdgeKind.EXIT else creditor,
                debtor_balance_after=dice.choice((None, None, dice.randint(0, 900)))
                if kind is not EdgeKind.CASH_IN
                else None,
            )
        )
    return given


def post_with_reversals(graph: TransferGraph, dice: Random, given: list[Posting]) -> None:
    for posting in given:
        number = graph.append(posting)
        if dice.random() < 0.2 and number > graph.first_edge + 5:
            original = dice.randrange(max(graph.first_edge, number - 30), number + 1)
            edge = graph.edge(original)
            if edge.kind not in (EdgeKind.REVERSAL, EdgeKind.UNEXPLAINED):
                amount = dice.randint(1, edge.amount_minor)
                graph.append(
                    Posting(posted_at=number, kind=EdgeKind.REVERSAL, amount_minor=amount, original=original)
                )


Asked = Callable[[TransferGraph], list[bytes]]


def traces_after(edge: int) -> Asked:
    def ask(graph: TransferGraph) -> list[bytes]:
        tracer, found = Tracer(graph), []
        for seed in range(edge, graph.watermark, 7):
            at = graph.edge(seed)
            if at.kind is not EdgeKind.REVERSAL and at.debtor != at.creditor:
                for rule in Rule:
                    request = TraceRequest(seeds=(Seed(seed),), rule=rule, minimum_share=0, hub_stop=0)
                    trace = tracer.trace(request)
                    found.append(repr([*trace.pieces()]).encode())
        return found

    return ask


class TestSnapshotAndExpiry:
    def test_a_restored_graph_goes_on_as_the_one_it_was_taken_from(self, graph: TransferGraph) -> None:
        dice = Random(3)  # noqa: S311
        post_with_reversals(graph, dice, mixed_postings(dice, 300))
        parts = [(name, bytes(part)) for name, part in graph.parts()]
        other = TransferGraph.restore(parts, budget_bytes=2 * BUDGET)
        for kept in (graph, other):
            post_with_reversals(kept, Random(5), mixed_postings(Random(4), 300))  # noqa: S311
        ours = {name: bytes(part) for name, part in graph.parts()}
        theirs = {name: bytes(part) for name, part in other.parts()}
        for name in ("accounts", "buckets", "log", "slots", "reversals"):
            assert ours[name] == theirs[name]

    @pytest.mark.parametrize("harm", ["missing", "short", "other format", "no words"])
    def test_a_damaged_snapshot_is_refused(self, graph: TransferGraph, harm: str) -> None:
        graph.append(transfer())
        parts = {name: bytes(part) for name, part in graph.parts()}
        if harm == "missing":
            del parts["log"]
        elif harm == "short":
            parts["log"] = parts["log"][:-8]
        elif harm == "other format":
            parts["about"] = parts["about"].replace(b"graph 2", b"graph 1")
        else:
            parts["about"] = b"[]"
        with pytest.raises(JournalDamaged, match="recover from an older one"):
            TransferGraph.restore(parts.items(), budget_bytes=BUDGET)

    @pytest.mark.parametrize("seed", range(4))
    def test_what_is_kept_is_traced_as_before_and_numbers_stay(self, graph: TransferGraph, seed: int) -> None:
        dice = Random(seed)  # noqa: S311
        post_with_reversals(graph, dice, mixed_postings(dice, 400))
        cut = graph.watermark // 2
        kept = keep_from(graph, cut, budget_bytes=BUDGET)
        post_with_reversals(graph, dice, mixed_postings(dice, 100))
        catch_up(kept, graph)
        assert (kept.first_edge, kept.watermark, kept.accounts) == (cut, graph.watermark, graph.accounts)
        for number in range(cut, graph.watermark):
            assert kept.edge(number) == graph.edge(number)
        for account in range(1, graph.accounts):
            assert kept.balance(account) == graph.balance(account)
            assert kept.identity(account) == graph.identity(account)
            assert kept.estimated(account) == graph.estimated(account)
        ask = traces_after(cut)
        assert ask(kept) == ask(graph)
        with pytest.raises(NotFoundError, match="archive"):
            kept.edge(cut - 1)

    def test_a_graph_that_expired_goes_on_as_the_whole_one(self, graph: TransferGraph) -> None:
        dice = Random(11)  # noqa: S311
        post_with_reversals(graph, dice, mixed_postings(dice, 300))
        kept = keep_from(graph, 200, budget_bytes=BUDGET)
        again = keep_from(kept, 250, budget_bytes=BUDGET)
        for each in (graph, kept, again):
            post_with_reversals(each, Random(12), mixed_postings(Random(13), 200))  # noqa: S311
        ask = traces_after(250)
        assert ask(again) == ask(kept) == ask(graph)

    def test_an_edge_that_is_not_there_cannot_be_kept_from(self, graph: TransferGraph) -> None:
        with pytest.raises(InputError, match="keep from one of them"):
            keep_from(graph, 5)
