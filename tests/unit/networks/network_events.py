"""Random events for networks: few accounts that do all there is to do with each other."""

from random import Random
from typing import Any

import numpy as np

from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.fields import FIELDS, Kind
from zhamen.networks.live import Networks

Event = dict[str, Any]
MINUTE = 60_000_000
STEPS = (MINUTE, 10 * MINUTE, 120 * MINUTE, 700 * MINUTE)
CHANCES = {
    "transfer": 14,
    "cash_withdrawal": 2,
    "account_credited": 2,
    "transfer_settled": 5,
    "fraud_reported": 3,
    "login": 2,
    "payee_added": 1,
    "limit_changed": 1,
    "profile_changed": 1,
    "account_opened": 2,
}


def random_events(dice: Random, size: int) -> list[Event]:
    """Give events in the order they come, now and then a late one."""
    now, step, accounts = dice.randrange(10**15), dice.choice(STEPS), dice.choice((4, 6, 20))
    events: list[Event] = []
    for number in range(size):
        now += dice.choice((0, 1, step, step // 50, -step // 3))
        kind = dice.choices(list(CHANCES), list(CHANCES.values()))[0]
        about = {"type": kind, "event_id": f"E{number}", "occurred_at": now} | _seen_with(dice)
        events.append(about | _content(dice, kind, accounts, events))
    return events


def row_of(event: Event) -> list[Any]:
    """Give an event as the row that networks read."""
    return [event.get(name) for name in Networks.fields]


def _seen_with(dice: Random) -> Event:
    return {
        "device_id": dice.choice((None, f"D{dice.randrange(6)}")),
        "device_ip": dice.choice((None, f"192.0.2.{dice.randrange(4)}")),
        "outlet": dice.choice((None, f"O{dice.randrange(2)}")),
    }


def _content(dice: Random, kind: str, accounts: int, before: list[Event]) -> Event:
    match kind:
        case "transfer":
            sides = _account(dice, "debtor_account", accounts) | _account(dice, "creditor_account", accounts)
            side = dice.choice((None, None, "both", "debtor", "creditor"))
            return sides | _amount(dice) | {
                "customer_side": side, "debtor_id": _party(dice), "creditor_id": _party(dice)
            }  # fmt: skip
        case "cash_withdrawal":
            return _account(dice, "debtor_account", accounts) | _amount(dice) | {"debtor_id": _party(dice)}
        case "transfer_settled":
            settlements = ("settled", "settled", "declined", "returned", "cancelled")
            about = _about(dice, accounts, before)
            amount = dice.choice((about["amount_minor"], dice.randint(1, about["amount_minor"]), None))
            return about | {"settlement": dice.choice(settlements), "amount_minor": amount}
        case "fraud_reported":
            return _reported(dice, accounts, before)
    held = _account(dice, "account", accounts) | {
        "customer_id": _party(dice),
        "customer_phone": dice.choice((None, f"T{dice.randrange(4)}")),
        "customer_address": dice.choice((None, f"H{dice.randrange(3)}")),
    }
    if kind == "account_credited":
        held |= _amount(dice)
    elif kind == "login":
        held["succeeded"] = dice.choice((True, True, False))
    elif kind == "account_opened":
        held["companion"] = _party(dice)
    return held


def _account(dice: Random, name: str, accounts: int) -> Event:
    of_many = ("merchant", "wallet", "payroll", "government", "internal")
    kinds = (None, None, "person", "person", "enterprise", *of_many)
    return {
        f"{name}_id": f"A{dice.randrange(accounts)}",
        f"{name}_kind": dice.choice(kinds),
        f"{name}_balance_minor": dice.choice((None, None, None, dice.randrange(-50, 100_000))),
        f"{name}_opened_at": dice.choice((None, None, dice.randrange(10**15))),
    }


def _party(dice: Random) -> str | None:
    return dice.choice((None, f"P{dice.randrange(5)}"))


def _amount(dice: Random) -> Event:
    return {"amount_minor": dice.choice((dice.randint(1, 3_000), dice.randint(100_000, 6_000_000)))}


def _about(dice: Random, accounts: int, before: list[Event]) -> Event:
    """Give the transfer that something is about: most often one of the last."""
    transfers = [event for event in before[-40:] if event["type"] == "transfer"]
    if transfers and dice.random() < 0.8:
        event = dice.choice(transfers)
        sides = {name: event[name] for name in ("debtor_account_id", "creditor_account_id")}
        return {"transfer_event_id": event["event_id"], "amount_minor": event["amount_minor"]} | sides
    sides = {f"{role}_account_id": f"A{dice.randrange(accounts)}" for role in ("debtor", "creditor")}
    return {"transfer_event_id": f"E{dice.randrange(len(before) + 1)}", "amount_minor": 5} | sides


def _reported(dice: Random, accounts: int, before: list[Event]) -> Event:
    labels = ("confirmed_fraud", "confirmed_fraud", "false_positive", "suspicious")
    report = _about(dice, accounts, before) | {"label": dice.choice(labels)}
    if dice.random() < 0.4:
        del report["transfer_event_id"]
        if dice.random() < 0.5:
            del report["amount_minor"]
        if dice.random() < 0.2:
            del report["debtor_account_id"]
    return report


def column(name: str, values: list[Any]) -> Column:
    if FIELDS[name].kind is Kind.TEXT:
        codes: dict[Any, int] = {}
        placed = [-1 if value is None else codes.setdefault(value, len(codes)) for value in values]
        return Texts(np.array(placed, np.int32), tuple(codes))
    known = np.array([value is not None for value in values])
    return Numbers(np.array([0 if value is None else value for value in values], np.int64), known)


def batch_of(events: list[Event]) -> Batch:
    columns = {name: column(name, [event.get(name) for event in events]) for name in Networks.fields}
    return Batch(len(events), columns)


def written(networks: Networks) -> dict[str, bytes]:
    """Give the state of networks as named bytes."""
    return {name: bytes(part) for name, part in networks.parts()}
