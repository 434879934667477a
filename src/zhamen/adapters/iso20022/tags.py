"""Which wire tag is which field: the one table that reading and writing go by.

Sources: message definitions pacs.008.001.08, pain.001.001.03 and .09, pain.013.001.07 of the
ISO 20022 catalogue. Versions of a family differ in tags that are listed here side by side
(``BIC`` became ``BICFI``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = [
    "ACCOUNT",
    "AGENT",
    "DIALECTS",
    "NAMESPACE",
    "NOT_PROVIDED",
    "PARTS",
    "PARTY",
    "PLAIN",
    "REFERENCES",
    "Dialect",
    "Fields",
    "dialect_of",
]

Fields = Mapping[str, tuple[str, ...]]
"""Fields of a part, each with the paths where it may stand, the first that is there counts."""

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"

PARTY: Final[Fields] = {
    "name": ("Nm",),
    "country": ("CtryOfRes", "PstlAdr/Ctry"),
    "id": ("Id/OrgId/AnyBIC", "Id/OrgId/BICOrBEI", "Id/OrgId/LEI", "Id/OrgId/Othr/Id", "Id/PrvtId/Othr/Id"),
}
ACCOUNT: Final[Fields] = {"id": ("Id/IBAN", "Id/Othr/Id")}
AGENT: Final[Fields] = {
    "id": (
        "FinInstnId/BICFI",
        "FinInstnId/BIC",
        "FinInstnId/ClrSysMmbId/MmbId",
        "FinInstnId/Othr/Id",
    ),
    "name": ("FinInstnId/Nm",),
}
PARTS: Final[Mapping[str, tuple[str, Fields]]] = {
    "ultimate_debtor": ("UltmtDbtr", PARTY),
    "debtor": ("Dbtr", PARTY),
    "debtor_account": ("DbtrAcct", ACCOUNT),
    "debtor_agent": ("DbtrAgt", AGENT),
    "creditor_agent": ("CdtrAgt", AGENT),
    "creditor": ("Cdtr", PARTY),
    "creditor_account": ("CdtrAcct", ACCOUNT),
    "ultimate_creditor": ("UltmtCdtr", PARTY),
}
"""The parts of a transfer, in the order of the schemas; each with its fields and their tags below it."""

PLAIN: Final = {
    "end_to_end_id": ("PmtId/EndToEndId",),
    "uetr": ("PmtId/UETR",),
    "purpose": ("Purp/Cd", "Purp/Prtry"),
    "remittance_info": ("RmtInf/Ustrd",),
}
NOT_PROVIDED: Final = "NOTPROVIDED"
"""What stands in a tag that must be there when nothing is known; read as nothing."""

REFERENCES: Final = {
    "instruction_id": ("PmtId/InstrId",),
    "transaction_id": ("PmtId/TxId",),
    "settlement_date": ("IntrBkSttlmDt",),
}
"""What a transfer of ours has no field for; kept beside it."""


@dataclass(frozen=True)
class Dialect:
    """One message family: its tags for the whole, one transaction and the amount, and where times stand."""

    family: str
    body: str
    transaction: str
    amount: str
    version: str
    """The version that is written."""
    group: str = ""
    """Around transactions; its children hold for each of them."""
    accepted_at: str = ""
    """In the transaction; otherwise the message's creation time counts."""


DIALECTS: Final = (
    Dialect(
        "pacs.008", "FIToFICstmrCdtTrf", "CdtTrfTxInf", "IntrBkSttlmAmt", "08", accepted_at="AccptncDtTm"
    ),
    Dialect("pain.001", "CstmrCdtTrfInitn", "CdtTrfTxInf", "Amt/InstdAmt", "09", group="PmtInf"),
    Dialect("pain.013", "CdtrPmtActvtnReq", "CdtTrfTx", "Amt/InstdAmt", "07", group="PmtInf"),
)


def dialect_of(namespace: str) -> Dialect | None:
    """Give the dialect of a namespace, whatever its version; None when it is another message.

    >>> dialect_of("urn:iso:std:iso:20022:tech:xsd:pain.001.001.03").transaction
    'CdtTrfTxInf'
    """
    family = namespace.removeprefix(NAMESPACE)[:8]
    if not namespace.startswith(NAMESPACE):
        return None
    return next((dialect for dialect in DIALECTS if dialect.family == family), None)
