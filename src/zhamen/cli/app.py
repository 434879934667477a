"""The root command: finds the commands beside this file and turns errors into exit codes."""

import importlib
import sys
from typing import Final

import typer
from rich.console import Console

from zhamen.cli.errors import exit_code
from zhamen.core.errors import ZhamenError

__all__ = ["COMMANDS", "app", "main"]

COMMANDS: Final = ("demo", "serve", "replay", "verify", "pack", "journal", "simulate", "settings", "keys")
"""Each is a module of this room with a ``typer.Typer`` named ``app``."""

app = typer.Typer(
    name="zhamen",
    help="闸门：银行反诈平台。 The open anti-scam gate of a bank or payment institution.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _load() -> None:
    for name in COMMANDS:
        app.add_typer(importlib.import_module(f"zhamen.cli.{name}").app, name=name)


def main() -> None:
    """Run the command line."""
    _load()
    try:
        app()
    except ZhamenError as error:
        Console(stderr=True).print(f"错误 error [{error.code}] {error}", markup=False, soft_wrap=True)
        sys.exit(exit_code(error))
