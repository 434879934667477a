"""Records of risk: imported, shown, put in force, released."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.feeds.mapping import shipped_feeds
from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.screening.secrets import add_secret
from zhamen.adapters.sql.record_desk import SqlRecordDesk
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.desk import open_query_log
from zhamen.bootstrap.housekeeping import make_housekeeper
from zhamen.bootstrap.operator import acting, operator
from zhamen.bootstrap.records import open_records, secrets_path
from zhamen.cli.output import Output
from zhamen.organisation.history import FOUNDING
from zhamen.organisation.scope import Scope
from zhamen.ports.record_desk import Sought
from zhamen.records.record import Move, Record, Status
from zhamen.screening.categories import CATEGORIES, GROUPS
from zhamen.services.follow_records import build_index
from zhamen.services.import_records import Progress, import_records
from zhamen.services.keep_records import RecordKeeper
from zhamen.services.record_desk import RecordDesk
from zhamen.settings import Settings, read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="管理风险信息。 Keep the records of risk: import, show, publish, release.",
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_By = Annotated[
    str, typer.Option("--by", help="谁在操作；默认为系统用户。 Who does it; default: the system's user.")
]
_Unit = Annotated[
    str, typer.Option(help="所在机构代码；默认为总行。 The unit, by code; default: the head office.")
]
_File = Annotated[Path, typer.Argument(help="来源给的文件。 The file of the source.")]
_Source = Annotated[
    str, typer.Option(help="自带映射的名称，或映射文件路径。 A shipped mapping's name, or a mapping's path.")
]
_Rejects = Annotated[
    Path | None, typer.Option(help="把拒收的行写到这里。 Write refused rows here, as JSON lines.")
]
_Id = Annotated[int, typer.Argument(help="记录编号。 The id of the record.")]
_Reason = Annotated[str, typer.Option(help="理由，与记录一起保存。 Why; it is kept with the record.")]
_Status = Annotated[Status, typer.Option(help="哪种状态。 Records with which status.")]
_Run = Annotated[int, typer.Option(help="只看这一批导入。 Only those of this import.")]
_RunNumber = Annotated[int, typer.Argument(help="导入批次的编号。 The number of the import.")]
_After = Annotated[int, typer.Option(help="接在这个编号之后。 Those after this id.")]
_WHOLE: Final = Scope(FOUNDING.root.code)
"""Whoever runs the machine sees the whole bank."""
_PAGE: Final = 100
_Rotate = Annotated[bool, typer.Option(help="增加一把新密钥。 Add a new secret.")]


def _settings(data_dir: Path | None) -> Settings:
    return read_settings(options={"data_dir": data_dir})


@app.command()
def sources(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出来源与自带映射。 List the sources, and the mappings that ship."""
    output = Output(as_json=as_json)
    with open_records(_settings(data_dir)) as records:
        known, counts = records.store.list_sources(), records.store.count()
    if as_json:
        output.result({"sources": known, "shipped": list(shipped_feeds()), "counts": counts})
        return
    for source in known:
        output.console.print(f"{source.code}  {source.zh}  {source.en}", markup=False, style="bold")
        facts = [f"可信度 reliability {source.reliability}", f"保存 kept {source.retention_days} d"]
        facts += [word for word, holds in (("有权机关 authority", source.authority),) if holds]
        untagged = sum(count.untagged for count in counts if count.source == source.code and source.public)
        if untagged:
            facts.append(f"未制公众标签，请重新导入 without a public tag, import again {untagged:,}")
        facts += [
            f"{count.list} {count.status} {count.records:,}"
            for count in counts
            if count.source == source.code
        ]
        output.console.print(f"    {' · '.join(facts)}", markup=False)
    output.result(
        {"来源 sources": len(known), "自带映射 shipped mappings": ", ".join(shipped_feeds())},
        next_command="zhamen records import FILE --source NAME",
    )


@app.command()
def categories(as_json: _Json = False) -> None:
    """列出风险类别。 List the categories of risk."""
    output = Output(as_json=as_json)
    if as_json:
        output.result(
            {one.code: {"number": one.number, "zh": one.zh, "en": one.en} for one in CATEGORIES.values()}
        )
        return
    for group in GROUPS.values():
        output.console.print(f"{group.code}  {group.zh}  {group.en}", markup=False, style="bold")
        for one in CATEGORIES.values():
            if one.group is group:
                output.console.print(f"    {one.code:32} {one.zh}  {one.en}", markup=False)
    output.result({"类别 categories": len(CATEGORIES)})


