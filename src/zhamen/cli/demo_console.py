"""The console of the demo: a second simulated day passes while a newcomer looks at it."""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from zhamen.api.server import open_server
from zhamen.bootstrap.work import Work, open_work
from zhamen.cli.demo_day import stops
from zhamen.cli.output import Output
from zhamen.core.errors import UnavailableError
from zhamen.core.instants import from_micros
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer, TransferSettled
from zhamen.gate.decision import Outcome
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.services.decide import DecisionService
from zhamen.services.passwords import make_password
from zhamen.services.rehearse import Rehearsal
from zhamen.settings import Settings, read_settings
from zhamen.simulate import Bank
from zhamen.simulate.organisation import bank_tree

__all__ = ["Sitting", "show_console"]

_FASTER: Final = 96.0
"""A day passes in a quarter of an hour."""
_LONGEST_PAUSE: Final = 5.0
_PEOPLE: Final = (
    ("li", (Role.SUPERVISOR,), "主管：办案、处置付款  supervisor: cases and payments"),
    ("wang", (Role.SUPERVISOR,), "第二位主管：复核  a second supervisor: approves"),
    ("chen", (Role.AUDITOR,), "审计员  auditor"),
    ("zhao", (Role.ADMINISTRATOR,), "管理员：机构与员工  administrator: units and staff"),
)


class Sitting(NamedTuple):
    """A bank whose last day is still to come, and where its gate keeps its data."""

    bank: Bank
    events: Iterator[AnyEvent]
    folder: Path
    port: int


def show_console(sitting: Sitting, output: Output) -> None:
    """Serve the console until a signal, while the last day of the bank passes the gate."""
    options = {"data_dir": sitting.folder, "require_keys": False, "port": sitting.port}
    settings = read_settings(options=options)
    founded = sitting.bank.world.calendar.today(0).midnight
    password = _people(settings, from_micros(founded))
    with open_server(settings) as gate:
        over = threading.Event()
        day = threading.Thread(
            target=_pass_a_day, args=(sitting, gate.gatehouse.service, over), name="zhamen-demo", daemon=True
        )
        day.start()
        _welcome(output, f"{gate.url}/console/cases", password)
        gate.run()
        over.set()
        day.join()


def _people(settings: Settings, founded: datetime) -> str:
    """Put the bank's organisation in force as of its founding; give the password of all its people."""
    with open_work(settings) as work:
        tree = bank_tree()
        work.organisation.replace(tree, at=founded, by="demo")
        founder = Actor.of_staff("demo", (Role.ADMINISTRATOR,), work.organisation.known.scope(tree.root.code))
        password = make_password()
        for name, roles, _ in _PEOPLE:
            _settle(work, founder, name, roles, password)
        return password


def _settle(work: Work, founder: Actor, name: str, roles: tuple[Role, ...], password: str) -> None:
    made = work.staff.add(founder, name, roles, founder.unit)
    token = work.signing.enter(name, "password", "demo")
    work.own.change_password(made.member, made.password, password, token=token)


def _pass_a_day(sitting: Sitting, service: DecisionService, over: threading.Event) -> None:
    """Send the events that are left, each as long after the one before as it happened, but faster.

    What is held or delayed waits for who looks at it: the simulated payment system, which would take
    half a minute to give the money back, does not end it.
    """
    rehearsal, before, waiting = Rehearsal(), None, set[str]()
    for event in sitting.events:
        if isinstance(event, TransferSettled) and event.transfer_event_id in waiting:
            continue
        if before is not None:
            gap = (event.occurred_at - before).total_seconds() / _FASTER
            if over.wait(min(max(gap, 0.0), _LONGEST_PAUSE)):
                return
        before = event.occurred_at
        try:
            decision, _ = rehearsal.decide(service, event)
        except UnavailableError:
            return
        if isinstance(event, Transfer | CashWithdrawal) and stops(decision):
            sitting.bank.stopped(event.event_id)
            if decision.outcome is not Outcome.DECLINE:
                waiting.add(event.event_id)


def _welcome(output: Output, url: str, password: str) -> None:
    output.console.print()
    output.say("控制台已打开，又一个模拟日正在过闸：", "the console is open; another day passes the gate:")
    output.console.print(f"  [bold]{url}[/bold]")
    for name, _, what in _PEOPLE:
        output.console.print(f"  {name:<6} {password}   [dim]{what}[/dim]")
    output.say(
        "登录后：案件 → 打开一件 → 看理由和资金往来 → 处置付款、办结 → 拦截成效。",
        "sign in, open a case, follow the money, decide its payments, close it, and see the dashboard.",
    )
    output.say("按 Ctrl-C 结束。", "Ctrl-C ends it.")
