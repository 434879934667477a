"""Which closed cases are like one: the rules they share, the scam, the amount, the channel."""

from typing import Any

import pytest
from msgspec.structs import replace

from zhamen.cases.alert import Alert
from zhamen.cases.case import Case
from zhamen.cases.priority import Stake
from zhamen.cases.similar import most_alike
from zhamen.gate.decision import Outcome
from zhamen.testing import NOON

ALERT = Alert(
    id=1,
    unit="HQ",
    event_id="T1",
    trace_id="t",
    type="transfer",
    occurred_at=NOON,
    decided_at=NOON,
    channel="mobile",
    outcome=Outcome.HOLD,
    score=80,
    typology="victim",
    codes=("VICTIM-001", "VICTIM-002"),
    stake=Stake(0.5, 1, NOON),
    ties=(),
)
CASE = Case(
    id=1,
    unit="HQ",
    typology="victim",
    scam_kind="fake_police",
    suspect="6222***",
    opened_at=NOON,
    last_alert_at=NOON,
    alerts=1,
    amount_minor=1_000_000,
    currency="CNY",
    worst=Outcome.HOLD,
)


def other(number: int, *, codes: tuple[str, ...] = (), channel: str = "atm", **changes: Any) -> Any:
    unlike: dict[str, Any] = {"scam_kind": "", "amount_minor": 0}
    return replace(CASE, id=number, **(unlike | changes)), replace(
        ALERT, id=number, codes=codes, channel=channel
    )


@pytest.mark.parametrize(
    ("same", "score"),
    [
        ({"codes": ALERT.codes}, 0.5),
        ({"codes": ("VICTIM-001",)}, 0.25),
        ({"codes": ("VICTIM-001", "MULE-001")}, 0.167),
        ({"scam_kind": "fake_police"}, 0.2),
        ({"amount_minor": 1_000_000}, 0.2),
        ({"amount_minor": 100_000}, 0.1),
        ({"channel": "mobile"}, 0.1),
    ],
)
def test_each_likeness_counts_by_itself(same: dict[str, Any], score: float) -> None:
    (found,) = most_alike(CASE, ALERT, [other(2, **same)], 6)
    assert found.score == score
    assert set(found.codes) == set(ALERT.codes) & set(same.get("codes", ()))


@pytest.mark.parametrize(
    "unlike",
    [{}, {"amount_minor": 10**9}, {"amount_minor": 1_000_000, "currency": "USD"}, {"scam_kind": "loan"}],
)
def test_what_is_not_alike_is_left_out(unlike: dict[str, Any]) -> None:
    assert most_alike(CASE, ALERT, [other(2, **unlike)], 6) == []


def test_an_empty_kind_of_scam_or_channel_is_nothing_in_common() -> None:
    bare_case, bare_alert = replace(CASE, scam_kind=""), replace(ALERT, channel="")
    assert most_alike(bare_case, bare_alert, [other(2, channel="")], 6) == []


def test_the_likest_come_first_and_the_case_itself_never() -> None:
    closed = [
        other(5, channel="mobile"),
        (CASE, ALERT),
        other(4, codes=ALERT.codes),
        other(3, channel="mobile"),
    ]
    assert [one.case.id for one in most_alike(CASE, ALERT, closed, 6)] == [4, 5, 3]
    assert [one.case.id for one in most_alike(CASE, ALERT, closed, 1)] == [4]
