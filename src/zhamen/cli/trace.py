"""Where money went or came from, and what to stop, asked of a data folder beside a running gate."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import operator
from zhamen.bootstrap.tracing import open_tracers
from zhamen.cli.explain import explain_networks
from zhamen.cli.output import Output
from zhamen.core.audit import Deed
from zhamen.core.errors import InputError
from zhamen.core.money import grouped
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.explain_networks import ExplainAsked
from zhamen.services.traced import AccountTold, FreezeShown, LineShown, PlaceShown, TraceShown
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(add_completion=False)


class _Rule(StrEnum):
    STOLEN_FIRST = "stolen_first"
    FIFO = "fifo"
    HAIRCUT = "haircut"
    LIBR = "libr"
    POISON = "poison"


_Event = Annotated[str, typer.Argument(help="转账或报案的事件号。 The event id of a transfer or a report.")]
_Account = Annotated[
    str, typer.Option(help="追踪该账户收到（或付出）的钱。 What an account received or paid.")
]
_Case = Annotated[int, typer.Option(min=0, help="追踪案件中的转账。 The transfers of a case.")]
_Backward = Annotated[bool, typer.Option("--backward", help="反向：钱从哪里来。 Where it came from.")]
_WhichRule = Annotated[_Rule, typer.Option(help="追踪规则。 By which rule.")]
_Hops = Annotated[int, typer.Option(min=0, max=64, help="最多几层。 How many transfers on.")]
_Hours = Annotated[int, typer.Option(min=0, max=8_760, help="多少小时之内。 Within how many hours.")]
_Share = Annotated[
    float,
    typer.Option(
        min=0, max=1, help="低于总额这个比例的不再追。 Below this share of all, it is not followed."
    ),
]
_Minor = Annotated[
    int, typer.Option(min=1, help="低于这个金额（分）的不再追。 Below these minor units, it is not followed.")
]
_Hub = Annotated[
    int,
    typer.Option(
        min=0, help="付款超过这么多笔的账户不再追，0 不限。 Stop where more transfers went out; 0: never."
    ),
]
_All = Annotated[
    bool,
    typer.Option("--follow-all", help="商户、钱包等也追下去。 Also through merchants, wallets and the like."),
]
_Until = Annotated[
    str | None, typer.Option(help="截至此时（含时区）。 As it was then; a time with its offset.")
]
_Watermark = Annotated[
    int | None, typer.Option(min=0, help="按以前结果的水位重做。 As of the watermark of an earlier answer.")
]
_Plan = Annotated[
    Path | None,
    typer.Option(
        "--freeze-plan", help="把止付方案（完整账号）写入这个 JSON 文件。 Write the freeze plan here."
    ),
]
_Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="只说明：转账完成的手法，账户的评分和关联账户群。 Only explain what networks say, and why.",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]

_FATES: Final = {
    "resting": "仍在账户 in the account",
    "hub": "大户停止 in an account of very many",
    "hops": "层数用尽 as many hops away as are followed",
    "late": "时限之外 left later than is followed",
    "below": "金额太小 too little to follow",
    "exited": "已到他行 at another institution",
    "cashed": "已取现 taken as cash",
    "charged": "手续费 charged",
    "unexplained": "账务缺口 a gap of the books",
    "recovered": "已退回受害人 back with the victim",
    "met_again": "回到已查账户 met again",
}
_ACTIONS: Final = {
    "stop_payment": "止付 stop payment",
    "delay": "延迟并联系 delay and call",
    "partial_hold": "部分冻结 partial hold",
    "interbank_notice": "跨行通报 interbank notice",
    "recall": "追回 recall",
}


@app.command()
def trace(  # noqa: PLR0913, PLR0917  # its options, all by name
    event_id: _Event = "",
    account: _Account = "",
    case: _Case = 0,
    backward: _Backward = False,
    rule: _WhichRule = _Rule.STOLEN_FIRST,
    hops: _Hops = 8,
    hours: _Hours = 72,
    minimum_share: _Share = 0.01,
    minimum_minor: _Minor = 1,
    hub_stop: _Hub = 2000,
    follow_all: _All = False,
    until: _Until = None,
    watermark: _Watermark = None,
    freeze_plan: _Plan = None,
    explain: _Explain = False,
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """追踪资金去向或来源；可出止付方案。 Trace where money went or came from; make the freeze plan."""
    output = Output(as_json=as_json)
    if explain:
        if case or backward or freeze_plan is not None:
            raise InputError("--explain is of one event or of one --account, and of nothing else")
        explain_networks(output, ExplainAsked(event_id=event_id, account=account), data_dir)
        return
    asked = TraceAsked(
        event_id=event_id,
        account=account,
        case=case,
        rule=rule.value,
        direction="backward" if backward else "forward",
        hops=hops,
        hours=hours,
        minimum_share=minimum_share,
        minimum_minor=minimum_minor,
        hub_stop=hub_stop,
        follow_all=follow_all,
        until=_instant(until),
        watermark=watermark,
    )
    if freeze_plan is not None and freeze_plan.exists():
        raise InputError(f"{freeze_plan} is there already; name another file")
    settings, plan = read_settings(options={"data_dir": data_dir}), None
    with ExitStack() as stack:

        def started(entries: int) -> Callable[[int], None]:
            return stack.enter_context(output.progress("读取日志", "reading the journal", entries))

        tracers, scope = stack.enter_context(open_tracers(settings, started))
        shown = tracers.tracing.trace(scope, asked)
        tracers.deeds.note(_deed("trace-funds", shown.about))
        if freeze_plan is not None:
            plan = tracers.freezes.plan(scope, asked, whole=True)
            tracers.deeds.note(_deed("export-freeze-plan", plan.about, lines=len(plan.lines)))
            freeze_plan.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n")
    if as_json:
        output.result({"trace": shown} | ({} if plan is None else {"freeze_plan": plan}))
        return
    _tell(output, shown)
    if plan is not None:
        _tell_plan(output, plan)
    facts: dict[str, object] = {
        "追踪金额 traced": grouped(shown.total_minor, shown.currency),
        "转账 transfers": len(shown.transfers),
        "水位 watermark": shown.watermark,
    }
    facts |= {} if freeze_plan is None else {"file": str(freeze_plan)}
    again = _again(asked)
    output.result(facts, next_command="" if plan else f"zhamen trace {again} --freeze-plan plan.json")


def _instant(text: str | None) -> datetime | None:
    """Read a time with its offset from UTC.

    Raises
    ------
    InputError
        It is none, or has no offset.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError("--until is a time with its offset, such as 2026-03-02T12:00:00+08:00")
    return at


