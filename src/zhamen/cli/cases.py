"""Cases and held payments: the queue, one case, and the acts on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from zhamen.bootstrap.casework import Cases, make_cases, whole_bank
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import operator
from zhamen.bootstrap.work import open_work
from zhamen.cases.acts import Act, ActKind, Detail
from zhamen.cases.case import Case, CaseStatus
from zhamen.cases.disposition import Disposition
from zhamen.cases.scripts import SCRIPTS
from zhamen.cli.output import Output
from zhamen.core.money import format_minor
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.ports.casework import Done, Wanted
from zhamen.services.casework import CaseFile, Request
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="办理案件与暂缓付款。 Work on cases and held payments.",
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_Case = Annotated[int, typer.Argument(help="案件编号。 The id of the case.")]
_Payment = Annotated[int, typer.Argument(help="付款编号。 The id of the held payment.")]
_Reason = Annotated[str, typer.Option("--reason", "-r", help="理由。 Why; kept with the case.")]
_Limit = Annotated[int, typer.Option(min=1, max=1_000, help="最多多少条。 How many at most.")]
_Unit = Annotated[str, typer.Option(help="机构路径。 The path of a unit.")]
_Status = Annotated[list[CaseStatus] | None, typer.Option(help="状态，可重复。 Status; repeat it.")]
_Mine = Annotated[str, typer.Option("--assignee", help="办理人。 Who works on it.")]
_Overdue = Annotated[bool, typer.Option("--overdue", help="只列逾期未响应的。 Not acknowledged in time.")]
_How = Annotated[Disposition, typer.Argument(help="结案意见。 How it is closed.")]
_Hours = Annotated[int, typer.Option(min=1, max=72, help="延长多少小时。 By how many hours.")]
_Replay = Annotated[int, typer.Option(min=0, help="重发这条消息。 Send this message again.")]


@app.command("list")
def list_cases(  # noqa: PLR0913, PLR0917  # its options, all by name
    status: _Status = None,
    unit: _Unit = "",
    assignee: _Mine = "",
    overdue: _Overdue = False,
    limit: _Limit = 50,
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """列出案件，可挽回金额大的在前。 List cases, those first in which most can be prevented."""
    output, now = Output(as_json=as_json), utc_now()
    wanted = Wanted(statuses=tuple(status or ()), unit=unit, assignee=assignee, overdue=overdue)
    with _opened(data_dir) as (cases, operator):
        page = cases.desk.queue(operator, wanted, limit=limit)
        counts = cases.desk.counts(operator)
    if as_json:
        output.result({"cases": page.cases, "counts": counts, "more": page.after is not None})
        return
    for case in page.cases:
        late = "  逾期 overdue" if case.overdue(now) else ""
        output.console.print(f"{_line(case)}{late}", markup=False)
    following = f"zhamen cases show {page.cases[0].id}" if page.cases else "zhamen projections status"
    output.result(
        {
            "待办 new": counts.new,
            "在办 investigating": counts.investigating,
            "待放行 payments": counts.payments,
        },
        next_command=following,
    )


@app.command()
def show(case: _Case, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """查看一个案件。 Show a case with its alerts, payments and timeline."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (cases, operator):
        file = cases.desk.show(operator, case)
    if as_json:
        output.result({"file": file})
        return
    _tell(output, file)
    output.result({}, next_command=f"zhamen cases claim {case}")


