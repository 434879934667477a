"""What became of warnings: given one by one, reported in figures."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from zhamen.adapters.sql.feedback import SqlFeedback
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import operator
from zhamen.bootstrap.records import open_records
from zhamen.bootstrap.units import path_of_unit
from zhamen.cli.output import Output
from zhamen.core.errors import InputError
from zhamen.ports.feedback import GROUPINGS
from zhamen.records.feedback import Feedback, FeedbackOutcome, together
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="干预结果与成效。 What became of warnings, and what they achieved.",
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_Event = Annotated[str, typer.Argument(help="事件编号。 The id of the event.")]
_Outcome = Annotated[FeedbackOutcome, typer.Argument(help="结果。 What happened.")]
_Amount = Annotated[int, typer.Option(min=0, help="金额（分）。 The amount in minor units.")]
_Lost = Annotated[int, typer.Option(min=0, help="损失（分）。 What was lost and not recovered.")]
_Fraud = Annotated[
    bool | None,
    typer.Option("--fraud/--innocent", help="查明是否诈骗；不知则不填。 The truth, where it is known."),
]
_Category = Annotated[str, typer.Option(help="风险类别。 The category of the record.")]
_Unit = Annotated[
    str, typer.Option(help="机构代码；默认为总行。 The unit, by code; default: the head office.")
]
_Source = Annotated[str, typer.Option(help="依据的来源。 The source of the record behind the warning.")]
_Channel = Annotated[str, typer.Option(help="渠道。 The channel.")]
_By = Annotated[str, typer.Option("--group-by", help=f"分组。 {', '.join(GROUPINGS)}.")]
_Days = Annotated[int, typer.Option(help="最近多少天。 Of how many days.")]


@app.command()
def give(  # noqa: PLR0913, PLR0917  # its options, all by name
    event: _Event,
    outcome: _Outcome,
    amount: _Amount = 0,
    lost: _Lost = 0,
    fraud: _Fraud = None,
    source: _Source = "",
    category: _Category = "",
    channel: _Channel = "",
    unit: _Unit = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """登记一次干预的结果。 Say what became of one warning."""
    output = Output(as_json=as_json)
    settings = read_settings(options={"data_dir": data_dir})
    given = Feedback(
        id=event,
        at=utc_now(),
        by=operator(),
        outcome=outcome,
        amount_minor=amount,
        lost_minor=lost,
        fraud=fraud,
        unit=path_of_unit(settings, unit),
        category=category,
        source=source,
        channel=channel,
    )
    with open_records(settings) as records:
        first = SqlFeedback(records.engine).give(given)
    output.say("已登记。" if first else "已更新。", "kept." if first else "updated.")
    output.result({"id": event, "outcome": outcome.value}, next_command="zhamen feedback report")


@app.command()
def report(by: _By = "source", days: _Days = 30, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """查准率、查全率、避免损失、净损失。 Precision, recall, what was prevented and what was lost."""
    output = Output(as_json=as_json)
    grouping = next((each for each in GROUPINGS if each == by), None)
    if grouping is None:
        raise InputError(f"--group-by {by!r} is none; choose from {', '.join(GROUPINGS)}")
    until = datetime.combine(date.fromordinal(utc_now().toordinal() + 1), time(), UTC)
    with open_records(read_settings(options={"data_dir": data_dir})) as records:
        effects = SqlFeedback(records.engine).effects(grouping, until - timedelta(days=days), until)
    if as_json:
        told = [{"effect": one, "precision": one.precision, "recall": one.recall} for one in effects]
        output.result({"effects": told})
        return
    for one in (*effects, together("合计 all", effects)):
        output.console.print(one.group or "–", markup=False, style="bold")
        output.console.print(
            f"    提示 warnings {one.warnings:,} · 查准 precision {_percent(one.precision)} · "
            f"查全 recall {_percent(one.recall)} · 避免 prevented {one.prevented_minor / 100:,.2f} · "
            f"损失 lost {one.lost_minor / 100:,.2f}",
            markup=False,
        )
    output.result({"分组 groups": len(effects)}, next_command="zhamen feedback report --group-by channel")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
