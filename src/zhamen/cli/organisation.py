"""The organisation on the command line: checked, imported, shown."""

from pathlib import Path
from typing import Annotated

import typer

from zhamen.adapters.organisation_files import organisation_csv, read_organisation
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import named_by
from zhamen.bootstrap.work import open_work
from zhamen.cli.output import Output
from zhamen.core.errors import InputError, InvalidOrganisation
from zhamen.core.instants import from_micros
from zhamen.organisation.history import Version, moves_between
from zhamen.organisation.units import LEVEL_WORDS, Level, Organisation
from zhamen.settings import read_settings
from zhamen.simulate.organisation import bank_tree

__all__ = ["app"]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="管理机构。 Keep the organisation of the bank."
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_File = Annotated[Path | None, typer.Argument(help="机构文件，.csv 或 .yaml。 The file, .csv or .yaml.")]
_Example = Annotated[bool, typer.Option("--example", help="用模拟银行的机构。 Take the synthetic bank's.")]
_By = Annotated[
    str, typer.Option("--by", help="谁在操作；默认为系统用户。 Who does it; default: the system's user.")
]
_Unit = Annotated[str, typer.Option(help="只看这个机构及下属。 Only this unit and what is below, by code.")]
_Csv = Annotated[bool, typer.Option("--csv", help="输出可再次导入的 CSV。 Print CSV that can be imported.")]


@app.command("import")
def import_organisation(
    file: _File = None,
    example: _Example = False,
    by: _By = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """导入机构；人员随机构迁移，历史留在原处。 Put a tree in force; people of moved units move along."""
    output, tree = Output(as_json=as_json), _given(file, example)
    with open_work(read_settings(options={"data_dir": data_dir})) as work:
        before = work.organisation.history().current
        version = work.organisation.replace(tree, at=utc_now(), by=named_by(by))
    output.say("机构已生效。", "the organisation is in force.")
    output.result(
        {"version": version.number, "units": len(tree.units), "moved": len(moves_between(before, tree))},
        next_command="zhamen organisation show",
    )


@app.command()
def check(file: _File = None, example: _Example = False, as_json: _Json = False) -> None:
    """检查机构文件，不导入。 Check a file without importing it."""
    output = Output(as_json=as_json)
    try:
        tree = _given(file, example)
    except InvalidOrganisation as error:
        for problem in error.problems:
            output.console.print(f"  {problem}", markup=False)
        raise
    counts = {level: sum(unit.level is level for unit in tree.units) for level in Level}
    output.result(
        {f"{LEVEL_WORDS[level][0]} {level}": number for level, number in counts.items() if number},
        next_command=f"zhamen organisation import {'--example' if file is None else file}",
    )


@app.command()
def show(unit: _Unit = "", as_csv: _Csv = False, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """显示机构与版本。 Show the units in force and the versions."""
    output = Output(as_json=as_json)
    with open_work(read_settings(options={"data_dir": data_dir})) as work:
        history = work.organisation.history()
    tree = history.current
    if as_csv:
        typer.echo(organisation_csv(tree), nl=False)
        return
    top = tree.path(unit or tree.root.code)
    shown = [each for each in tree.units if f"{tree.path(each.code)}/".startswith(f"{top}/")]
    if as_json:
        output.result({"units": shown, "versions": [_about(each) for each in history.versions[1:]]})
        return
    for each in shown:
        depth = tree.path(each.code).count("/")
        output.console.print(f"{'  ' * depth}{each.code}  {each.zh} {each.en}", markup=False)
    for version in history.versions[1:]:
        about = _about(version)
        output.console.print(
            f"v{about['version']}  {about['made_at']:%Y-%m-%d %H:%M}Z  {about['by']}  {about['units']}",
            markup=False,
            style="dim",
        )
    output.result({"机构 units": len(shown)}, next_command="zhamen staff add NAME --unit PATH --role ROLE")


def _given(file: Path | None, example: bool) -> Organisation:
    if (file is None) != example:
        raise InputError("give a file, or --example for the synthetic bank's organisation")
    return bank_tree() if file is None else read_organisation(file)


def _about(version: Version) -> dict[str, object]:
    return {
        "version": version.number,
        "made_at": from_micros(version.made_at),
        "by": version.made_by,
        "units": len(version.organisation.units),
    }
