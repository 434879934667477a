"""What an account's statement tells of traced money, and how long money stays in an account."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.holding import median_holding
from zhamen.networks.returns import Method, plan_return
from zhamen.networks.statement import losses_of, plan_returns, statement_of
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.tracer import Tracer
from zhamen.testing import NOON

MINUTE = 60_000_000
ANN, BEN, MULE, SECOND, SHOP = 1, 2, 11, 12, 50


class Bank:
    def __init__(self) -> None:
        self.graph = TransferGraph(budget_bytes=1 << 21)

    def transfer(self, debtor: int, creditor: int, amount: int, minute: int | None = None) -> int:
        at = (self.graph.watermark if minute is None else minute) * MINUTE
        posting = Posting(
            posted_at=at, kind=EdgeKind.TRANSFER, amount_minor=amount, debtor=debtor, creditor=creditor
        )
        return self.graph.append(posting)

    def trace(self, *seeds: int) -> Trace:
        request = TraceRequest(seeds=tuple(map(Seed, seeds)), minimum_share=0.0)
        return Tracer(self.graph).trace(request)

    def statement(self, trace: Trace, account: int) -> list[tuple[int, str | None]]:
        names = {str(self.graph.account(one)): str(one) for one in (ANN, BEN)}
        return [
            (movement.amount_minor, None if movement.victim is None else names[movement.victim])
            for movement in statement_of(trace, self.graph.account(account))
        ]


def test_credits_are_split_by_victim_and_debits_are_nobody_s() -> None:
    bank = Bank()
    bank.transfer(SHOP, SECOND, 70)
    ann, ben = bank.transfer(ANN, MULE, 500), bank.transfer(BEN, MULE, 300)
    bank.transfer(SHOP, MULE, 100)
    bank.transfer(MULE, SECOND, 900)
    bank.transfer(SECOND, SHOP, 50)
    trace = bank.trace(ann, ben)
    assert bank.statement(trace, MULE) == [(500, "1"), (300, "2"), (100, None), (-900, None)]
    assert bank.statement(trace, SECOND) == [(70, None), (500, "1"), (300, "2"), (100, None), (-50, None)]
    assert bank.statement(trace, ANN) == []


@given(st.integers(0, 2**32), st.integers(1, 25))
@settings(max_examples=100, deadline=None)
def test_no_victim_is_given_more_than_was_lost_over_all_accounts(seed: int, size: int) -> None:
    dice, bank, seeds = Random(seed), Bank(), list[int]()  # noqa: S311  # it has to repeat
    for _ in range(size):
        if dice.random() < 0.4 or not seeds:
            seeds.append(
                bank.transfer(dice.choice((ANN, BEN)), dice.choice((MULE, SECOND)), dice.randint(1, 500))
            )
        else:
            debtor, creditor = dice.sample((MULE, SECOND, SHOP), 2)
            bank.transfer(debtor, creditor, dice.randint(1, 400))
    trace = bank.trace(*seeds)
    held = [*trace.held().items()]
    lost, given_back = losses_of(trace), Counter[str]()
    for (account, amount), (planned, plan) in zip(
        held, plan_returns(trace, held, announced_at=NOON), strict=True
    ):
        assert (account, amount) == (planned, plan.frozen_minor)
        given_back.update({line.victim: line.returned_minor for line in plan.lines})
    assert all(given_back[victim] <= amount for victim, amount in lost.items())


def test_what_is_back_is_no_loss_any_more() -> None:
    bank = Bank()
    ann, ben = bank.transfer(ANN, MULE, 500), bank.transfer(BEN, MULE, 300)
    bank.transfer(MULE, BEN, 200)
    lost = {int(victim): amount for victim, amount in losses_of(bank.trace(ann, ben)).items()}
    assert lost == {bank.graph.account(ANN): 500, bank.graph.account(BEN): 100}


def test_a_frozen_account_is_shared_by_its_statement() -> None:
    bank = Bank()
    ann, ben = bank.transfer(ANN, MULE, 600), bank.transfer(BEN, MULE, 300)
    bank.transfer(MULE, SHOP, 400)
    trace = bank.trace(ann, ben)
    mule = bank.graph.account(MULE)
    plan = plan_return(500, statement_of(trace, mule), losses_of(trace), announced_at=NOON)
    assert plan.method is Method.PRO_RATA
    assert sum(line.returned_minor for line in plan.lines) == 500


def test_money_stays_as_long_as_to_the_next_debit() -> None:
    bank = Bank()
    for credit, debit in ((0, 4), (10, 12), (20, 29)):
        bank.transfer(ANN, MULE, 10, credit)
        bank.transfer(MULE, SECOND, 10, debit)
    bank.transfer(ANN, MULE, 10, 40)
    mule, ann, second = (bank.graph.account(one) for one in (MULE, ANN, SECOND))
    assert median_holding(bank.graph, mule) == 4 * MINUTE
    assert median_holding(bank.graph, mule, watermark=2) == 4 * MINUTE
    assert median_holding(bank.graph, second) is None
    assert median_holding(bank.graph, ann) is None


def test_of_very_many_debits_the_newest_tell() -> None:
    bank = Bank()
    bank.transfer(ANN, MULE, 1000, 0)
    for number in range(120):
        bank.transfer(MULE, SECOND, 1, number)
    assert median_holding(bank.graph, bank.graph.account(MULE)) is None
    bank.transfer(ANN, MULE, 1000, 200)
    bank.transfer(MULE, SECOND, 1, 203)
    assert median_holding(bank.graph, bank.graph.account(MULE)) == 3 * MINUTE
