"""One payer's month and the afternoon of a safe-account scam, as events; every name is invented."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from zhamen.events.model import AnyEvent

__all__ = ["habits", "scam"]

PAYER: Final = "6222020200112233445"
SHOPS: Final = ("6228480000000000017", "6228480000000000025", "6228480000000000033")
SWINDLER: Final = "6217000000000000118"
_ACCOUNT: Final = {"id": PAYER, "kind": "person", "tier": 1}
_PERSON: Final = {"id": "C1001", "name": "王兰", "kind": "person", "age": 67}


def habits(day: datetime) -> Iterator[AnyEvent]:
    """Give thirty days of small payments to the same shops, up to the day before."""
    for ago in range(30, 0, -1):
        at = day - timedelta(days=ago) + timedelta(hours=10 + ago % 8)
        shop = {"id": SHOPS[ago % 3], "kind": "merchant"}
        yield _event(
            f"H{ago}", "transfer", at, **_payment(shop, 1_800 + 37 * ago, 8_600_000 - 2_000 * (30 - ago))
        )


def scam(day: datetime) -> Iterator[AnyEvent]:
    """Give the day: groceries, then a caller who says he is the police and asks for the savings."""
    at = day + timedelta(hours=9)
    shop = {"id": SHOPS[0], "kind": "merchant"}
    yield _event("S1", "transfer", at, **_payment(shop, 2_350, 8_540_000))
    at += timedelta(hours=5)
    pressed = {"active_call": True, "screen_sharing": True, "new_device": False}
    limit = {"new_limit_minor": 50_000_000, "old_limit_minor": 500_000, "currency": "CNY"}
    payee = {"id": SWINDLER, "kind": "person", "opened_at": day - timedelta(days=6)}
    yield _event("S2", "login", at, account=_ACCOUNT, customer=_PERSON, session=pressed)
    yield _event("S3", "limit_changed", at + timedelta(minutes=6), account=_ACCOUNT, session=pressed, **limit)
    yield _event("S4", "payee_added", at + timedelta(minutes=9), account=_ACCOUNT, creditor_account=payee)
    for step, (amount, balance) in enumerate(((4_990_000, 8_537_650), (3_500_000, 3_547_650))):
        later = at + timedelta(minutes=12 + 4 * step)
        yield _event(f"S{5 + step}", "transfer", later, session=pressed, **_payment(payee, amount, balance))


def _payment(creditor: dict[str, Any], amount_minor: int, balance_minor: int) -> dict[str, Any]:
    return {
        "debtor_account": {**_ACCOUNT, "balance_minor": balance_minor},
        "debtor": _PERSON,
        "creditor_account": creditor,
        "amount_minor": amount_minor,
        "currency": "CNY",
    }


def _event(event_id: str, kind: str, at: datetime, **fields: Any) -> AnyEvent:
    device = {"id": "phone-7f3a", "ip": "10.20.30.40"}
    plain = {"type": kind, "event_id": event_id, "occurred_at": at.astimezone(UTC), "channel": "mobile"}
    event: AnyEvent = msgspec.convert({**plain, "device": device, **fields}, AnyEvent)
    return event