@app.command("import")
def import_file(  # its options, all by name
    file: _File,
    source: _Source,
    rejects: _Rejects = None,
    by: _By = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """导入一份名单；重复导入不变。 Import a list; the same list again changes nothing."""
    output = Output(as_json=as_json)
    feed = read_feed(source)
    settings = _settings(data_dir)
    actor = acting(settings, by)
    with (
        open_records(settings) as records,
        RejectFile(rejects) as refused,
        output.stages(
            ("导入", "importing"), ("已生效，制作公众标签", "in force, making public tags")
        ) as bars,
    ):
        claims = read_claims(file, feed, refused)
        merged = import_records(
            records.store, feed.source, claims, actor=actor, clock=utc_now, progress=Progress(*bars)
        )
    for reject in refused.first:
        output.console.print(f"  {reject.row}: {reject.message}", markup=False, style="yellow")
    output.say("名单已导入。", "the list is imported.")
    waiting = merged.created + merged.changed and not feed.source.trusted
    output.result(
        {
            "created": merged.created,
            "changed": merged.changed,
            "unchanged": merged.unchanged,
            "withdrawn": merged.withdrawn,
            "rejected": refused.count,
        },
        next_command="zhamen records runs" if waiting else "zhamen records sources",
    )


@app.command("list")
def list_records(
    status: _Status = Status.CANDIDATE,
    run: _Run = 0,
    after: _After = 0,
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """列出某种状态的记录。 List the records with a status, 100 at a time."""
    output = Output(as_json=as_json)
    with open_records(_settings(data_dir)) as records:
        sought = Sought(status=status, run=run)
        page = SqlRecordDesk(records.engine).search(sought, _WHOLE, after=after, limit=_PAGE)
    found = [one.record for one in page.records]
    if as_json:
        output.result({"records": found, "more": page.more})
        return
    for record in found:
        output.console.print(_line(record), markup=False)
    of_run = f" --run {run}" if run else ""
    following = "zhamen records show ID"
    if page.more:
        following = f"zhamen records list --status {status.value}{of_run} --after {found[-1].id}"
    elif status is Status.CANDIDATE:
        following = f"zhamen records publish-run {run or 'RUN'} --reason ..."
    output.result({"记录 records": f"{len(found)}{'+' if page.more else ''}"}, next_command=following)


@app.command()
def runs(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出有待复核记录的导入批次。 List the imports of which records wait for their check."""
    output = Output(as_json=as_json)
    with open_records(_settings(data_dir)) as records:
        found = SqlRecordDesk(records.engine).runs(_WHOLE, limit=_PAGE)
    if as_json:
        output.result({"runs": found})
        return
    for one in found:
        begun = f"{one.number:>6}  {one.begun_at:%Y-%m-%d %H:%M}Z"
        output.console.print(f"{begun}  {one.source}  {one.by} ({one.unit})  {one.waiting:,}", markup=False)
    output.result({"批次 runs": len(found)}, next_command="zhamen records publish-run RUN --reason ...")


@app.command("publish-run")
def publish_run(
    run: _RunNumber,
    reason: _Reason,
    by: _By = "",
    unit: _Unit = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """发布一批待复核记录（复核人不能是录入人）。 Put what waits of an import in force."""
    output = Output(as_json=as_json)
    settings = _settings(data_dir)
    actor = acting(settings, by, unit, reason)
    with open_records(settings) as records:
        desk = RecordDesk(
            records.store,
            SqlRecordDesk(records.engine),
            read_feed("staff-entries").source,
            keys_of=records.secrets.ring.keys_to_ask,
            clock=utc_now,
        )
        done = desk.publish_run(run, actor, _WHOLE)
    following = f"zhamen records list --run {run}" if done.waiting else "zhamen records runs"
    output.result({"published": done.records, "waiting": done.waiting}, next_command=following)


@app.command()
def show(record: _Id, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """显示一条记录、各版本与操作。 Show a record, its versions and what was done to it."""
    output = Output(as_json=as_json)
    with open_records(_settings(data_dir)) as records:
        found = records.store.get(record)
        versions = records.store.history(record)
        acts = [act for version in versions for act in records.store.list_acts(version.id)]
    if as_json:
        output.result({"record": found, "versions": versions, "acts": acts})
        return
    for version in versions:
        output.console.print(_line(version), markup=False)
        held = f"  依据 basis {version.legal_basis} · 用途 purpose {version.purpose}"
        output.console.print(held, markup=False, style="dim")
    for act in acts:
        output.console.print(
            f"  {act.at:%Y-%m-%d %H:%M}Z {act.by} ({act.unit}) {act.move} {act.record_id}: {act.reason}",
            markup=False,
            style="dim",
        )
    output.result(
        {"版本 versions": len(versions)}, next_command=f"zhamen records release {record} --reason ..."
    )


def _act(move: Move, zh: str, en: str) -> None:
    """Make the command of a move."""

    def command(
        record: _Id,
        reason: _Reason,
        by: _By = "",
        unit: _Unit = "",
        data_dir: _DataDir = None,
        as_json: _Json = False,
    ) -> None:
        output = Output(as_json=as_json)
        settings = _settings(data_dir)
        actor = acting(settings, by, unit, reason)
        with open_records(settings) as records:
            done = RecordKeeper(records.store, utc_now).act(record, move, actor)
        output.say(f"{zh}。", f"{en}.")
        output.result(
            {"id": done.id, "status": done.status.value},
            next_command=f"zhamen records show {done.id}",
        )

    app.command(move.value, help=f"{zh}。 {en}.")(command)


_act(Move.PUBLISH, "发布（复核人不能是录入人）", "Put a candidate in force; not by whom it was made")
_act(Move.SUSPEND, "暂停", "Take a record out of force while it is looked into")
_act(Move.RESUME, "恢复", "Put a suspended record back in force")
_act(Move.RELEASE, "解除，立即生效", "Withdraw a record, at once")


@app.command()
def tidy(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """标记到期、删除超期数据；服务每晚自动运行。 Mark and delete what is over; servers do it nightly."""
    output = Output(as_json=as_json)
    settings = _settings(data_dir)
    with open_records(settings) as records, open_query_log(settings) as log:
        stores = (records.engine, records.store, log)
        done = make_housekeeper(settings, stores, utc_now).tidy(operator())
    facts = {
        "expired": done.expired,
        "deleted": done.deleted,
        "questions_deleted": done.questions,
        "appeals_deleted": done.appeals,
        "subscriptions_deleted": done.subscriptions,
    }
    output.result(facts, next_command="zhamen records sources")


@app.command()
def build(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """重建筛查索引；运行中的服务不受影响。 Build the screening index anew, beside a running server."""
    output = Output(as_json=as_json)
    with open_records(_settings(data_dir)) as records, output.progress("建索引", "building") as tick:
        built = build_index(records.store, records.indexes)
        tick(built.table.size)
    output.result({"records": built.table.size, "bytes": built.table.bytes, "last_change": built.last})


@app.command()
def keys(rotate: _Rotate = False, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """查看或更换散列密钥。 Show how many records stand under each secret, or add a new one."""
    output = Output(as_json=as_json)
    settings = _settings(data_dir)
    with open_records(settings) as records:
        counts: dict[str, Any] = {}
        for count in records.store.count():
            version = str(count.key_version)
            counts[version] = counts.get(version, 0) + count.records
    facts: dict[str, Any] = {"records_by_key_version": counts, "file": str(secrets_path(settings))}
    if rotate:
        facts["new_version"] = add_secret(secrets_path(settings))
        output.say(
            "已增加新密钥；重启服务，再重新导入各名单。",
            "a secret was added; restart the servers, then import the lists again.",
        )
    output.result(facts, next_command="zhamen records sources")


def _line(record: Record) -> str:
    until = f" → {record.in_force_until:%Y-%m-%d}" if record.in_force_until else ""
    since = f"{record.in_force_from:%Y-%m-%d}{until}" if record.in_force_from else "–"
    return (
        f"{record.id:>8}  v{record.version}  {record.status:<9} {record.list:<5} {record.level:>3}  "
        f"{record.kind} {record.masked}  {record.category}  {record.source}  {since}"
    )
