"""API keys of calling systems: made, listed, revoked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.opening import open_keys
from zhamen.bootstrap.operator import named_by
from zhamen.bootstrap.records import open_records
from zhamen.bootstrap.work import open_work
from zhamen.cli.output import Output
from zhamen.ports.keys import SCOPES, ApiKey, KeyStore
from zhamen.services.keys import Limits, NewKey, create_key, rotate_key
from zhamen.settings import Settings, read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="管理接口密钥。 Create, list, rotate and revoke API keys.",
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_By = Annotated[
    str, typer.Option("--by", help="谁在操作；默认为系统用户。 Who does it; default: the system's user.")
]
_Name = Annotated[str, typer.Option(help="调用系统的名称。 The name of the calling system.")]
_Scopes = Annotated[
    list[str], typer.Option(help=f"权限，可重复。 What it may do; repeat it: {', '.join(SCOPES)}.")
]
_Unit = Annotated[
    str,
    typer.Option(help="所属机构的代码，空为全行。 The code of its unit; default: the whole bank."),
]
_Days = Annotated[
    int | None, typer.Option(min=1, help="有效天数，空为不限。 Days it is good; default: no end.")
]
_Overlap = Annotated[int, typer.Option(min=0, help="旧密钥再用多少小时。 Hours that the old key stays good.")]
_KeyId = Annotated[str, typer.Argument(help="密钥编号。 The id of the key.")]


@app.command()
def create(  # noqa: PLR0913, PLR0917  # its options, all by name
    name: _Name,
    scope: _Scopes,
    unit: _Unit = "",
    days: _Days = None,
    by: _By = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """新建密钥；密钥只显示这一次。 Make a key; it is shown this once."""
    output, settings = Output(as_json=as_json), read_settings(options={"data_dir": data_dir})
    at = utc_now()
    limits = Limits(_path(settings, unit), None if days is None else at + timedelta(days=days))
    with _store(settings) as store:
        made = create_key(store, name=name, scopes=scope, at=at, by=named_by(by), limits=limits)
    _show(output, made)


@app.command()
def rotate(
    key_id: _KeyId,
    overlap_hours: _Overlap = 24,
    by: _By = "",
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """更换密钥：新密钥立即可用，旧密钥到时失效。 Make a key in another's place; the old one ends later."""
    output, overlap = Output(as_json=as_json), timedelta(hours=overlap_hours)
    settings, at = read_settings(options={"data_dir": data_dir}), utc_now()
    with _store(settings) as store, open_records(settings) as records:
        made = rotate_key(store, key_id, at=at, by=named_by(by), overlap=overlap)
        SqlSubscriptions(records.engine).hand_on(key_id, made.key.id, at)
    _show(output, made)


@app.command("list")
def list_keys(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出密钥及其操作记录。 List the keys and what was done to them."""
    output = Output(as_json=as_json)
    with _store(read_settings(options={"data_dir": data_dir})) as store:
        keys, acts = store.list_keys(), store.list_acts()
    if as_json:
        output.result({"keys": [_public(key) for key in keys], "acts": acts})
        return
    for key in keys:
        status = _status(key)
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}Z" if key.last_used_at else "–"
        output.console.print(f"{key.id}  {key.name}", markup=False, style="bold")
        output.console.print(
            f"    {status} · {key.unit or '全行 all'} · 最近使用 last used {used} · {' '.join(key.scopes)}",
            markup=False,
        )
    for act in acts:
        output.console.print(
            f"{act.at:%Y-%m-%d %H:%M:%S}Z {act.by} {act.act} {act.key_id}", markup=False, style="dim"
        )
    output.result(
        {"密钥 keys": len(keys)},
        next_command="zhamen keys revoke <id>" if keys else "zhamen keys create --help",
    )


@app.command()
def revoke(key_id: _KeyId, by: _By = "", data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """撤销密钥；运行中的服务一秒内生效。 Revoke a key; a running server follows within a second."""
    output = Output(as_json=as_json)
    with _store(read_settings(options={"data_dir": data_dir})) as store:
        key = store.revoke(key_id, at=utc_now(), by=named_by(by))
    output.say("密钥已撤销。", "the key is revoked.")
    output.result(
        {"id": key.id, "name": key.name, "revoked_at": key.revoked_at}, next_command="zhamen keys list"
    )


def _show(output: Output, made: NewKey) -> None:
    key = made.key
    facts: dict[str, object] = {
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "unit": key.unit,
        "expires_at": key.expires_at,
    }
    if output.as_json:
        output.result(facts | {"key": made.token})
        return
    output.say(
        "已建密钥；请现在保存，以后无法再看到：", "a key was made; keep it now, it is not shown again:"
    )
    output.console.print(f"\n  {made.token}\n", markup=False)
    output.result(
        {
            "编号 id": key.id,
            "名称 name": key.name,
            "机构 unit": key.unit or "全行 all",
            "到期 expires": f"{key.expires_at:%Y-%m-%d %H:%M}Z" if key.expires_at else "–",
            "权限 scopes": ", ".join(key.scopes),
        },
        next_command="zhamen serve",
    )


def _status(key: ApiKey) -> str:
    if key.revoked_at:
        return f"已撤销 revoked {key.revoked_at:%Y-%m-%d %H:%M}Z"
    if key.expires_at:
        words = "有效至 good until" if key.in_force(utc_now()) else "已到期 expired"
        return f"{words} {key.expires_at:%Y-%m-%d %H:%M}Z"
    return "有效 in force"


def _path(settings: Settings, unit: str) -> str:
    """Give the path of a unit's code, which has to be one of the organisation."""
    if not unit:
        return ""
    with open_work(settings) as work:
        return work.organisation.history().current.path(unit.rpartition("/")[2])


def _public(key: ApiKey) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(key).items() if name != "digest"}


@contextmanager
def _store(settings: Settings) -> Iterator[KeyStore]:
    store = open_keys(settings)
    try:
        yield store
    finally:
        store.close()
