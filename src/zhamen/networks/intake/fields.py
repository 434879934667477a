"""What networks read of an event, and whose accounts it names."""

from typing import Final

from zhamen.core.identifiers import identity

__all__ = ["FIELDS_READ", "SEED_ELSEWHERE", "F", "elsewhere"]

FIELDS_READ: Final = (
    "type",
    "event_id",
    "occurred_at",
    "amount_minor",
    "debtor_account_id",
    "debtor_account_balance_minor",
    "debtor_account_kind",
    "debtor_account_opened_at",
    "debtor_id",
    "creditor_account_id",
    "creditor_account_balance_minor",
    "creditor_account_kind",
    "creditor_account_opened_at",
    "creditor_id",
    "customer_side",
    "account_id",
    "account_balance_minor",
    "account_kind",
    "account_opened_at",
    "customer_id",
    "customer_phone",
    "customer_address",
    "companion",
    "outlet",
    "device_id",
    "device_ip",
    "transfer_event_id",
    "settlement",
    "label",
    "succeeded",
)
"""The flat fields that networks read of an event, in order."""


class F:
    """Where each field stands in a row of `FIELDS_READ`."""

    (
        TYPE,
        EVENT_ID,
        OCCURRED_AT,
        AMOUNT,
        DEBTOR,
        DEBTOR_BALANCE,
        DEBTOR_KIND,
        DEBTOR_OPENED,
        DEBTOR_PARTY,
        CREDITOR,
        CREDITOR_BALANCE,
        CREDITOR_KIND,
        CREDITOR_OPENED,
        CREDITOR_PARTY,
        SIDE,
        ACCOUNT,
        BALANCE,
        KIND,
        OPENED,
        CUSTOMER,
        PHONE,
        ADDRESS,
        COMPANION,
        OUTLET,
        DEVICE,
        IP,
        TRANSFER,
        SETTLEMENT,
        LABEL,
        SUCCEEDED,
    ) = range(len(FIELDS_READ))


SEED_ELSEWHERE: Final = 0x9E3779B97F4A7C15
"""Of many bits: with a small seed the hash of one short text is that of another without a seed."""


def elsewhere(account: str) -> int:
    """Give the identity of an account at another institution.

    It is another one than of an account of ours with the same number, should there be one.
    """
    return identity(account, SEED_ELSEWHERE)
