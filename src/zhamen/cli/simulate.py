"""The synthetic bank on the command line: its events as JSON lines, their truth beside."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from zhamen.adapters.files.event_writer import JsonLines, json_lines
from zhamen.cli.output import Output
from zhamen.simulate import Bank, BankConfig

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_To = Annotated[Path, typer.Option(help="事件文件（JSON 行）。 The file of events, JSON lines.")]
_Truth = Annotated[Path | None, typer.Option(help="真相文件（JSON 行）。 The file of the truth, JSON lines.")]
_Customers = Annotated[int, typer.Option(help="客户数。 How many customers.")]
_Days = Annotated[int, typer.Option(help="天数。 How many days.")]
_Seed = Annotated[int, typer.Option(help="随机种子；相同种子，相同事件。 The same seed, the same events.")]
_Intensity = Annotated[float, typer.Option(help="骗局频度的倍数。 Multiplies the rate of scams.")]
_Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="第一天。 The first day.")]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]

_STEP = 1_000
_FIRST_DAY = datetime(2026, 3, 2)  # noqa: DTZ001  # a date, as typer takes it


@app.command()
def simulate(  # noqa: PLR0913, PLR0917  # its options, all by name
    to: _To,
    truth: _Truth = None,
    customers: _Customers = 10_000,
    days: _Days = 7,
    seed: _Seed = 1,
    intensity: _Intensity = 1.0,
    start: _Start = _FIRST_DAY,
    as_json: _Json = False,
) -> None:
    """生成模拟银行数据。 Make events of a synthetic bank, with their truth."""
    output, began = Output(as_json=as_json), perf_counter()
    config = BankConfig(customers=customers, days=days, seed=seed, intensity=intensity, start=start.date())
    bank, written, truths = Bank(config), 0, 0
    with ExitStack() as stack:
        events = stack.enter_context(json_lines(to))
        truth_file = stack.enter_context(json_lines(truth)) if truth is not None else None
        tick = stack.enter_context(output.progress("生成事件", "making events"))
        for event in bank.events():
            events.add(event)
            written += 1
            if written % _STEP == 0:
                tick(_STEP)
                truths += _take(bank, truth_file)
        truths += _take(bank, truth_file)
    facts = {
        "events": written,
        "payments_with_a_story": truths,
        "mule_accounts": len(bank.truth.mules),
        "seconds": round(perf_counter() - began, 1),
        "file": str(to),
    }
    output.result(facts, next_command=f"zhamen replay {to}")


def _take(bank: Bank, file: JsonLines | None) -> int:
    truths = bank.truth.take()
    if file is not None:
        for truth in truths:
            file.add(truth)
    return len(truths)
