"""The root command: finds the commands beside this file and turns errors into exit codes."""

import importlib
import sys
from typing import Any, Final

import typer
from typer.core import TyperGroup

from zhamen import __version__
from zhamen.cli.errors import exit_code
from zhamen.cli.output import SafeConsole
from zhamen.core.errors import ZhamenError

__all__ = ["COMMANDS", "app", "main"]

COMMANDS: Final = {
    "demo": "闸门演示：模拟银行的一天。 The gate on one day of a simulated bank.",
    "serve": "启动闸门服务。 Run the gate behind HTTP.",
    "replay": "回放历史数据。 Run recorded events through the gate.",
    "verify": "重算并比对录制运行的特征。 Recompute the features of a recorded run and compare.",
    "pack": "检查、查看、比较策略包。 Check, show and compare policy packs.",
    "journal": "查看、检查、归档日志。 Show, check and archive the journal.",
    "projections": "查看、重建各视图。 Show, rebuild and follow the views of the journal.",
    "cases": "办理案件与暂缓付款。 Work on cases and held payments.",
    "trace": "追踪资金去向与来源，出止付方案。 Trace money, and plan what to stop.",
    "groups": "找出多对多分层的账户群。 Find groups of accounts that pay the same ones.",
    "records": "管理风险信息。 Keep the records of risk.",
    "appeals": "受理申诉。 Hear appeals against records.",
    "feedback": "干预结果与成效。 What became of warnings.",
    "organisation": "管理机构。 Keep the organisation of the bank.",
    "staff": "管理员工账号。 Keep the accounts of staff.",
    "simulate": "生成模拟银行数据。 Make events of a synthetic bank, with their truth.",
    "settings": "查看当前设置。 Show the settings in force.",
    "compile": "编译内核，装好之后一次。 Compile the kernels, once after installing.",
    "keys": "管理接口密钥。 Create, list, rotate and revoke API keys.",
    "audit": "校验、查看、导出审计记录。 Verify, list and export the audit trail.",
}
"""Each is a module of this room with a ``typer.Typer`` named ``app``."""


class Commands(TyperGroup):
    """Loads a command when it is called: `zhamen settings` need not wait for the compiler.

    The types of a command's context and formatter are typer's own and not public.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # click's signature
        """Name every command, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"zhamen.cli.{cmd_name}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        command.help = command.help or COMMANDS[cmd_name]
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """List the commands without loading them."""
        formatter.write_text(self.help or "")
        self.format_usage(ctx, formatter)
        with formatter.section("命令 commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    name="zhamen",
    cls=Commands,
    help="闸门：银行反诈平台。 The open anti-scam gate of a bank or payment institution.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zhamen {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="版本。 Version."
    ),
) -> None:
    """闸门：银行反诈平台。 The open anti-scam gate of a bank or payment institution."""


def main() -> None:
    """Run the command line."""
    try:
        app()
    except ZhamenError as error:
        SafeConsole(stderr=True).print(f"错误 error [{error.code}] {error}", markup=False, soft_wrap=True)
        sys.exit(exit_code(error))
