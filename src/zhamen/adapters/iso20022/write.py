"""Transfers as minimal ISO 20022 messages: the key fields, in the order of the schemas."""

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET  # writing only

from zhamen.adapters.iso20022.tags import (
    ACCOUNT,
    AGENT,
    DIALECTS,
    NAMESPACE,
    NOT_PROVIDED,
    PARTS,
    Dialect,
    Fields,
)
from zhamen.adapters.iso20022.transfer import CreditTransfer
from zhamen.core.errors import InputError
from zhamen.core.money import format_minor

__all__ = ["to_xml"]

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}")
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_CODE: Final = re.compile(r"[A-Z0-9]{1,4}")


def to_xml(transfers: Sequence[CreditTransfer], family: str) -> bytes:
    """Write transfers of one message as one message of `family` (``pacs.008``, ``pain.001``, ``pain.013``).

    What `MessageFile` reads from it is equal in every mapped field but ``message`` and, where the
    message they came in had several, the place in ``event_id``.

    Raises
    ------
    InputError
        Another family, nothing to write, or transfers of several messages.
    """
    dialect = next((each for each in DIALECTS if each.family == family), None)
    if dialect is None:
        raise InputError(f"{family!r} is not written; there are {', '.join(d.family for d in DIALECTS)}")
    if len({each.message_id for each in transfers}) != 1:
        raise InputError("one message is written at a time; give the transfers of one message")
    namespace = f"{NAMESPACE}{family}.001.{dialect.version}"
    document = ET.Element("Document", xmlns=namespace)
    body = ET.SubElement(document, dialect.body)
    _header(body, dialect, transfers)
    for each in transfers:
        if dialect.group:
            _in_group(body, dialect, each)
        else:
            _settled(ET.SubElement(body, dialect.transaction), dialect, each)
    written: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def _header(body: ET.Element, dialect: Dialect, transfers: Sequence[CreditTransfer]) -> None:
    first = transfers[0]
    _put(body, "GrpHdr/MsgId", first.message_id)
    _put(body, "GrpHdr/CreDtTm", first.transfer.occurred_at.isoformat())
    _put(body, "GrpHdr/NbOfTxs", str(len(transfers)))
    if dialect.group:
        name = first.transfer.debtor.name if first.transfer.debtor else None
        _put(body, "GrpHdr/InitgPty/Nm", name or NOT_PROVIDED)
    else:
        _put(body, "GrpHdr/SttlmInf/SttlmMtd", "CLRG")


def _settled(node: ET.Element, dialect: Dialect, each: CreditTransfer) -> None:
    """Write a transaction between banks."""
    _identification(node, each, with_transaction_id=True)
    _amount(node, dialect, each)
    _put(node, "IntrBkSttlmDt", each.settlement_date)
    _put(node, "AccptncDtTm", each.transfer.occurred_at.isoformat())
    _put(node, "ChrgBr", "SLEV")
    for name in PARTS:
        _part(node, name, each)
    _purpose(node, each)


def _in_group(body: ET.Element, dialect: Dialect, each: CreditTransfer) -> None:
    """Write a customer's transaction in a payment information of its own."""
    group = ET.SubElement(body, dialect.group)
    _put(group, "PmtInfId", each.transfer.end_to_end_id or NOT_PROVIDED)
    _put(group, "PmtMtd", "TRF")
    _put(group, "ReqdExctnDt/Dt", each.transfer.occurred_at.date().isoformat())
    for name in ("debtor", "debtor_account", "debtor_agent", "ultimate_debtor"):
        _part(group, name, each)
    node = ET.SubElement(group, dialect.transaction)
    _identification(node, each, with_transaction_id=False)
    _amount(node, dialect, each)
    _put(node, "ChrgBr", "SLEV")
    for name in ("creditor_agent", "creditor", "creditor_account", "ultimate_creditor"):
        _part(node, name, each)
    _purpose(node, each)


def _identification(node: ET.Element, each: CreditTransfer, *, with_transaction_id: bool) -> None:
    _put(node, "PmtId/InstrId", each.instruction_id)
    _put(node, "PmtId/EndToEndId", each.transfer.end_to_end_id or NOT_PROVIDED)
    if with_transaction_id:
        _put(node, "PmtId/TxId", each.transaction_id)
    _put(node, "PmtId/UETR", each.transfer.uetr)


def _amount(node: ET.Element, dialect: Dialect, each: CreditTransfer) -> None:
    text, currency = format_minor(each.transfer.amount_minor, each.transfer.currency).split()
    amount = _put(node, dialect.amount, text)
    if amount is not None:
        amount.set("Ccy", currency)


def _purpose(node: ET.Element, each: CreditTransfer) -> None:
    purpose = each.transfer.purpose
    _put(node, "Purp/Cd" if purpose and _CODE.fullmatch(purpose) else "Purp/Prtry", purpose)
    _put(node, "RmtInf/Ustrd", each.transfer.remittance_info)


def _part(node: ET.Element, name: str, each: CreditTransfer) -> None:
    """Write a part where the schema wants it; parties and agents are there even when nothing is known."""
    tag, fields = PARTS[name]
    owner = each if name.startswith("ultimate") else each.transfer
    part = getattr(owner, name)
    if part is None:
        if name in ("debtor", "creditor"):
            ET.SubElement(node, tag)
        elif fields is AGENT:
            _put(node, f"{tag}/FinInstnId/Othr/Id", NOT_PROVIDED)
        return
    _fields(ET.SubElement(node, tag), fields, part)


def _fields(node: ET.Element, fields: Fields, part: object) -> None:
    identifier = getattr(part, "id", None)
    if fields is ACCOUNT:
        _put(node, "Id/IBAN" if _is_iban(identifier or "") else "Id/Othr/Id", identifier)
    elif fields is AGENT:
        path = "FinInstnId/BICFI" if _BIC.fullmatch(identifier or "") else "FinInstnId/ClrSysMmbId/MmbId"
        _put(node, path, identifier)
        _put(node, "FinInstnId/Nm", getattr(part, "name", None))
    else:
        kind = "PrvtId" if getattr(part, "kind", None) == "person" else "OrgId"
        _put(node, "Nm", getattr(part, "name", None))
        _put(node, f"Id/{kind}/Othr/Id", identifier)
        _put(node, "CtryOfRes", getattr(part, "country", None))


def _is_iban(text: str) -> bool:
    """Say whether a text is an IBAN by form and check digits (ISO 7064 MOD 97-10).

    >>> _is_iban("GB82WEST12345698765432"), _is_iban("0031234567")
    (True, False)
    """
    if _IBAN.fullmatch(text) is None:
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _put(node: ET.Element, path: str, text: str | None) -> ET.Element | None:
    """Write a text at a path below `node`, going into what was opened last; nothing when there is none."""
    if text is None:
        return None
    for name in path.split("/")[:-1]:
        last = node[-1] if len(node) else None
        node = last if last is not None and last.tag == name else ET.SubElement(node, name)
    leaf = ET.SubElement(node, path.rpartition("/")[2])
    leaf.text = text
    return leaf
