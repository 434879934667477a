"""Policy packs: checked, shown, compared, listed."""

import sys
from typing import Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from zhamen.adapters.packs import read_pack
from zhamen.cli.errors import exit_code
from zhamen.cli.output import Output
from zhamen.core.errors import InvalidPack
from zhamen.gate.contents import Pack, content_of
from zhamen.gate.difference import Change, compare
from zhamen.gate.pack import load_pack
from zhamen.gate.schema import pack_schema
from zhamen.packs import shipped_packs

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="检查、查看、比较策略包。 Check, show and compare policy packs.",
)

_Pack = Annotated[str, typer.Argument(help="策略包名或路径。 A shipped pack, or a path.")]
_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON。 Print JSON only.")]
_LONGEST = 60


@app.command()
def check(pack: _Pack, as_json: _Json = False) -> None:
    """整体检查策略包，一次列出全部问题。 Check a pack as a whole and list every problem."""
    output = Output(as_json=as_json)
    try:
        checked = _load(pack)
    except InvalidPack as error:
        _show_problems(output, error)
        sys.exit(exit_code(error))
    output.say("策略包可以使用。", "the pack can be used.")
    facts: dict[str, object] = {"ok": True, "problems": ()} if as_json else {}
    output.result(facts | _facts(checked), next_command=f"zhamen pack show {pack}")


@app.command()
def show(pack: _Pack, as_json: _Json = False) -> None:
    """用中英文列出规则、特征和处置。 Show rules, features and policy in both languages."""
    output = Output(as_json=as_json)
    shown = _load(pack)
    if as_json:
        output.result({"hash": shown.hash, **content_of(shown)})
        return
    for table in (_rules(shown), _scorecards(shown), _lists(shown), _features(shown)):
        output.console.print(table)
    output.result(_facts(shown), next_command=f"zhamen pack diff {pack} OTHER")


@app.command()
def diff(old: _Pack, new: _Pack, as_json: _Json = False) -> None:
    """按含义比较两个策略包。 Compare two packs by meaning."""
    output = Output(as_json=as_json)
    changes = compare(_load(old), _load(new))
    behaviour = sum(change.behaviour for change in changes)
    if as_json:
        output.result({"changes": [_told(change) for change in changes], "behaviour_changes": behaviour})
        return
    for change in changes:
        _show_change(output, change)
    output.result(
        {
            "不同 changes": len(changes),
            "影响决策 may change decisions": behaviour,
            "影响状态 need the state rebuilt": sum(change.state for change in changes),
        },
        next_command=f"zhamen pack check {new}",
    )


@app.command()
def schema() -> None:
    """输出策略包的 JSON Schema，供编辑器使用。 Print the JSON Schema of packs, for editors."""
    print(msgspec.json.format(msgspec.json.encode(pack_schema()), indent=2).decode())


@app.command("list")
def list_packs(as_json: _Json = False) -> None:
    """列出随附的策略包。 List the packs that ship with zhamen."""
    output = Output(as_json=as_json)
    packs = {name: _load(name) for name in shipped_packs()}
    if as_json:
        output.result({name: _facts(pack) for name, pack in packs.items()})
        return
    for name, pack in packs.items():
        output.console.print(f"{name:<14} {pack.version:<12} {pack.title.zh} {pack.title.en}", markup=False)
    output.say("下一步: [bold]zhamen pack show starter[/bold]", "next")


def _load(pack: str) -> Pack:
    return load_pack(read_pack(pack), pack)


def _facts(pack: Pack) -> dict[str, object]:
    return {
        "name": pack.name,
        "version": pack.version,
        "hash": pack.hash,
        "features": len(pack.feature_docs),
        "rules": len(pack.rules),
        "scorecards": len(pack.scorecards),
        "lists": len(pack.lists),
    }


def _show_problems(output: Output, error: InvalidPack) -> None:
    if output.as_json:
        output.result({"ok": False, "problems": error.problems})
        return
    for problem in error.problems:
        output.console.print(problem, markup=False)
    count = len(error.problems)
    output.say(f"共 {count} 个问题，策略包不能使用。", f"problems: {count}; the pack cannot be used.")


def _rules(pack: Pack) -> Table:
    table = Table(title="规则 Rules", title_justify="left")
    for heading in ("编号 Id", "分值 Points", "结果 Outcome", "规则 Rule", "条件 When"):
        table.add_column(heading)
    for rule in pack.rules:
        outcome = pack.policy.consequences[rule.id].outcome
        points = f"{rule.weight} {rule.scorecard}" if rule.scorecard else ""
        when = " ".join(rule.when.text.split())
        table.add_row(rule.id, points, outcome.value, Text(f"{rule.zh}\n{rule.en}"), Text(when))
    return table


def _scorecards(pack: Pack) -> Table:
    table = Table(title="评分 Scorecards", title_justify="left")
    for heading in ("编号 Id", "名称 Title", "分段 Bands"):
        table.add_column(heading)
    for card in pack.scorecards:
        bands = ", ".join(f"{band.start}+ {band.outcome}" for band in pack.policy.bands[card.id])
        table.add_row(card.id, Text(f"{card.zh} {card.en}"), bands)
    return table


def _lists(pack: Pack) -> Table:
    table = Table(title="名单 Lists", title_justify="left")
    for heading in (
        "名称 Name",
        "查什么 Looked up",
        "名单与等级 Lists and level",
        "类别 Categories",
        "含义 Meaning",
    ):
        table.add_column(heading)
    for use in pack.lists:
        counted = f"{', '.join(use.lists)} {use.level_from}+"
        words = Text(f"{use.zh}\n{use.en}")
        table.add_row(use.name, use.of, counted, ", ".join(use.categories) or "全部 all", words)
    return table


def _features(pack: Pack) -> Table:
    table = Table(title="特征 Features", title_justify="left")
    for heading in ("名称 Name", "含义 Meaning", "出处 Source"):
        table.add_column(heading)
    for name, doc in pack.feature_docs.items():
        table.add_row(name, Text(f"{doc.zh}\n{doc.en}"), Text(doc.source))
    return table


def _show_change(output: Output, change: Change) -> None:
    signs = {"added": "+", "removed": "-", "changed": "~"}
    line = f"{signs[change.kind]} {change.place}"
    if change.kind == "changed":
        line += f": {_brief(change.old)} → {_brief(change.new)}"
    if change.behaviour:
        line += "  [影响决策 may change decisions]"
    output.console.print(line, markup=False)


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _told(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "place": change.place,
        "old": change.old,
        "new": change.new,
        "behaviour": change.behaviour,
        "state": change.state,
    }
