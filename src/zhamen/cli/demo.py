"""The embedded gate on a scripted story: what it decides, why, and how fast."""

from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.opening import open_gatehouse
from zhamen.cli.output import Output
from zhamen.cli.story import habits, scam
from zhamen.core.errors import ZhamenError
from zhamen.core.money import format_minor
from zhamen.events.model import AnyEvent, Transfer
from zhamen.gate.decision import Decision, Outcome
from zhamen.services.decide import Answer, DecisionService
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_DECISION = msgspec.json.Decoder(Decision)


@app.command()
def demo(as_json: _Json = False) -> None:
    """闸门演示：一位客户的一个月和一场冒充公检法骗局。 One customer's month, then a safe-account scam."""
    output = Output(as_json=as_json)
    output.say(
        "启动内嵌闸门（首次需编译内核，约半分钟）…", "starting the embedded gate (the first time compiles)…"
    )
    with TemporaryDirectory(prefix="zhamen-demo-") as folder:
        settings = read_settings(options={"data_dir": Path(folder)})
        with open_gatehouse(settings, lambda answer: answer()) as gatehouse:
            service = gatehouse.service
            midnight = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
            day = midnight - timedelta(days=1)
            for event in habits(day):
                decide(service, event)
            output.say("过去三十天：30 笔日常付款。昨天：", "thirty days: 30 everyday payments. Yesterday:")
            shown = [(event, *decide(service, event)) for event in scam(day)]
    output.console.print(tell([(event, decision) for event, decision, _ in shown]))
    stopped = [
        e for e, d, _ in shown if isinstance(e, Transfer) and d.outcome.severity >= Outcome.DELAY.severity
    ]
    seconds = sorted(taken for _, _, taken in shown)
    output.result(
        {
            "payments": sum(isinstance(event, Transfer) for event, _, _ in shown),
            "stopped": len(stopped),
            "value_stopped": format_minor(sum(event.amount_minor for event in stopped), "CNY"),
            "slowest_answer_ms": round(seconds[-1] * 1000, 2),
        },
        next_command="make serve",
    )


def decide(service: DecisionService, event: AnyEvent) -> tuple[Decision, float]:
    """Send one event through the gate and wait until its decision is on disk; also give the seconds."""
    answers: SimpleQueue[Answer | ZhamenError] = SimpleQueue()
    started = perf_counter()
    service.submit(event, trace_id=f"demo-{event.event_id}", with_features=False, reply=answers.put)
    answer = answers.get()
    if isinstance(answer, ZhamenError):
        raise answer
    return _DECISION.decode(answer.decision_json), perf_counter() - started


def tell(story: list[tuple[AnyEvent, Decision]]) -> Table:
    """Lay out the payments of the story with their outcomes and reasons, in both languages."""
    table = Table(title="闸门 the gate", show_lines=True)
    for heading in ("时间 time", "金额 amount", "处置 outcome", "分数 score", "理由 why"):
        table.add_column(heading)
    for event, decision in story:
        amount = format_minor(event.amount_minor, event.currency) if isinstance(event, Transfer) else "–"
        why = "\n".join(f"{r.code} {r.text.zh}\n[dim]{r.text.en}[/dim]" for r in decision.reasons[:4])
        at = f"{event.occurred_at:%H:%M} {event.__struct_config__.tag}"
        table.add_row(at, amount, f"[bold]{decision.outcome}[/bold]", str(decision.score), why)
    return table
