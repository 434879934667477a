"""The embedded gate on a simulated bank: a month of history, then one day to watch."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer
from rich.live import Live

from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.embedded import embedded_gate
from zhamen.cli.demo_console import Sitting, show_console
from zhamen.cli.demo_day import Day, closing, screen, stops
from zhamen.cli.output import Output
from zhamen.core.instants import from_micros
from zhamen.events.model import AnyEvent
from zhamen.services.decide import DecisionService
from zhamen.services.rehearse import Rehearsal
from zhamen.simulate import Bank, BankConfig

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_Customers = Annotated[int, typer.Option(help="客户数。 How many customers.")]
_History = Annotated[int, typer.Option(help="先过闸的天数。 Days of history before the day shown.")]
_Seed = Annotated[int, typer.Option(help="随机种子。 The seed.")]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_Console = Annotated[
    bool | None,
    typer.Option(
        "--console/--no-console",
        help="之后打开控制台；在终端里默认打开。 Open the console afterwards; default in a terminal.",
    ),
]
_Port = Annotated[int, typer.Option(help="控制台的端口。 The port of the console.")]

_INTENSITY: Final = 150.0
"""Scams are this many times as frequent as in life, so that one day of a small town has some of each."""
_STEP: Final = 200


@app.command()
def demo(  # its options, all by name
    customers: _Customers = 3_000,
    history: _History = 30,
    seed: _Seed = 15,
    console: _Console = None,
    port: _Port = 8080,
    as_json: _Json = False,
) -> None:
    """闸门演示：模拟银行的一天，然后是控制台。 The gate on a simulated bank: one day, then the console."""
    output = Output(as_json=as_json)
    opened = (sys.stdout.isatty() and not as_json) if console is None else console
    output.say(
        "启动内嵌闸门（内核没有编译过时，先编译一两分钟）…",
        "starting the embedded gate (compiles for a minute or two when nothing is compiled yet)…",
    )
    bank = Bank(town(customers, history, seed))
    events = bank.events()
    with TemporaryDirectory(prefix="zhamen-demo-") as name:
        folder = Path(name)
        day = live_a_day(bank, events, folder, output)
        output.console.print()
        output.console.print(closing(day))
        output.result(day.facts(), next_command="" if opened else "zhamen demo --console")
        if opened:
            show_console(Sitting(bank, events, folder, port), output)


def town(customers: int, history: int, seed: int) -> BankConfig:
    """Give a bank with a month of history, a day to watch and, yesterday, one more for the console."""
    days = history + 2
    first = utc_now().date() - timedelta(days=days)
    return BankConfig(customers=customers, days=days, seed=seed, intensity=_INTENSITY, start=first)


def live_a_day(bank: Bank, events: Iterator[AnyEvent], folder: Path, output: Output) -> Day:
    """Let the history pass, then show the day after it; a payment that is stopped does not happen.

    The gate's data are in `folder`; the events of the day after that are left.
    """
    rehearsal, day = Rehearsal(), Day()
    history = bank.world.calendar.days - 2
    with embedded_gate("starter", folder, rehearsal.clock) as service:
        dawns = [from_micros(bank.world.calendar.today(history + late).midnight) for late in (0, 1)]
        event = _live_through(rehearsal, service, events, dawns[0], output)
        bank.truth.take()
        with Live(screen(day), console=output.console, refresh_per_second=8) as live:
            while event is not None and event.occurred_at < dawns[1]:
                decision, took = rehearsal.decide(service, event)
                day.add(event, decision, took, bank.truth)
                if stops(decision):
                    bank.stopped(event.event_id)
                if len(day.seconds) % _STEP == 0:
                    live.update(screen(day))
                event = next(events, None)
            live.update(screen(day))
    return day


def _live_through(
    rehearsal: Rehearsal, service: DecisionService, events: Iterator[AnyEvent], dawn: datetime, output: Output
) -> AnyEvent | None:
    """Let all that was before an instant pass the gate, so that it knows everybody; give the next event."""
    with output.progress("过去一个月先过闸", "a month passes the gate first") as tick:
        for number, event in enumerate(events, 1):
            if event.occurred_at >= dawn:
                rehearsal.settle()
                return event
            rehearsal.play(service, event)
            if number % _STEP == 0:
                tick(_STEP)
    return None