def _deed(act: str, about: str, **detail: int) -> Deed:
    return Deed(at=utc_now(), actor=operator(), unit="", act=act, subject=about, detail=detail)


def _tell(output: Output, shown: TraceShown) -> None:
    """Print transfers in the order of time, then what became of the money."""
    for one in shown.transfers:
        ends = f"{_named(shown.places[one.source])} → {_named(shown.places[one.target])}"
        line = (
            f"  {one.at:%m-%d %H:%M:%S}  {ends}"
            f"  {grouped(one.carried_minor, shown.currency)}  {one.share:.0%}  {one.event_id}"
        )
        output.console.print(line, markup=False)
    for fate, amount in sorted(shown.by_fate.items(), key=lambda each: -each[1]):
        output.console.print(f"{grouped(amount, shown.currency):>20}  {_FATES[fate]}", markup=False)
    if shown.rest is not None:
        output.say(
            f"另有 {shown.rest.places} 个账户、{shown.rest.transfers} 笔未列出。",
            f"{shown.rest.places} accounts and {shown.rest.transfers} transfers more are not listed.",
        )
    if shown.truncated:
        output.say("结果不完整：超出一次追踪的上限。", "it is not whole: it came to more than one trace may.")
    if shown.estimated:
        output.say("部分金额依赖估计的余额。", "some amounts rest on estimated balances.")


def _tell_plan(output: Output, plan: FreezeShown) -> None:
    output.say("止付方案，最急的在前：", "the freeze plan, the most urgent first:")
    for line in plan.lines:
        output.console.print(_plan_line(line, plan.currency), markup=False)


def _plan_line(line: LineShown, currency: str) -> str:
    minutes = f"{line.minutes_left:.0f} min" if line.minutes_left else "已过 overdue"
    amounts = f"{grouped(line.amount_minor, currency)} / {grouped(line.residual_minor, currency)}"
    urgency = f"{grouped(round(line.urgency), currency)}/min"
    at = "" if line.account is None else line.account.agent or line.account.unit
    ends = f"{_account(line.account)}  {at}".rstrip()
    return f"  {_ACTIONS[line.action]}  {ends}  {amounts}  {minutes}  {urgency}"


def _named(place: PlaceShown) -> str:
    if place.account is None:
        return _FATES[place.ends] if place.ends else "现金或其他入账 cash or other credit"
    return _account(place.account) + (" ↺" if place.again else "")


def _account(account: AccountTold | None) -> str:
    return "–" if account is None else account.masked


def _again(asked: TraceAsked) -> str:
    if asked.case:
        return f"--case {asked.case}"
    return asked.event_id or "--account …"
