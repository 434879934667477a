"""API keys of calling systems: made, listed, revoked."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.opening import open_keys
from zhamen.cli.output import Output
from zhamen.ports.keys import SCOPES, ApiKey, KeyStore
from zhamen.services.keys import create_key
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="管理接口密钥。 Create, list and revoke API keys."
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
_KeyId = Annotated[str, typer.Argument(help="密钥编号。 The id of the key.")]


@app.command()
def create(
    name: _Name, scope: _Scopes, by: _By = "", data_dir: _DataDir = None, as_json: _Json = False
) -> None:
    """新建密钥；密钥只显示这一次。 Make a key; it is shown this once."""
    output = Output(as_json=as_json)
    with _store(data_dir) as store:
        key, token = create_key(store, name=name, scopes=scope, at=utc_now(), by=by or getpass.getuser())
    if as_json:
        output.result({"id": key.id, "name": key.name, "scopes": key.scopes, "key": token})
        return
    output.say(
        "已建密钥；请现在保存，以后无法再看到：", "a key was made; keep it now, it is not shown again:"
    )
    output.console.print(f"\n  {token}\n", markup=False)
    output.result(
        {"编号 id": key.id, "名称 name": key.name, "权限 scopes": ", ".join(key.scopes)},
        next_command="zhamen serve",
    )


@app.command("list")
def list_keys(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出密钥及其操作记录。 List the keys and what was done to them."""
    output = Output(as_json=as_json)
    with _store(data_dir) as store:
        keys, acts = store.list_keys(), store.list_acts()
    if as_json:
        output.result({"keys": [_public(key) for key in keys], "acts": acts})
        return
    for key in keys:
        status = f"已撤销 revoked {key.revoked_at:%Y-%m-%d %H:%M}Z" if key.revoked_at else "有效 in force"
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}Z" if key.last_used_at else "–"
        output.console.print(f"{key.id}  {key.name}", markup=False, style="bold")
        output.console.print(
            f"    {status} · 最近使用 last used {used} · {' '.join(key.scopes)}", markup=False
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
    with _store(data_dir) as store:
        key = store.revoke(key_id, at=utc_now(), by=by or getpass.getuser())
    output.say("密钥已撤销。", "the key is revoked.")
    output.result(
        {"id": key.id, "name": key.name, "revoked_at": key.revoked_at}, next_command="zhamen keys list"
    )


def _public(key: ApiKey) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(key).items() if name != "digest"}


@contextmanager
def _store(data_dir: Path | None) -> Iterator[KeyStore]:
    store = open_keys(read_settings(options={"data_dir": data_dir}))
    try:
        yield store
    finally:
        store.close()
