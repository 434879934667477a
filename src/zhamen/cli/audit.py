"""The audit trail: its heads, whether it is whole, what stands in it, and a copy to keep elsewhere."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import msgspec
import typer

from zhamen.bootstrap.audit import check_file, open_trails
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.operator import operator
from zhamen.cli.output import Output
from zhamen.core.audit import CHAINS, AuditEntry, Chain, Deed, Head, parse_head
from zhamen.core.errors import InputError
from zhamen.ports.audit import Wanted
from zhamen.services.check_trail import BREAK_WORDS, ChainReport, deed_of_check
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="审计记录：校验、查看、导出。 The audit trail: verify, list and export it.",
)

_MOST: Final = 10_000
_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_File = Annotated[
    Path | None, typer.Option("--file", help="校验导出的文件，不用数据库。 Verify an exported file instead.")
]
_From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        help="另行保存的链头，或 @文件；可重复。 A head that was written down, or @FILE; may be repeated.",
    ),
]
_Chains = Annotated[
    list[str] | None, typer.Option("--chain", help=f"哪些链，可重复。 Which chains: {', '.join(CHAINS)}.")
]
_Actor = Annotated[str, typer.Option(help="谁。 Who.")]
_Act = Annotated[str, typer.Option(help="做了什么，如 publish-record。 What, as publish-record.")]
_Subject = Annotated[str, typer.Option(help="对什么，如 record/12。 To what, as record/12.")]
_Since = Annotated[datetime | None, typer.Option(help="从何时起（含），UTC。 From when on, UTC.")]
_Until = Annotated[datetime | None, typer.Option(help="到何时止（不含），UTC。 Before when, UTC.")]
_Limit = Annotated[int, typer.Option(min=1, max=_MOST, help="最多几条。 At most so many.")]
_To = Annotated[Path, typer.Option("--to", help="新文件（JSON 行）。 A new file, of JSON lines.")]


@app.command()
def head(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """显示各链的链头；请另行保存。 Show the head of each chain; keep it where nobody here can change it."""
    output = Output(as_json=as_json)
    with open_trails(read_settings(options={"data_dir": data_dir})) as trails:
        heads = trails.heads()
    if as_json:
        output.result({"heads": heads})
        return
    for each in heads:
        print(each)
    if not heads:
        output.say("还没有任何审计记录。", "there is no entry yet.")


@app.command()
def verify(
    file: _File = None, since: _From = None, data_dir: _DataDir = None, as_json: _Json = False
) -> None:
    """校验每条链，指出第一条被动过的记录。 Follow every chain and tell the first entry that is broken."""
    output, written, start = Output(as_json=as_json), _written(since or ()), perf_counter()
    if file is not None:
        with output.progress("校验", "verifying") as tick:
            reports = check_file(file, written, tick)
    else:
        with open_trails(read_settings(options={"data_dir": data_dir})) as trails:
            total = sum(each.number for each in trails.heads())
            with output.progress("校验", "verifying", total) as tick:
                reports = trails.check(written, tick)
            trails.deeds.note(deed_of_check(reports, at=utc_now(), actor=operator(), unit=""))
    seconds = round(perf_counter() - start, 1)
    if as_json:
        output.result({"chains": reports, "seconds": seconds})
    else:
        _tell(output, reports)
        output.result(
            {"记录 entries": f"{sum(one.entries for one in reports):,}", "秒 seconds": seconds},
            next_command="" if any(one.broken for one in reports) else "zhamen audit head",
        )
    for report in reports:
        report.require_sound()


@app.command("list")
def list_entries(  # noqa: PLR0913, PLR0917  # its options, all by name
    chain: _Chains = None,
    actor: _Actor = "",
    act: _Act = "",
    subject: _Subject = "",
    since: _Since = None,
    until: _Until = None,
    limit: _Limit = 100,
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """列出操作，新的在前。 List deeds, the newest first; questions are in the log of questions."""
    output, chains = Output(as_json=as_json), _chains(chain)
    if len(chains) > 1 and chain:
        raise InputError("give one chain to list, or none for all")
    wanted = Wanted(
        chain=chains[0] if chain else None,
        actor=actor,
        act=act,
        subject=subject,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )
    with open_trails(read_settings(options={"data_dir": data_dir})) as trails:
        page = trails.search.list_entries(None, wanted, limit=limit)
    if as_json:
        output.result({"entries": page.entries, "more": page.after is not None})
        return
    for entry in page.entries:
        output.console.print(_line(entry), markup=False)
    output.result(
        {"记录 entries": f"{len(page.entries)}{'+' if page.after else ''}"},
        next_command="zhamen audit verify",
    )


@app.command()
def export(to: _To, chain: _Chains = None, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """导出整条链，可在别处离线校验。 Write whole chains to a file that can be verified elsewhere."""
    output, chains = Output(as_json=as_json), _chains(chain)
    with open_trails(read_settings(options={"data_dir": data_dir})) as trails:
        by = operator()
        note = Deed(at=utc_now(), actor=by, unit="", act="export-audit", detail={"chains": chains})
        trails.deeds.note(note)
        with output.progress("导出", "exporting") as tick:
            size = trails.export(chains, to, tick)
    output.say("审计记录已导出。", "the audit trail is exported.")
    output.result(
        {"path": str(to), "entries": size, "bytes": to.stat().st_size},
        next_command=f"zhamen audit verify --file {to}",
    )


def _chains(names: list[str] | None) -> list[Chain]:
    unknown = sorted(set(names or ()) - set(CHAINS))
    if unknown:
        raise InputError(f"there is no chain {unknown[0]!r}; choose from {', '.join(CHAINS)}")
    return [chain for chain in CHAINS if names is None or chain in names]


def _written(texts: Iterable[str]) -> list[Head]:
    """Read heads as they were given, or from a file that holds one a line."""
    lines: list[str] = []
    for text in texts:
        lines += _lines(Path(text[1:])) if text.startswith("@") else [text]
    return [parse_head(line) for line in lines]


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as a file of heads; `zhamen audit head` prints them"
        ) from error


def _tell(output: Output, reports: Iterable[ChainReport]) -> None:
    for report in reports:
        facts = f"{report.entries:,}  {report.head}" if report.entries else "0"
        output.console.print(f"{report.chain:<10} {facts}", markup=False)
        if report.start > 1:
            output.say(
                f"    第 {report.start} 条之前已到期删除。",
                f"entries before {report.start} were deleted in time",
            )
        for old in report.beyond:
            output.say(f"    链头 {old.number} 已到期删除，无法比对。", "this head was deleted in its time")
        if report.broken is not None:
            zh, en = BREAK_WORDS[report.broken.kind]
            output.say(f"    第 {report.broken.number} 条：{zh}", f"entry {report.broken.number}: {en}")


def _line(entry: AuditEntry) -> str:
    detail = msgspec.json.encode(entry.detail).decode() if entry.detail else ""
    return (
        f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.chain}/{entry.number}  {entry.actor} ({entry.unit or '–'})  "
        f"{entry.act} {entry.subject}  {detail}"
    ).rstrip()
