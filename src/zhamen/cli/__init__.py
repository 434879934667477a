"""The command line: every job of the platform, one file a command."""

from zhamen.cli.app import main

__all__ = ["main"]
