"""What networks say of a transfer or an account of a data folder, and why, in lines."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import operator
from zhamen.bootstrap.tracing import open_tracers
from zhamen.cli.output import Output
from zhamen.core.audit import Deed
from zhamen.core.money import grouped
from zhamen.services.explain_networks import ExplainAsked
from zhamen.services.explained import (
    AccountExplained,
    ClusterTold,
    ContributionTold,
    MovedTold,
    ScoreTold,
    TransferExplained,
)
from zhamen.services.traced import AccountTold
from zhamen.settings import read_settings

__all__ = ["explain_networks"]

_SIDES = {"inbound": "作为收款账户 as one that receives", "outbound": "作为付款账户 as one that pays"}


def explain_networks(output: Output, asked: ExplainAsked, data_dir: Path | None) -> None:
    """Print what networks say of an event's transfer or of an account; the look is written down."""
    with ExitStack() as stack:

        def started(entries: int) -> Callable[[int], None]:
            return stack.enter_context(output.progress("读取日志", "reading the journal", entries))

        settings = read_settings(options={"data_dir": data_dir})
        tracers, scope = stack.enter_context(open_tracers(settings, started))
        told = tracers.explaining.explain(scope, asked)
        deed = Deed(at=utc_now(), actor=operator(), unit="", act="explain-networks", subject=told.about)
        tracers.deeds.note(deed)
    if output.as_json:
        output.result({"explained": told})
        return
    if told.transfer is not None:
        _tell_transfer(output, told.transfer)
    if told.account is not None:
        _tell_account(output, told.account)


def _line(output: Output, text: str) -> None:
    output.console.print(text, markup=False)


def _tell_transfer(output: Output, told: TransferExplained) -> None:
    if not told.patterns:
        output.say("没有完成任何资金转移手法。", "it completed no pattern of mules.")
    for pattern in told.patterns:
        _line(output, f"T{pattern.typology}  {pattern.zh} {pattern.en}")
        for one in pattern.transfers:
            _line(output, f"  {_moved(one, told.currency)}")
        if pattern.more:
            output.say(f"另有更早的 {pattern.more} 笔。", f"{pattern.more} older ones are not listed.")
    output.result({"事件 event": told.event_id, "手法 patterns": len(told.patterns)})


def _moved(one: MovedTold, currency: str) -> str:
    ends = f"{_account(one.debtor)} → {_account(one.creditor)}"
    return f"{one.at:%m-%d %H:%M:%S}  {ends}  {grouped(one.amount_minor, currency)}  {one.event_id}"


def _account(account: AccountTold | None) -> str:
    return "–" if account is None else account.masked


def _tell_account(output: Output, told: AccountExplained) -> None:
    for score in told.scores:
        _tell_score(output, score, told.currency)
    if told.cluster is not None:
        _tell_cluster(output, told.cluster)
    for taint in told.taints:
        amount = grouped(taint.amount_minor, told.currency)
        _line(output, f"被骗资金 stolen money  {amount}  {taint.at:%m-%d %H:%M:%S}  {taint.event_id}")
    facts: dict[str, object] = {
        "账户 account": told.account.masked,
        "关联账户 cluster": 0 if told.cluster is None else told.cluster.size,
        "被骗资金 stolen": grouped(told.tainted_minor, told.currency),
        "水位 watermark": told.watermark,
    }
    output.result(facts)


def _tell_score(output: Output, score: ScoreTold, currency: str) -> None:
    _line(output, f"{_SIDES[score.side]}  {score.probability:.1%}  {score.event_id}")
    for one in score.contributions:
        _line(output, f"  ×{one.factor:<8.1f} {one.zh} {one.en}: {_value(one, currency)}")


def _value(one: ContributionTold, currency: str) -> str:
    if one.unit == "minor":
        return grouped(round(one.value), currency)
    return f"{one.value:.0%}" if one.unit == "share" else f"{one.value:,.0f}"


def _tell_cluster(output: Output, cluster: ClusterTold) -> None:
    _line(
        output,
        f"关联账户群 cluster  {cluster.size}  被举报 reported {cluster.reported}"
        f"  7日内加入 joined in 7 days {cluster.growth_7d}  {cluster.risk:.0%}",
    )
    for tie in cluster.ties:
        _line(output, f"  {tie.zh} {tie.en}: {tie.in_cluster} / {tie.accounts}")
    for member in cluster.members:
        _line(output, f"  {member.account.masked}  {', '.join(member.ties)}")
    unnamed = cluster.outside + cluster.unmoved + cluster.more
    if unnamed:
        output.say(f"另有 {unnamed} 个成员未列出。", f"{unnamed} members are not listed.")
