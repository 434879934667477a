"""Accounts of staff: made, listed, given roles, moved, closed, given a new password."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from zhamen.bootstrap.operator import operator
from zhamen.bootstrap.work import Work, open_work
from zhamen.cli.output import Output
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.ports.staff import Member
from zhamen.services.keep_staff import NewPassword
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="管理员工账号。 Keep the accounts of staff."
)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹。 The data folder.")]
_Name = Annotated[str, typer.Argument(help="登录名。 The name to sign in with.")]
_Roles = Annotated[list[Role], typer.Option("--role", help="岗位，可重复。 What they do; repeat it.")]
_Unit = Annotated[
    str, typer.Option(help="机构代码或路径；默认为总行。 The unit's code or path; default: the head office.")
]
_Elsewhere = Annotated[
    bool, typer.Option("--oidc", help="只用本行统一登录。 Signs in at the bank's own sign-in only.")
]


@app.command()
def add(
    name: _Name,
    role: _Roles,
    unit: _Unit = "",
    oidc: _Elsewhere = False,
    data_dir: _DataDir = None,
    as_json: _Json = False,
) -> None:
    """新建账号；口令只显示这一次，首次登录后更换。 Make an account; its first password is shown this once."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        made = work.staff.add(operator, name, role, _path(work, unit), elsewhere=oidc)
    _show(output, made)


@app.command()
def move(
    name: _Name, role: _Roles, unit: _Unit = "", data_dir: _DataDir = None, as_json: _Json = False
) -> None:
    """更换岗位和机构，并结束其会话。 Set roles and unit, and end the sessions."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        member = work.staff.give(operator, name, role, _path(work, unit))
    output.result(_about(member), next_command="zhamen staff list")


@app.command()
def password(name: _Name, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """重置口令并结束其会话。 Set a new password, shown once, and end the sessions."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        made = work.staff.reset_password(operator, name)
    _show(output, made)


@app.command("reset-codes")
def reset_codes(name: _Name, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """取消丢失的第二验证要素和恢复码。 Take a lost second factor and the recovery codes away."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        member = work.staff.reset_codes(operator, name)
    output.result(_about(member), next_command="zhamen staff list")


@app.command()
def disable(name: _Name, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """停用账号并结束其会话。 Close an account and end its sessions."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        member = work.staff.disable(operator, name)
    output.result(_about(member), next_command="zhamen staff list")


@app.command()
def enable(name: _Name, data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """启用或解锁账号。 Open a closed account, or let a locked one try again."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        member = work.staff.enable(operator, name)
    output.result(_about(member), next_command="zhamen staff list")


@app.command("list")
def list_staff(data_dir: _DataDir = None, as_json: _Json = False) -> None:
    """列出账号。 List the accounts."""
    output = Output(as_json=as_json)
    with _opened(data_dir) as (work, operator):
        members = work.staff.list_staff(operator)
    if as_json:
        output.result({one.name: _about(one) for one in members})
        return
    for one in members:
        closed = "  已停用 disabled" if one.disabled_at else ""
        output.console.print(f"{one.name:20} {' '.join(one.roles):24} {one.unit}{closed}", markup=False)
    output.result({"账号 accounts": len(members)}, next_command="zhamen staff add NAME --role teller")


def _about(member: Member) -> dict[str, object]:
    return {
        "name": member.name,
        "roles": " ".join(member.roles),
        "unit": member.unit,
        "status": "disabled" if member.disabled_at else "open",
        "second_factor": member.totp is not None,
    }


def _show(output: Output, made: NewPassword) -> None:
    if made.password:
        output.say("请现在保存口令，以后无法再看到：", "keep the password now, it is not shown again:")
    output.result(_about(made.member) | {"password": made.password or None}, next_command="zhamen staff list")


def _path(work: Work, unit: str) -> str:
    tree = work.organisation.history().current
    return tree.path(unit or tree.root.code) if "/" not in unit else unit


@contextmanager
def _opened(data_dir: Path | None) -> Iterator[tuple[Work, Actor]]:
    """Open the accounts for whoever runs this machine, and is an administrator of the whole bank by that."""
    with open_work(read_settings(options={"data_dir": data_dir})) as work:
        history = work.organisation.history()
        scope = history.scope(history.current.root.code)
        yield work, Actor.of_staff(f"cli:{operator()}", (Role.ADMINISTRATOR,), scope)
