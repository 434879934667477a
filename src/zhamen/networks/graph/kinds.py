"""What an edge of the graph is, and what an account is."""

from enum import IntEnum

__all__ = ["AccountKind", "EdgeKind"]


class EdgeKind(IntEnum):
    """What moved the money; it says which of the two sides is an account of ours."""

    TRANSFER = 0
    """Between two accounts of ours."""
    EXIT = 1
    """To an account at another institution."""
    ENTRY = 2
    """From an account at another institution."""
    CASH_OUT = 3
    """Cash from an account: counter or machine."""
    CASH_IN = 4
    """Money from nobody's account: cash, salary run, loan, interest."""
    FEE = 5
    """Charged by the bank, and what else it takes for itself."""
    REVERSAL = 6
    """Money that comes back on an edge: a reversal, refund or recall; from its creditor to its debtor."""
    UNEXPLAINED = 7
    """What a balance of the core tells of and no edge does; appended by the ledger, never by a caller."""


class AccountKind(IntEnum):
    """What an account is, where it matters for tracing and for what may be done with it."""

    UNKNOWN = 0
    PERSON = 1
    ENTERPRISE = 2
    MERCHANT = 3
    WALLET = 4
    """Pooled money of many: of a payment institution, a platform."""
    PAYROLL = 5
    CLEARING = 6
    """The bank's own: settlement, suspense."""
    GOVERNMENT = 7
    EXTERNAL = 8
    """At another institution."""
