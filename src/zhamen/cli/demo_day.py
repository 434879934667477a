"""The day of the demo: what happened so far, and how it looks on the screen."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Final

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zhamen.core.money import format_minor
from zhamen.events.model import CashWithdrawal, Event, Transfer
from zhamen.gate.decision import Decision, Outcome
from zhamen.simulate import Role, Truth, TruthBook

__all__ = ["Day", "closing", "screen"]

_SHOWN: Final = 8
_CLOCK: Final = timezone(timedelta(hours=8))
_NAMES: Final = {
    "fake_police": "冒充公检法 fake police",
    "task": "刷单返利 task scam",
    "romance": "杀猪盘 romance investment",
    "fake_refund": "冒充客服退款 fake refund",
    "fake_loan": "虚假贷款 fake loan",
    "impersonation": "冒充领导亲友 impersonation",
}


@dataclass(slots=True)
class Scam:
    """Payments of the victims of one kind of scam; those warned or challenged, and those stopped."""

    payments: int = 0
    warned: int = 0
    stopped: int = 0
    amount_minor: int = 0
    saved_minor: int = 0


@dataclass(slots=True)
class Day:
    """All that the demo counts."""

    payments: int = 0
    innocent: int = 0
    false_alarms: int = 0
    inbound: int = 0
    """Payments of victims at other banks, of which this bank sees the receiving side only."""
    inbound_stopped: int = 0
    mule_payments: int = 0
    mule_stopped: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    scams: dict[str, Scam] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    latest: deque[tuple[Transfer | CashWithdrawal, Decision]] = field(
        default_factory=lambda: deque(maxlen=_SHOWN)
    )

    def add(self, event: Event, decision: Decision, took: float, book: TruthBook) -> None:
        """Count one event; what a ring's accounts do for their owners is neither innocent nor a scam."""
        self.seconds.append(took)
        if not isinstance(event, Transfer | CashWithdrawal):
            return
        self.payments += 1
        self.outcomes[decision.outcome] += 1
        if decision.outcome is not Outcome.ALLOW:
            self.latest.append((event, decision))
        truth = book.get(event.event_id)
        if truth is not None and truth.illicit:
            self._add_illicit(event, decision, truth)
        elif event.debtor_account.id not in book.mules:
            self.innocent += 1
            self.false_alarms += decision.outcome.severity >= Outcome.CHALLENGE.severity

    def _add_illicit(self, event: Transfer | CashWithdrawal, decision: Decision, truth: Truth) -> None:
        stopped = stops(decision)
        if truth.role is Role.VICTIM and isinstance(event, Transfer) and event.customer_side == "creditor":
            self.inbound += 1
            self.inbound_stopped += stopped
        elif truth.role is Role.VICTIM:
            scam = self.scams.setdefault(truth.scam_kind or "", Scam())
            scam.payments += 1
            scam.amount_minor += event.amount_minor
            scam.warned += not stopped and decision.outcome is not Outcome.ALLOW
            scam.stopped += stopped
            scam.saved_minor += event.amount_minor if stopped else 0
        elif truth.role in (Role.MULE, Role.CASH_OUT):
            self.mule_payments += 1
            self.mule_stopped += stopped

    @property
    def saved_minor(self) -> int:
        """What victims did not lose because their payment was stopped."""
        return sum(scam.saved_minor for scam in self.scams.values())

    def facts(self) -> dict[str, object]:
        """Give the figures for the end."""
        latency = np.percentile(self.seconds or [0.0], (50, 95, 99)) * 1000
        return {
            "payments": self.payments,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "victims_payments": sum(scam.payments for scam in self.scams.values()),
            "victims_payments_warned": sum(scam.warned for scam in self.scams.values()),
            "victims_payments_stopped": sum(scam.stopped for scam in self.scams.values()),
            "value_saved": format_minor(self.saved_minor, "CNY"),
            "victims_elsewhere_payments": self.inbound,
            "victims_elsewhere_stopped": self.inbound_stopped,
            "mule_payments": self.mule_payments,
            "mule_payments_stopped": self.mule_stopped,
            "false_alarms_per_10000": round(10_000 * self.false_alarms / max(self.innocent, 1), 1),
            "durable_ms_p50_p95_p99": [round(float(part), 2) for part in latency],
        }


def stops(decision: Decision) -> bool:
    """Say whether the money stays for now: delayed, held or declined."""
    return decision.outcome.severity >= Outcome.DELAY.severity


def screen(day: Day) -> RenderableType:
    """Show the latest payments that were not simply allowed, and why."""
    table = Table(title="不是直接放行的付款 payments not simply allowed", expand=True)
    table.add_column("时间 time", width=8)
    table.add_column("金额 amount", justify="right", width=16)
    table.add_column("处置 outcome", width=10)
    table.add_column("理由 why", ratio=1, overflow="fold")
    for event, decision in day.latest:
        why = decision.reasons[0] if decision.reasons else None
        words = f"{why.code} {why.text.zh}\n[dim]{why.text.en}[/dim]" if why else ""
        amount = format_minor(event.amount_minor, event.currency)
        table.add_row(
            f"{event.occurred_at.astimezone(_CLOCK):%H:%M:%S}",
            amount,
            f"[bold]{decision.outcome}[/bold]",
            words,
        )
    outcomes = "  ".join(f"{outcome} {day.outcomes[outcome]}" for outcome in Outcome)
    return Group(table, Text(f"付款 payments {day.payments}    {outcomes}", overflow="fold"))


def closing(day: Day) -> RenderableType:
    """Show the scams of the day by kind, and what was saved."""
    table = Table(title="按骗局类型 by kind of scam")
    table.add_column("骗局 scam", overflow="fold")
    for heading in ("付款 payments", "提示核验 warned", "拦下 stopped", "金额 amount", "保住 saved"):
        table.add_column(heading, justify="right")
    for kind, name in _NAMES.items():
        scam = day.scams.get(kind, Scam())
        amounts = (format_minor(minor, "CNY") for minor in (scam.amount_minor, scam.saved_minor))
        table.add_row(name, str(scam.payments), str(scam.warned), str(scam.stopped), *amounts)
    return table
