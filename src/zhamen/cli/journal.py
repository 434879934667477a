"""The journal: what it holds, one decision in it, whether it is sound, and its archive."""

from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Annotated

import msgspec
import typer

from zhamen.bootstrap import journal
from zhamen.bootstrap.journal import JournalReport
from zhamen.cli.output import Output, Tick
from zhamen.core.errors import InputError
from zhamen.gate.decision import Decision
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="查看、检查、归档日志。 Show, check and archive the journal.",
)

_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_EventId = Annotated[str, typer.Argument(help="事件编号。 The id of the event.")]
_To = Annotated[Path, typer.Option("--to", help="归档文件（Parquet）。 The archive, a Parquet file.")]
_Force = Annotated[bool, typer.Option("--force", help="覆盖已有文件。 Replace a file that is there.")]


@app.command()
def info(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """日志概况；服务运行时也可用。 What the journal holds, also beside a running gate."""
    output = Output(as_json=as_json)
    report = journal.report(_folder(data_dir))
    if as_json:
        output.result(msgspec.to_builtins(report))
        return
    output.result(_facts(report), next_command="zhamen journal verify")


@app.command()
def find(event_id: _EventId, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """按事件编号查一笔决定。 Find the decision on one event."""
    output = Output(as_json=as_json)
    entry = journal.find(_folder(data_dir), event_id)
    if as_json:
        output.result(
            {
                "seq": entry.seq,
                "event": msgspec.Raw(entry.event),
                "decision": msgspec.Raw(entry.decision),
                "digest": entry.digest.hex(),
                "chain": entry.chain.hex(),
            }
        )
        return
    decision = msgspec.json.decode(entry.decision, type=Decision)
    for reason in decision.reasons:
        output.say(f"{reason.code} {reason.text.zh}", reason.text.en)
    output.result(
        {
            "序号 seq": entry.seq,
            "结论 outcome": decision.outcome.value,
            "评分 score": decision.score,
            "时间 decided at": f"{decision.decided_at:%Y-%m-%d %H:%M:%S.%f}Z",
            "策略包 pack": decision.pack,
            "跟踪号 trace id": decision.trace_id,
        },
        next_command=f"zhamen journal find {event_id} --json",
    )


@app.command()
def verify(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """逐条逐页检查日志。 Check every entry of the journal and every page of its file."""
    output, start = Output(as_json=as_json), perf_counter()
    with ExitStack() as stack:

        def started(entries: int) -> Tick:
            return stack.enter_context(output.progress("检查日志", "checking the journal", entries))

        audit = journal.audit(_folder(data_dir), started)
    for problem in audit.problems:
        output.say("发现问题", problem)
    output.result(
        {"entries": audit.entries, "problems": audit.problems if as_json else len(audit.problems)}
        | {"seconds": round(perf_counter() - start, 1)},
        next_command="" if audit.problems else "zhamen journal export --to journal.parquet",
    )
    audit.require_sound()


@app.command()
def export(to: _To, data_dir: _DataDir = None, force: _Force = False, as_json: _Json = False) -> None:
    """把日志归档为 Parquet。 Archive the journal as Parquet."""
    if to.exists() and not force:
        raise InputError(f"{to} is there already; name another file, or give --force")
    output, start = Output(as_json=as_json), perf_counter()
    with ExitStack() as stack:

        def started(entries: int) -> Tick:
            return stack.enter_context(output.progress("归档", "archiving", entries))

        entries = journal.export(_folder(data_dir), to, started)
    output.say(f"已归档 {entries} 条。", "the journal is archived.")
    output.result(
        {
            "path": str(to),
            "entries": entries,
            "bytes": to.stat().st_size,
            "seconds": round(perf_counter() - start, 1),
        },
        next_command="zhamen journal info",
    )


def _folder(data_dir: Path | None) -> Path:
    return read_settings(options={"data_dir": data_dir}).data_dir


def _facts(report: JournalReport) -> dict[str, object]:
    facts: dict[str, object] = {
        "路径 path": report.path,
        "条数 entries": f"{report.entries:,}",
        "大小 size": f"{report.bytes / 1e6:,.1f} MB",
        "最早 first": report.first_decided_at or "–",
        "最近 last": report.last_decided_at or "–",
    }
    for span in report.packs:
        facts[f"自第 {span.first_seq} 条 from"] = f"{span.pack} ({span.pack_hash[:12]})"
    for one in report.snapshots:
        facts[f"快照 snapshot {one.seq}"] = f"{one.bytes / 1e6:,.1f} MB"
    return facts
