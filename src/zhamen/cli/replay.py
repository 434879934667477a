"""Replay recorded events through the gate: what it would have decided, and how well."""

from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.markup import escape

from zhamen.adapters.files import RejectFile
from zhamen.bootstrap.replay import ReplayJob, open_replay
from zhamen.cli.output import Output
from zhamen.core.errors import InputError
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.services.quality import Protocol
from zhamen.services.replay import Quality, Replayed

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_File = Annotated[
    Path,
    typer.Argument(
        help="事件文件：.jsonl .csv .parquet .xml。 A file of events, a table or a payment message."
    ),
]
_Pack = Annotated[str, typer.Option("--pack", help="策略包名或路径。 A shipped pack, or a path.")]
_Mapping = Annotated[
    str | None,
    typer.Option("--mapping", help="表格的列映射文件。 Which column is which; a shipped mapping, or a path."),
]
_Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="拒收行写到哪里，默认“文件名.rejects.jsonl”。 Where refused rows go; FILE.rejects.jsonl.",
    ),
]
_Record = Annotated[
    Path | None,
    typer.Option("--record", help="把事件、特征和决定录成 Parquet。 Record events, features and decisions."),
]
_Truth = Annotated[
    bool, typer.Option("--truth", help="对照欺诈报告衡量评分。 Measure the score against reported fraud.")
]
_Records = Annotated[
    Path | None,
    typer.Option(
        help="用这个数据文件夹的风险信息查名单。 Look lists up in the risk information of this data folder."
    ),
]
_TrainFrom = Annotated[
    str | None,
    typer.Option(
        "--train-from",
        metavar="DATE",
        help="按手册规程衡量：训练、等待、测试各 7 天。 Measure by the handbook's protocol from DATE.",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]


@app.command()
def replay(  # noqa: PLR0913, PLR0917  # the options of a command are its arguments
    file: _File,
    pack: _Pack = "starter",
    mapping: _Mapping = None,
    rejects: _Rejects = None,
    record: _Record = None,
    truth: _Truth = False,
    train_from: _TrainFrom = None,
    records: _Records = None,
    as_json: _Json = False,
) -> None:
    """回放历史数据：逐笔经过闸门，汇总结论。 Run recorded events through the gate and tell what it did."""
    output = Output(as_json=as_json)
    job = ReplayJob(
        file=file,
        pack=pack,
        mapping=mapping,
        rejects=rejects or Path(f"{file.name}.rejects.jsonl"),
        record=record,
        records=records,
        truth=truth or train_from is not None,
        protocol=_protocol(train_from),
    )
    output.say(f"回放 {file}，策略包 {pack}", "replaying through the pack")
    with open_replay(job) as replaying:
        if replaying.gate.pack.lists and records is None:
            output.say(
                "没有给出 --records：策略包的名单不查，读名单的规则为未知。",
                "without --records no list is looked up; the rules that read one stay unknown",
            )
        start = perf_counter()
        with output.progress("回放", "replaying", replaying.source.total) as tick:
            replayed = replaying.run(tick)
        seconds = perf_counter() - start
        label = replaying.gate.pack
        facts = {
            "pack": f"{label.name} {label.version}",
            "pack_hash": label.hash,
            **_facts(replayed, seconds),
        }
    if not as_json:
        _show(output, replaying.rejects)
    output.result(facts, next_command=_next(job, replayed))


def _protocol(train_from: str | None) -> Protocol | None:
    if train_from is None:
        return None
    try:
        day = date.fromisoformat(train_from)
    except ValueError:
        raise InputError(f"--train-from {train_from!r} is not a date; write it as 2018-07-25") from None
    return Protocol(to_micros(datetime(day.year, day.month, day.day, tzinfo=UTC)))


def _facts(replayed: Replayed, seconds: float) -> dict[str, object]:
    facts: dict[str, object] = {
        "events": replayed.events,
        "payments": replayed.payments,
        "rejected": replayed.rejected,
        "first_event": _at(replayed.first_at),
        "last_event": _at(replayed.last_at),
        "outcomes": replayed.outcomes,
        "hits": replayed.hits,
        "unknown": replayed.unknown,
        "never_fired": list(replayed.never_fired),
        "seconds": round(seconds, 2),
        "events_per_second": round(replayed.events / seconds) if seconds else None,
    }
    if replayed.quality is not None:
        facts["quality"] = _told(replayed.quality)
    return facts


def _told(quality: Quality) -> dict[str, object]:
    return {
        "payments": quality.payments,
        "frauds": quality.frauds,
        "auc": _rounded(quality.area_under_curve),
        "average_precision": _rounded(quality.average_precision),
        "card_precision_100": _rounded(quality.card_precision_100),
        "distinct_scores": quality.distinct_scores,
    }


def _show(output: Output, rejects: RejectFile) -> None:
    for reject in rejects.first:
        output.say(f"第 {reject.row} 行拒收（{reject.code}）：{escape(reject.message)}", "row refused")
    if rejects.count:
        output.say(
            f"共拒收 {rejects.count} 行，见 {rejects.path}", "rows refused in all, with reasons in the file"
        )


def _next(job: ReplayJob, replayed: Replayed) -> str:
    if job.record is not None:
        return f"zhamen verify {job.record} --pack {job.pack}"
    if replayed.rejected:
        return f"less {job.rejects}"
    return f"zhamen pack show {job.pack}"


def _at(micros: Micros | None) -> str | None:
    return None if micros is None else from_micros(micros).isoformat()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
