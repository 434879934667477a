"""What is set, and where each value comes from."""

from typing import Annotated

import typer

from zhamen.cli.output import Output
from zhamen.settings import SETTINGS, read_settings, sources

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """查看当前设置及其来源。 Show the settings in force and where each value comes from."""
    output = Output(as_json=as_json)
    settings, origin = read_settings(), sources()
    if as_json:
        facts = {
            row.variable: {"value": _plain(getattr(settings, row.name)), "source": origin[row.name]}
            for row in SETTINGS
        }
        output.result(facts)
        return
    for row in SETTINGS:
        value = _plain(getattr(settings, row.name))
        unit = f" {row.about.unit}" if row.about.unit else ""
        shown = "–" if value == "" else f"{value}{unit}"
        output.console.print(f"{row.variable:<34} {shown:<20} {origin[row.name]}", markup=False)
        output.console.print(f"    {row.about.zh} {row.about.en}", markup=False, style="dim")
    output.say("下一步: [bold]zhamen serve[/bold]", "next")


def _plain(value: object) -> bool | int | str:
    return value if isinstance(value, bool | int) else str(value)
