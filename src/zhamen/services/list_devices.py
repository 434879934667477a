"""The devices that an account was used from, and how it was signed in to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.core.identifiers import mask
from zhamen.events.model import AnyEvent, Login
from zhamen.ports.journal import JournalRead

__all__ = ["DeviceSeen", "list_devices"]

_EVENT: Final = msgspec.json.Decoder(AnyEvent)


class DeviceSeen(Struct, kw_only=True):
    """A device in the hand of whoever acted for an account; ``masked`` and ``ip`` are empty when not told.

    ``uses`` counts all that was done with it, ``logins`` the sign-ins among them, ``failed`` those of these
    that did not succeed. ``ip`` is the last one.
    """

    masked: str
    ip: str
    first_at: datetime
    last_at: datetime
    uses: int = 0
    logins: int = 0
    failed: int = 0


def list_devices(journal: JournalRead, account: str, seqs: Iterable[int]) -> list[DeviceSeen]:
    """Give the devices with which an account acted in some entries of the journal, the last used first.

    Entries in which it was only paid say nothing of its devices. Sign-ins without a device count as one.
    """
    found: dict[str, DeviceSeen] = {}
    for seq in sorted(seqs):
        entry = journal.at(seq)
        if entry is not None:
            _note(found, _EVENT.decode(entry.event), account)
    return sorted(found.values(), key=lambda one: one.last_at, reverse=True)


def _note(found: dict[str, DeviceSeen], event: AnyEvent, account: str) -> None:
    acting = getattr(event, "debtor_account", None) or getattr(event, "account", None)
    if acting is None or acting.id != account:
        return
    device = event.device
    key = "" if device is None or device.id is None else device.id
    if not key and not isinstance(event, Login):
        return
    at = event.occurred_at
    seen = found.setdefault(key, DeviceSeen(masked=mask(key), ip="", first_at=at, last_at=at))
    seen.first_at, seen.last_at = min(seen.first_at, at), max(seen.last_at, at)
    seen.uses += 1
    if device is not None and device.ip is not None:
        seen.ip = device.ip
    if isinstance(event, Login):
        seen.logins += 1
        seen.failed += not event.succeeded
