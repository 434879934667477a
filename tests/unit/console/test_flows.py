"""How money went in a case, without circles."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from zhamen.cases.alert import Alert
from zhamen.cases.priority import Stake
from zhamen.console.casework.flows import cells_of, flows_of
from zhamen.gate.decision import Outcome
from zhamen.testing import NOON

PAID = Alert(
    id=1, unit="HQ", event_id="E1", trace_id="t", type="transfer", occurred_at=NOON, decided_at=NOON,
    outcome=Outcome.HOLD, score=80, typology="mule", codes=(), amount_minor=100, currency="CNY",
    debtor="A", creditor="B", payment="E1", stake=Stake(0.5, 100, NOON), ties=(),
)  # fmt: skip


def paid(number: int, payer: str, payee: str, minor: int = 100) -> Alert:
    at = NOON + timedelta(minutes=number)
    return replace(
        PAID,
        id=number,
        occurred_at=at,
        payment=f"E{number}",
        debtor=payer,
        creditor=payee,
        amount_minor=minor,
    )


def test_payments_between_two_are_summed_and_a_payment_counts_once() -> None:
    again = replace(paid(1, "A", "B"), id=9)
    assert flows_of([paid(2, "A", "B", 50), paid(1, "A", "B"), again]) == [("A", "B", 150, "CNY")]


def test_money_that_comes_back_goes_to_a_mark_of_its_own() -> None:
    flows = flows_of([paid(1, "A", "B"), paid(2, "B", "C"), paid(3, "C", "A")])
    assert flows[-1][:2] == ("C", "A ↺")


def test_what_names_no_payee_or_no_amount_is_left_out() -> None:
    assert flows_of([paid(1, "A", ""), paid(2, "A", "B", 0)]) == []
    assert cells_of([]) == []


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")), max_size=12))
def test_there_is_never_a_circle_and_no_money_is_lost(pairs: list[tuple[str, str]]) -> None:
    flows = flows_of(paid(number, *pair) for number, pair in enumerate(pairs, 1))
    assert sum(minor for *_, minor, _ in flows) == 100 * len(pairs)
    after: dict[str, set[str]] = {}
    for payer, payee, *_ in flows:
        after.setdefault(payer, set()).add(payee)
    for start in list(after):
        assert start not in _beyond(after, start)


def _beyond(after: dict[str, set[str]], start: str) -> set[str]:
    """All that can be reached from one."""
    reached, front = set[str](), after[start]
    while front:
        reached |= front
        front = set().union(*(after.get(one, set()) for one in front)) - reached
    return reached