@app.command()
def claim(case: _Case, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """认领案件。 Take a case."""
    _do(Request(case=case, kind=ActKind.CLAIM), data_dir, as_json=as_json)


@app.command()
def note(case: _Case, reason: _Reason, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """添加备注。 Add a note."""
    _do(Request(case=case, kind=ActKind.NOTE, reason=reason), data_dir, as_json=as_json)


@app.command()
def escalate(case: _Case, reason: _Reason, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """上报一级。 Pass a case to the unit above."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (cases, operator):
        _done(output, cases.desk.escalate(operator, case, reason))


@app.command()
def dispose(
    case: _Case, how: _How, reason: _Reason, data_dir: _DataDir = None, as_json: _Json = False
) -> None:
    """结案；金额较大的须另一人复核。 Close a case; above an amount another person has to approve."""
    detail = Detail(disposition=how)
    request = Request(case=case, kind=ActKind.DISPOSE, reason=reason, detail=detail)
    _do(request, data_dir, as_json=as_json)


@app.command()
def approve(case: _Case, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """复核通过。 Approve what another person proposed for a case."""
    _do(Request(case=case, kind=ActKind.APPROVE), data_dir, as_json=as_json)


@app.command()
def payments(limit: _Limit = 50, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出待处置的付款，先到期的在前。 List payments that wait, those that expire first."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (cases, operator):
        page = cases.desk.payments(operator, limit=limit)
    if as_json:
        output.result({"payments": page.payments, "more": page.after is not None})
        return
    for one in page.payments:
        amount = format_minor(one.amount_minor, one.currency)
        output.console.print(
            f"{one.id:>8}  {one.outcome:<5} {amount:>18}  {one.debtor} → {one.creditor}  "
            f"{one.expires_at:%m-%d %H:%M} {one.at_expiry}  {one.unit}",
            markup=False,
        )
    following = f"zhamen cases release {page.payments[0].id} -r …" if page.payments else "zhamen cases list"
    output.result({"付款 payments": len(page.payments)}, next_command=following)


@app.command()
def release(payment: _Payment, reason: _Reason, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """放行；金额较大的须另一人复核。 Let a payment go on; above an amount another has to approve."""
    _do(Request(kind=ActKind.RELEASE, payment=payment, reason=reason), data_dir, as_json=as_json)


@app.command()
def decline(payment: _Payment, reason: _Reason, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """拒绝付款。 Decline a payment."""
    _do(Request(kind=ActKind.DECLINE, payment=payment, reason=reason), data_dir, as_json=as_json)


@app.command()
def extend(
    payment: _Payment, reason: _Reason, hours: _Hours = 24, data_dir: _DataDir = None, as_json: _Json = False
) -> None:
    """延长暂缓。 Let a payment wait longer."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (cases, operator):
        found = cases.store.get_payment(operator.scope, payment)
        detail = Detail(until=found.expires_at + timedelta(hours=hours))
        request = Request(kind=ActKind.EXTEND, payment=payment, reason=reason, detail=detail)
        _done(output, cases.desk.do(operator, request))


@app.command()
def outbox(replay: _Replay = 0, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """未能送达的消息；可重发。 Messages that were given up; send one again."""
    output, now = Output(as_json=as_json), utc_now()
    with _opened(data_dir) as (cases, operator):
        operator.require("read-health")
        if replay:
            cases.outbox.replay(replay, now, by=operator.name)
            output.say("消息已重新排队。", "the message is tried again.")
        counts, failed = cases.outbox.count(), cases.outbox.list_failed()
    if not as_json:
        for one in failed:
            line = f"{one.id:>8}  {one.kind:<8} {one.made_at:%Y-%m-%d %H:%M}  {one.attempts}×  {one.error}"
            output.console.print(line, markup=False)
    output.result(
        {"waiting": counts.waiting, "failed": counts.failed} | ({"messages": failed} if as_json else {}),
        next_command=f"zhamen cases outbox --replay {failed[0].id}" if failed else "zhamen cases list",
    )


def _do(request: Request, data_dir: Path | None, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    with _opened(data_dir) as (cases, operator):
        _done(output, cases.desk.do(operator, request))


def _done(output: Output, done: Done) -> None:
    act, case = done.act, done.case
    if act.detail.proposed:
        output.say("已提交，待另一人复核。", "proposed; another person has to approve it.")
    else:
        output.say("已办理并记录。", "done and written down.")
    output.result(
        {"act": act.id, "case": case.id, "status": case.status.value, "unit": case.unit},
        next_command=f"zhamen cases show {case.id}",
    )


def _line(case: Case) -> str:
    amount = format_minor(case.amount_minor, case.currency or "CNY")
    return (
        f"{case.id:>8}  {case.status:<13} {case.emergency:<8} {amount:>18}  {case.suspect}  "
        f"{case.alerts} 预警 alerts  {case.unit}"
    )


def _tell(output: Output, file: CaseFile) -> None:
    talk = SCRIPTS[file.script]
    output.console.print(_line(file.case), markup=False)
    output.say(f"话术：{talk.title.zh}", f"script: {talk.title.en}")
    for one in file.payments:
        amount = format_minor(one.amount_minor, one.currency)
        output.console.print(f"  付款 payment {one.id}  {one.status}  {amount}", markup=False)
    for alert in reversed(file.alerts):
        amount = format_minor(alert.amount_minor, alert.currency or "CNY")
        line = f"  {alert.occurred_at:%m-%d %H:%M}  {alert.outcome:<9} {amount:>18}  {' '.join(alert.codes)}"
        output.console.print(line, markup=False, style="dim")
    for act in file.acts:
        output.console.print(_act_line(act), markup=False)


def _act_line(act: Act) -> str:
    return f"  {act.at:%m-%d %H:%M}  {act.by}  {act.kind}  {act.reason[:80]}"


@contextmanager
def _opened(data_dir: Path | None) -> Iterator[tuple[Cases, Actor]]:
    """Open casework for whoever runs this machine: a supervisor of the whole bank, under that name alone."""
    settings = read_settings(options={"data_dir": data_dir})
    with open_work(settings) as work:
        work.organisation.history()
        cases = make_cases(settings, work, utc_now)
        roles = (Role.SUPERVISOR, Role.STRATEGIST)
        yield cases, Actor.of_staff(f"cli:{operator()}", roles, whole_bank(work))
