"""One transaction of a message as a transfer, with the references that a transfer has no field for."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.adapters.iso20022.nodes import Node
from zhamen.adapters.iso20022.tags import AGENT, NOT_PROVIDED, PARTS, PLAIN, REFERENCES, Dialect, Fields
from zhamen.core.errors import InputError, InvalidEvent
from zhamen.core.money import parse_minor
from zhamen.events.door import convert_event
from zhamen.events.model import Transfer
from zhamen.events.parts import Party

__all__ = ["CreditTransfer", "transfer_of"]

_LONGEST_TEXT: Final = 280
_ULTIMATE: Final = ("ultimate_debtor", "ultimate_creditor")


class CreditTransfer(Struct, frozen=True, kw_only=True):
    """A transfer and what its message said beside it.

    ``message`` is the definition it came in, as ``pacs.008.001.08``.
    """

    message: str
    message_id: str
    transfer: Transfer
    instruction_id: str | None = None
    transaction_id: str | None = None
    settlement_date: str | None = None
    ultimate_debtor: Party | None = None
    ultimate_creditor: Party | None = None


def transfer_of(node: Node, dialect: Dialect, number: int, zone_minutes: int | None) -> CreditTransfer:
    """Map one transaction.

    Parameters
    ----------
    number
        Its place in the message, from 1; message id and place make the event id.
    zone_minutes
        Minutes east of UTC, for times written without zone; None refuses them.

    Raises
    ------
    InvalidEvent
        Something a transfer needs is missing or wrong; ``path`` is the wire path or the field.
    """
    scope = _Scope(node, dialect)
    message_id = scope.header("MsgId")
    amount_minor, currency = _amount(scope)
    parts = {name: _part(scope, tag, fields) for name, (tag, fields) in PARTS.items()}
    event: dict[str, object] = {
        "type": "transfer",
        "event_id": f"{message_id}/{number}",
        "occurred_at": _occurred_at(scope, zone_minutes),
        "amount_minor": amount_minor,
        "currency": currency,
        "channel": "peer_bank" if dialect.family == "pacs.008" else None,
        **{name: scope.text(paths) for name, paths in PLAIN.items()},
        **{name: part for name, part in parts.items() if name not in _ULTIMATE},
    }
    transfer = convert_event({name: value for name, value in event.items() if value is not None})
    assert isinstance(transfer, Transfer)  # noqa: S101  # by its type
    references = {name: scope.text(paths) for name, paths in REFERENCES.items()}
    debtor, creditor = (_ultimate(parts[name], name) for name in _ULTIMATE)
    return CreditTransfer(
        message=node.namespace.rpartition(":")[2],
        message_id=message_id,
        transfer=transfer,
        ultimate_debtor=debtor,
        ultimate_creditor=creditor,
        **references,
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """A transaction with what its group and its message's header say for it."""

    node: Node
    dialect: Dialect

    def nodes(self, path: str) -> list[Node]:
        """Give the elements at `path`, of the transaction or, if it has none, of its group."""
        found = self.node.all(path)
        group = self.node.parent
        if not found and group is not None and self.dialect.group and group.name == self.dialect.group:
            return group.all(path)
        return found

    def text(self, paths: tuple[str, ...]) -> str | None:
        """Give the text at the first of `paths` that has any, repetitions joined and cut to what fits."""
        for path in paths:
            text = " ".join(node.text for node in self.nodes(path)).strip()
            if text and text != NOT_PROVIDED:
                return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
        return None

    def header(self, name: str) -> str:
        """Give a text of the message's header."""
        above: Node | None = self.node
        while above is not None:
            for node in above.all(f"GrpHdr/{name}"):
                if node.text:
                    return node.text
            above = above.parent
        raise InvalidEvent("the header does not have it; export the whole message", path=f"GrpHdr/{name}")


def _part(scope: _Scope, tag: str, fields: Fields) -> dict[str, str] | None:
    """Give what is known of a part; an agent that is only named is not known."""
    part: dict[str, str] = {}
    for name, paths in fields.items():
        text = scope.text(tuple(f"{tag}/{path}" for path in paths))
        if text is not None:
            part[name] = text
    if "country" in fields and part:
        for kind, path in (("enterprise", "Id/OrgId"), ("person", "Id/PrvtId")):
            if scope.nodes(f"{tag}/{path}"):
                part["kind"] = kind
    return None if fields is AGENT and "id" not in part else part or None


def _amount(scope: _Scope) -> tuple[int, str]:
    path = scope.dialect.amount
    nodes = scope.nodes(path)
    if not nodes:
        raise InvalidEvent("there is no amount; an amount by equivalent is not taken", path=path)
    currency = nodes[0].attributes.get("Ccy", "")
    try:
        return parse_minor(nodes[0].text, currency), currency
    except InputError as error:
        raise InvalidEvent(f"{error}; write a plain decimal of its currency", path=path) from None


def _occurred_at(scope: _Scope, zone_minutes: int | None) -> datetime:
    path = scope.dialect.accepted_at
    text = scope.text((path,)) if path else None
    if text is None:
        path, text = "GrpHdr/CreDtTm", scope.header("CreDtTm")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidEvent("not an ISO 8601 instant", path=path) from None
    if instant.tzinfo is not None:
        return instant
    if zone_minutes is None:
        raise InvalidEvent("the time has no zone; write one, or read with a pack's clock", path=path)
    return instant.replace(tzinfo=timezone(timedelta(minutes=zone_minutes)))


def _ultimate(part: dict[str, str] | None, name: str) -> Party | None:
    try:
        return None if part is None else msgspec.convert(part, Party)
    except msgspec.ValidationError as error:
        raise InvalidEvent(str(error).partition(" - at ")[0], path=name) from None
