"""The embedded gate on a simulated bank: a month of history, then one day to watch."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer
from rich.live import Live

from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.embedded import embedded_gate
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

_INTENSITY: Final = 150.0
"""Scams are this many times as frequent as in life, so that one day of a small town has some of each."""
_STEP: Final = 200


@app.command()
def demo(
    customers: _Customers = 3_000, history: _History = 30, seed: _Seed = 15, as_json: _Json = False
) -> None:
    """闸门演示：模拟银行的一天。 The gate on one day of a simulated bank."""
    output = Output(as_json=as_json)
    output.say(
        "启动内嵌闸门（首次要编译内核，约半分钟）…", "starting the embedded gate (the first time compiles)…"
    )
    day = live_a_day(town(customers, history, seed), output)
    output.console.print()
    output.console.print(closing(day))
    output.result(day.facts(), next_command="zhamen serve --insecure-no-keys")


def town(customers: int, history: int, seed: int) -> BankConfig:
    """Give a bank whose last day is yesterday."""
    first = utc_now().date() - timedelta(days=history + 1)
    return BankConfig(customers=customers, days=history + 1, seed=seed, intensity=_INTENSITY, start=first)


def live_a_day(config: BankConfig, output: Output) -> Day:
    """Let all but the last day pass, then show that day; a payment that is stopped does not happen."""
    bank, rehearsal, day = Bank(config), Rehearsal(), Day()
    events = bank.events()
    with (
        TemporaryDirectory(prefix="zhamen-demo-") as folder,
        embedded_gate("starter", Path(folder), rehearsal.clock) as service,
    ):
        event = _live_through(bank, rehearsal, service, events, output)
        with Live(screen(day), console=output.console, refresh_per_second=8) as live:
            while event is not None:
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
    bank: Bank, rehearsal: Rehearsal, service: DecisionService, events: Iterator[AnyEvent], output: Output
) -> AnyEvent | None:
    """Let all but the last day pass the gate, so that it knows everybody; give the day's first event."""
    calendar = bank.world.calendar
    dawn = from_micros(calendar.today(calendar.days - 1).midnight)
    with output.progress("过去一个月先过闸", "a month passes the gate first") as tick:
        for number, event in enumerate(events, 1):
            if event.occurred_at >= dawn:
                rehearsal.settle()
                bank.truth.take()
                return event
            rehearsal.play(service, event)
            if number % _STEP == 0:
                tick(_STEP)
    return None
