"""What the gate is told of a closed case."""

import msgspec
import pytest

from zhamen.cases.alert import LABEL_PREFIX
from zhamen.cases.disposition import Disposition
from zhamen.cases.labels import Telling, telling_event
from zhamen.events.model import AccountOpened, CashWithdrawal, FraudReported, Transfer
from zhamen.events.parts import Account
from zhamen.testing import NOON

PAID = Transfer(
    event_id="T1",
    occurred_at=NOON,
    debtor_account=Account(id="A", balance_minor=5),
    creditor_account=Account(id="B", kind="person"),
    amount_minor=700,
    currency="CNY",
)


def telling(label: Disposition = Disposition.CONFIRMED_FRAUD, *, account_only: bool = False) -> Telling:
    return Telling(id=f"{LABEL_PREFIX}9-1", alert=1, label=label, at=NOON, account_only=account_only)


def test_a_payment_is_reported_with_both_sides_and_its_amount() -> None:
    event = telling_event(telling(), PAID)
    assert event is not None
    assert (event.event_id, event.transfer_event_id, event.amount_minor) == ("zhamen-label-9-1", "T1", 700)
    assert event.debtor_account == Account(id="A")
    assert (event.label, event.fraud_type) == ("confirmed_fraud", "payer_manipulated")


def test_a_report_that_was_wrong_is_reported_again() -> None:
    report = FraudReported(
        event_id="F1",
        occurred_at=NOON,
        transfer_event_id="T1",
        creditor_account=Account(id="B"),
        label="confirmed_fraud",
    )
    event = telling_event(telling(Disposition.FALSE_POSITIVE), report)
    assert event is not None
    assert (event.transfer_event_id, event.label, event.fraud_type) == ("T1", "false_positive", None)


@pytest.mark.parametrize(
    "event",
    [
        PAID,
        CashWithdrawal(
            event_id="W", occurred_at=NOON, debtor_account=Account(id="A"), amount_minor=1, currency="CNY"
        ),
        AccountOpened(event_id="O", occurred_at=NOON, account=Account(id="A")),
    ],
)
def test_a_mule_is_reported_as_an_account_that_lost_nothing(
    event: Transfer | CashWithdrawal | AccountOpened,
) -> None:
    told = telling_event(telling(account_only=True), event)
    assert told is not None
    assert (told.creditor_account, told.debtor_account, told.transfer_event_id) == (
        Account(id="A"),
        None,
        None,
    )


def test_the_same_telling_gives_the_same_bytes() -> None:
    first, second = (msgspec.json.encode(telling_event(telling(), PAID)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("how", [Disposition.DUPLICATE, Disposition.NO_ANSWER])
def test_a_duplicate_reports_nothing(how: Disposition) -> None:
    assert telling_event(telling(how), PAID) is None
