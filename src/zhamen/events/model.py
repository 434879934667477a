"""Every kind of event there is, as one tagged union."""

from typing import Literal, get_args

from msgspec import Struct

from zhamen.events.parts import (
    Account,
    Agent,
    AmountMinor,
    BalanceMinor,
    Channel,
    Currency,
    Device,
    Identifier,
    Instant,
    Party,
    Session,
    Text,
)

__all__ = [
    "EVENT_TYPES",
    "AccountCredited",
    "AccountOpened",
    "AnyEvent",
    "CashWithdrawal",
    "Event",
    "FraudReported",
    "LimitChanged",
    "Login",
    "PayeeAdded",
    "ProfileChanged",
    "Transfer",
    "TransferSettled",
]


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="type",
):
    """Something that happened.

    ``event_id`` is the sender's, unique for ever. ``received_at`` is set at the door,
    whatever the sender wrote; a replay keeps what the file says.
    """

    event_id: Identifier
    occurred_at: Instant
    received_at: Instant | None = None
    channel: Channel | None = None
    outlet: Identifier | None = None
    operator: Identifier | None = None
    device: Device | None = None
    session: Session | None = None


class Transfer(Event, frozen=True, tag="transfer"):
    """A customer asks to move money; the event that is decided."""

    debtor_account: Account
    creditor_account: Account
    amount_minor: AmountMinor
    currency: Currency
    debtor: Party | None = None
    debtor_agent: Agent | None = None
    creditor: Party | None = None
    creditor_agent: Agent | None = None
    customer_side: Literal["debtor", "creditor", "both"] | None = None
    speed: Literal["real_time", "ordinary", "next_day"] | None = None
    end_to_end_id: Text | None = None
    uetr: Identifier | None = None
    remittance_info: Text | None = None
    purpose: Text | None = None
    payee_verification: Literal["match", "close_match", "no_match", "not_possible"] | None = None


class CashWithdrawal(Event, frozen=True, tag="cash_withdrawal"):
    """Cash is asked for at a counter or a machine; decided like a transfer."""

    debtor_account: Account
    amount_minor: AmountMinor
    currency: Currency
    debtor: Party | None = None
    terminal: Identifier | None = None


class AccountCredited(Event, frozen=True, tag="account_credited"):
    """Money came to an account other than by transfer: cash, salary run, loan, broken deposit."""

    account: Account
    amount_minor: AmountMinor
    currency: Currency
    credit_source: Literal["cash", "salary", "loan", "deposit_broken", "interest", "refund"]
    customer: Party | None = None


class Login(Event, frozen=True, tag="login"):
    """A customer signed in, or tried to."""

    account: Account
    customer: Party | None = None
    succeeded: bool = True


class PayeeAdded(Event, frozen=True, tag="payee_added"):
    """A customer registered a payee."""

    account: Account
    creditor_account: Account
    customer: Party | None = None
    creditor: Party | None = None


class LimitChanged(Event, frozen=True, tag="limit_changed"):
    """A payment limit was changed."""

    account: Account
    new_limit_minor: BalanceMinor
    currency: Currency
    old_limit_minor: BalanceMinor | None = None
    customer: Party | None = None


class AccountOpened(Event, frozen=True, tag="account_opened"):
    """An account came into being."""

    account: Account
    customer: Party | None = None
    companion: Identifier | None = None
    """Who came along: another customer, or the agent who opened it for somebody."""


class ProfileChanged(Event, frozen=True, tag="profile_changed"):
    """Contact data, credentials or the bound device changed."""

    account: Account
    changed: Literal["phone", "address", "device", "password", "seal_card", "representative", "other"]
    customer: Party | None = None


class TransferSettled(Event, frozen=True, tag="transfer_settled"):
    """What became of a transfer that was decided before."""

    transfer_event_id: Identifier
    debtor_account: Account
    creditor_account: Account
    amount_minor: AmountMinor
    currency: Currency
    settlement: Literal["settled", "cancelled", "returned", "declined"]


class FraudReported(Event, frozen=True, tag="fraud_reported"):
    """The truth about a transfer, when it became known: a label."""

    creditor_account: Account
    label: Literal["confirmed_fraud", "suspicious", "false_positive"]
    debtor_account: Account | None = None
    transfer_event_id: Identifier | None = None
    amount_minor: AmountMinor | None = None
    currency: Currency | None = None
    fraud_type: Literal["issued_by_fraudster", "modified_by_fraudster", "payer_manipulated"] | None = None
    scam_kind: Text | None = None
    terminal: Identifier | None = None


AnyEvent = (
    Transfer
    | CashWithdrawal
    | AccountCredited
    | Login
    | PayeeAdded
    | LimitChanged
    | AccountOpened
    | ProfileChanged
    | TransferSettled
    | FraudReported
)

EVENT_TYPES: dict[str, type[Event]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent)}
"""Event classes by their ``type`` on the wire, in the order of their type codes."""
