"""Accounts of staff: made, listed, closed, given a new password."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from zhamen.adapters.sql.staff import SqlStaff
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.records import open_records
from zhamen.cli.output import Output
from zhamen.ports.staff import Member, Role
from zhamen.services.sign_in import SignIn
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="管理员工账号。 Keep the accounts of staff."
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_Name = Annotated[str, typer.Argument(help="登录名。 The name to sign in with.")]
_Role = Annotated[Role, typer.Option(help="岗位。 What they do.")]
_Unit = Annotated[str, typer.Option(help="机构路径。 The place in the organisation, as head/nmg/outlet-12.")]


@app.command()
def add(
    name: _Name, role: _Role, unit: _Unit = "head", data_dir: _DataDir = None, as_json: _Json = False
) -> None:
    """新建账号；口令只显示这一次。 Make an account; its password is shown this once."""
    output, password = Output(as_json=as_json), secrets.token_urlsafe(12)
    with _sign_in(data_dir) as (signing, _):
        signing.add(name, role, unit, password)
    _show(output, name, password)


@app.command()
def password(name: _Name, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """重置口令并结束其会话。 Set a new password, shown once, and end the sessions."""
    output, made = Output(as_json=as_json), secrets.token_urlsafe(12)
    with _sign_in(data_dir) as (signing, _):
        signing.set_password(name, made)
    _show(output, name, made)


@app.command()
def disable(name: _Name, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """停用账号并结束其会话。 Close an account and end its sessions."""
    output = Output(as_json=as_json)
    with _sign_in(data_dir) as (signing, _):
        signing.disable(name)
    output.result({"name": name, "status": "disabled"}, next_command="zhamen staff list")


@app.command("list")
def list_staff(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出账号。 List the accounts."""
    output = Output(as_json=as_json)
    with _sign_in(data_dir) as (_, members):
        pass
    if as_json:
        output.result({one.name: {"role": one.role, "unit": one.unit} for one in members})
        return
    for one in members:
        closed = "  已停用 disabled" if one.disabled_at else ""
        output.console.print(f"{one.name:20} {one.role:16} {one.unit}{closed}", markup=False)
    output.result({"账号 accounts": len(members)}, next_command="zhamen staff add NAME --role teller")


def _show(output: Output, name: str, password: str) -> None:
    output.say("请现在保存口令，以后无法再看到：", "keep the password now, it is not shown again:")
    output.result({"name": name, "password": password}, next_command="zhamen serve")


@contextmanager
def _sign_in(data_dir: Path | None) -> Iterator[tuple[SignIn, list[Member]]]:
    with open_records(read_settings(options={"data_dir": data_dir})) as records:
        store = SqlStaff(records.engine)
        yield SignIn(store, utc_now), store.list_staff()
