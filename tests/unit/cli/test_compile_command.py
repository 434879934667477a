"""Compiling ahead: every large kernel, each in a process of its own."""

import json

from typer.testing import CliRunner

from zhamen.bootstrap.kernels import LARGE
from zhamen.cli.compile import app


def test_every_large_kernel_is_compiled() -> None:
    ran = CliRunner().invoke(app, ["--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["内核 kernels"].split(", ") == list(LARGE)
    assert told["秒 seconds"] > 0
