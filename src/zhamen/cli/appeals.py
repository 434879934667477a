"""Appeals against records: listed by when they are due, taken, decided."""

from pathlib import Path
from typing import Annotated

import typer

from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import acting
from zhamen.bootstrap.records import open_records
from zhamen.cli.output import Output
from zhamen.records.appeal import CAUSES, Cause, Step
from zhamen.services.hear_appeals import AppealDesk
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="受理申诉，十五日内答复。 Hear appeals; each is answered within 15 days.",
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_By = Annotated[
    str, typer.Option("--by", help="谁在操作；默认为系统用户。 Who does it; default: the system's user.")
]
_Id = Annotated[int, typer.Argument(help="申诉编号。 The id of the appeal.")]
_Reason = Annotated[str, typer.Option(help="理由，内部保存。 Why; kept for the files.")]
_Unit = Annotated[
    str, typer.Option(help="所在机构代码；默认为总行。 The unit, by code; default: the head office.")
]
_Cause = Annotated[Cause | None, typer.Option(help="告知客户的原因。 What the customer is told.")]
_Step = Annotated[Step, typer.Argument(help="步骤。 What to do.")]
_All = Annotated[bool, typer.Option("--all", help="也列出已决的。 Those that are decided too.")]


@app.command("list")
def list_appeals(every: _All = False, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出申诉，先到期的在前。 List the appeals, those due first."""
    output = Output(as_json=as_json)
    now = utc_now()
    with open_records(read_settings(options={"data_dir": data_dir})) as records:
        found = SqlAppeals(records.engine).list_appeals(undecided=not every)
    if as_json:
        output.result({"appeals": found, "overdue": sum(appeal.overdue(now) for appeal in found)})
        return
    for appeal in found:
        late = "  逾期 overdue" if appeal.overdue(now) else ""
        due = f"{appeal.due_at:%Y-%m-%d}{late}"
        output.console.print(
            f"{appeal.id:>6}  {appeal.status:<9} {appeal.kind} {appeal.masked}  {due}",
            markup=False,
        )
        output.console.print(f"        {' '.join(appeal.claim.split())[:100]}", markup=False, style="dim")
    following = "zhamen appeals step ID take" if found else "zhamen records sources"
    output.result({"申诉 appeals": len(found)}, next_command=following)


@app.command()
def step(  # noqa: PLR0913, PLR0917  # its options, all by name
    appeal: _Id,
    step: _Step,
    reason: _Reason = "",
    cause: _Cause = None,
    by: _By = "",
    unit: _Unit = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """受理、支持并即刻解除、驳回、转交或撤回。 Take, uphold and release at once, reject, refer."""
    output = Output(as_json=as_json)
    settings = read_settings(options={"data_dir": data_dir})
    actor = acting(settings, by, unit, reason)
    with open_records(settings) as records:
        desk = AppealDesk(SqlAppeals(records.engine), utc_now)
        done, released = desk.step(appeal, step, actor, cause)
    output.say("申诉已更新。", "the appeal is updated.")
    if done.cause is not None and not as_json:
        output.console.print(f"  {'  '.join(CAUSES[done.cause])}", markup=False)
    output.result(
        {"id": done.id, "status": done.status.value, "released": len(released)},
        next_command="zhamen appeals list",
    )
