"""Prove a recorded run: every feature computed a second time, by DuckDB, from the pack alone."""

from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from zhamen.bootstrap.verify import verify_run
from zhamen.cli.output import Output, Tick
from zhamen.ports.recomputation import Comparison
from zhamen.services.verify import Verification

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_Run = Annotated[
    Path, typer.Argument(help="录制的 Parquet 文件或目录。 A recorded Parquet file, or a folder of them.")
]
_Pack = Annotated[str, typer.Option("--pack", help="策略包名或路径。 A shipped pack, or a path.")]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]


@app.command()
def verify(run: _Run, pack: _Pack = "starter", as_json: _Json = False) -> None:
    """用 DuckDB 按策略包重算录制运行的特征并逐一比对。 Recompute a run's features with DuckDB and compare."""
    output = Output(as_json=as_json)
    start = perf_counter()
    with ExitStack() as stack:

        def started(events: int, features: int) -> Tick:
            output.say(f"重新计算 {events} 个事件的 {features} 个特征…", "recomputing in DuckDB…")
            return stack.enter_context(output.progress("比对特征", "comparing features", features))

        verification = verify_run(run, pack, started)
    facts = _facts(verification, perf_counter() - start)
    if as_json:
        facts["differing"] = [_told(comparison) for comparison in verification.differing]
    for comparison in verification.differing:
        _show(output, comparison)
    output.result(facts, next_command=f"zhamen pack check {pack}")
    verification.require_same()


def _facts(verification: Verification, seconds: float) -> dict[str, object]:
    return {
        "events": verification.events,
        "features": len(verification.comparisons),
        "values_compared": verification.values,
        "features_differing": len(verification.differing),
        "values_differing": sum(comparison.differences for comparison in verification.differing),
        "seconds": round(seconds, 1),
    }


def _told(comparison: Comparison) -> dict[str, object]:
    return {
        "feature": comparison.feature,
        "differences": comparison.differences,
        "first": [
            {"seq": one.seq, "recorded": one.recorded, "recomputed": one.recomputed}
            for one in comparison.first
        ],
    }


def _show(output: Output, comparison: Comparison) -> None:
    output.say(f"{comparison.feature}：{comparison.differences} 处不同", "differ")
    for one in comparison.first:
        recorded, recomputed = _shown(one.recorded), _shown(one.recomputed)
        output.say(f"    seq {one.seq}：录制 {recorded}，重算 {recomputed}", "recorded, recomputed")


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.17g}"
