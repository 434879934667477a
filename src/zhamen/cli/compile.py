"""Compiling ahead: what the first start would else wait for."""

from time import perf_counter
from typing import Annotated

import typer

from zhamen.bootstrap.kernels import LARGE, compile_large
from zhamen.cli.output import Output

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def compile_kernels(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """编译内核：装好之后运行一次，启动就不必等。 Compile the kernels, once after installing."""
    output, started = Output(as_json=as_json), perf_counter()
    with output.progress("编译内核", "compiling the kernels", len(LARGE)) as tick:
        compile_large(lambda _: tick(1))
    facts = {"内核 kernels": ", ".join(LARGE), "秒 seconds": round(perf_counter() - started, 1)}
    output.result(facts, next_command="zhamen serve")
