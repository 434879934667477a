"""The views of the journal: how far they are, made anew, and kept up without a gate."""

import logging
import signal
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Annotated

import typer

from zhamen.bootstrap.projections import open_projector
from zhamen.cli.output import Output
from zhamen.settings import Settings, read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="查看、重建各视图。 Show, rebuild and follow the views of the journal.",
)

_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]


@app.command()
def status(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """各视图跟到了哪里。 How far the views have come."""
    output = Output(as_json=as_json)
    with open_projector(_settings(data_dir)) as projector:
        standing, entries = projector.standing(), projector.entries
    behind = entries - standing
    facts = {"entries": entries, "projected": standing, "behind": behind}
    output.result(facts, next_command="zhamen projections follow" if behind else "")


@app.command()
def rebuild(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """从头重建各视图；服务可照常运行。 Make the views anew from the first entry; the gate may run."""
    output, start = Output(as_json=as_json), perf_counter()
    with ExitStack() as stack:
        projector = stack.enter_context(open_projector(_settings(data_dir)))
        with output.progress("重建视图", "rebuilding the views", projector.entries) as tick:
            projector.rebuild(tick)
        standing, took = projector.last_seq, perf_counter() - start
    output.say("视图已重建。", "the views are rebuilt.")
    facts = {"projected": standing, "seconds": round(took, 1)}
    output.result(facts, next_command="zhamen projections status")


@app.command()
def follow(data_dir: _DataDir = None) -> None:
    """持续跟随日志，直到停止信号。 Follow the journal until a signal to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    output = Output()
    with open_projector(_settings(data_dir)) as projector:

        def stop(_signal: int, _frame: FrameType | None) -> None:
            projector.stop()

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        output.say("正在跟随日志。", "following the journal.")
        projector.follow()
        output.result({"projected": projector.last_seq})


def _settings(data_dir: Path | None) -> Settings:
    return read_settings(options={"data_dir": data_dir})
