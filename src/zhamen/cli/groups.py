"""Dense groups of a data folder's transfers, for a nightly run: found, and written as a list to import."""

import csv
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from zhamen.bootstrap.tracing import open_tracers
from zhamen.cli.output import Output
from zhamen.core.errors import InputError
from zhamen.core.identifiers import mask
from zhamen.services.find_groups import GroupsFound, find_groups, listed
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_SHOWN: Final = 20

_Hours = Annotated[int, typer.Option(min=1, max=8_760, help="最近多少小时。 Of the last hours.")]
_Out = Annotated[
    Path | None,
    typer.Option(help="写成可导入的名单（完整账号）。 Write a list to import, with whole numbers."),
]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]


@app.command()
def groups(hours: _Hours = 24, out: _Out = None, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """找出多对多分层的账户群（T8），每晚运行。 Find groups of many to many, at night."""
    if out is not None and out.exists():
        raise InputError(f"{out} is there already; name another file")
    output = Output(as_json=as_json)
    with ExitStack() as stack:

        def started(entries: int) -> Callable[[int], None]:
            return stack.enter_context(output.progress("读取日志", "reading the journal", entries))

        settings = read_settings(options={"data_dir": data_dir})
        tracers, scope = stack.enter_context(open_tracers(settings, started))
        networks = tracers.tracing.networks()
        named = tracers.tracing.named(networks, scope, whole=True)
        found = find_groups(networks, named, timedelta(hours=hours))
    if out is not None:
        with out.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(listed(found))
    if not as_json:
        _tell(output, found)
    accounts = {each for group in found.groups for each in (*group.sources, *group.targets)}
    facts: dict[str, object] = {"账户群 groups": len(found.groups), "账户 accounts": len(accounts)}
    facts |= {} if out is None else {"file": str(out)}
    todo = f"zhamen records import {out} --source network-groups" if out else "zhamen groups --out groups.csv"
    output.result(facts, next_command=todo if accounts else "")


def _tell(output: Output, found: GroupsFound) -> None:
    for group in found.groups[:_SHOWN]:
        ends = " → ".join(", ".join(map(mask, side)) for side in (group.sources, group.targets))
        output.console.print(f"  {ends}  {group.density:.0%}{'  ↻' if group.stacked else ''}", markup=False)
    if len(found.groups) > _SHOWN:
        output.say("其余未列出。", "the others are not listed.")
