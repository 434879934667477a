"""The gate as a server."""

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from zhamen.api.server import RunningGate, open_server
from zhamen.cli.output import Output, Tick
from zhamen.core.money import parse_minor
from zhamen.services.recover import Progress
from zhamen.settings import read_settings

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_Pack = Annotated[str | None, typer.Option(help="策略包名称或路径。 The pack's name or path.")]
_Host = Annotated[str | None, typer.Option(help="监听地址。 The address to listen on.")]
_Port = Annotated[int | None, typer.Option(help="监听端口。 The port to listen on.")]
_DataDir = Annotated[Path | None, typer.Option(help="数据文件夹。 The data folder.")]
_NoKeys = Annotated[bool, typer.Option(help="不要密钥，仅限本机。 Ask for no keys; on this machine only.")]
_Json = Annotated[
    bool, typer.Option("--json", help="就绪后输出一行 JSON。 Print one line of JSON once ready.")
]


@app.command()
def serve(  # its options, all by name
    pack: _Pack = None,
    host: _Host = None,
    port: _Port = None,
    data_dir: _DataDir = None,
    insecure_no_keys: _NoKeys = False,
    as_json: _Json = False,
) -> None:
    """启动闸门服务。 Run the gate behind HTTP."""
    output = Output(as_json=as_json)
    keys = False if insecure_no_keys else None
    options = {"pack": pack, "host": host, "port": port, "data_dir": data_dir, "require_keys": keys}
    settings = read_settings(options=options)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with ExitStack() as stack:
        with output.progress("恢复状态", "recovering the state") as tick:
            gate = stack.enter_context(open_server(settings, _counting(tick)))
        _welcome(output, gate)
        gate.run()
    output.say("闸门已停止，状态已存盘。", "the gate has stopped; its state is on disk.")


def _counting(tick: Tick) -> Progress:
    before = 0

    def progress(done: int, total: int) -> None:  # noqa: ARG001  # a bar without an end
        nonlocal before
        tick(done - before)
        before = done

    return progress


def _welcome(output: Output, gate: RunningGate) -> None:
    house, recovered = gate.gatehouse, gate.gatehouse.recovered
    facts: dict[str, object] = {
        "url": gate.url,
        "pack": f"{house.pack.name} {house.pack.version} {house.pack.hash[:12]}",
        "data": str(house.settings.data_dir.resolve()),
        "snapshot": recovered.snapshot or None,
        "replayed": recovered.replayed,
        "recovered_in_s": round(recovered.seconds, 3),
        "keys": len(house.keyring) if house.settings.require_keys else None,
    }
    if output.as_json:
        output.result(facts)
        return
    output.say("闸门就绪。", "the gate is ready.")
    output.result({name: "–" if value is None else value for name, value in facts.items()})
    if facts["keys"] == 0:
        output.say("还没有密钥；在另一个终端新建：", "there is no API key yet; make one in another terminal:")
        _print_command(
            output,
            f"KEY=$(zhamen keys create --data-dir {house.settings.data_dir} --name core-banking"
            ' --scope decisions:make --json | sed \'s/.*"key":"\\([^"]*\\).*/\\1/\')',
        )
    authorization = ' -H "Authorization: Bearer $KEY"' if house.settings.require_keys else ""
    output.say("第一笔请求：", "a first request:")
    _print_command(
        output,
        f"curl -s {gate.url}/v1/decisions{authorization} -H 'Content-Type: application/json'"
        f" -d '{_first_event(house.pack.currency)}'",
    )


def _first_event(currency: str) -> str:
    """Write a transfer of 9,800 in the pack's currency that happens when the line is run."""
    now = "'$(date -u +%FT%TZ)'"
    return (
        f'{{"type":"transfer","event_id":"T-1","occurred_at":"{now}","channel":"mobile",'
        f'"amount_minor":{parse_minor("9800", currency)},"currency":"{currency}",'
        '"debtor_account":{"id":"6222020200112233445"},"creditor_account":{"id":"6217000010012345678"}}'
    )


def _print_command(output: Output, command: str) -> None:
    output.console.print(f"  {command}", markup=False)
