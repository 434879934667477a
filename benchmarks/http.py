"""Decisions over HTTP, durable: how many, how fast, and where the time of one goes."""  # noqa: A005  # an area

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.http_load import Measured
from benchmarks.result import Result

__all__ = ["run", "serve"]

_SECONDS: Final = 6.0
_RUNS: Final = 3
"""The median of them counts: what else the machine does shows in single ones."""
_WARM_SECONDS: Final = 2.0
_CONNECTIONS: Final = 32
_ZHAMEN: Final = [sys.executable, "-c", "from zhamen.cli import main; main()"]
_STAGE: Final = re.compile(r'zhamen_stage_seconds_(sum|count)\{stage="(\w+)"\} (\S+)')
_FSYNCS: Final = 300
_QUESTIONS: Final = 2_000.0


def run() -> list[Result]:
    """Measure a served gate with the starter pack, and a FastAPI route beside it."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        with _peer() as port:
            _load(port, "none", _CONNECTIONS, _WARM_SECONDS, 0, 0)
            peer = _load(port, "none", _CONNECTIONS, _SECONDS, 0, 0)
        fsync = _bare_fsync(Path(folder))
        with _gate(Path(folder)) as (port, token, process):
            _load(port, token, _CONNECTIONS, _WARM_SECONDS, 0, 0)
            busiest = [_load(port, token, _CONNECTIONS, _SECONDS, 0, first) for first in _firsts(10_000_000)]
            most = sorted(busiest, key=_rate)[_RUNS // 2]
            rate = _rate(most)
            before, used = _stages(port, token), _cpu_seconds(process)
            halves = [
                _load(port, token, _CONNECTIONS, _SECONDS, rate / 2, first) for first in _firsts(20_000_000)
            ]
            shares, cpu = (
                _shares(before, _stages(port, token)),
                (_cpu_seconds(process) - used) / sum(run.answered for run in halves),
            )
            alone = _load(port, token, 1, _SECONDS, 0, 30_000_000)
            _load(port, token, _CONNECTIONS, _WARM_SECONDS, _QUESTIONS, 0, "/v1/risk")
            used = _cpu_seconds(process)
            questions = [
                _load(port, token, _CONNECTIONS, _SECONDS, _QUESTIONS, first, "/v1/risk")
                for first in _firsts(0)
            ]
            asked_cpu = (_cpu_seconds(process) - used) / sum(run.answered for run in questions)
            half, asked = _middle(halves), _middle(questions)
    peer_rate = peer.answered / peer.seconds
    refused = alone.refused + sum(run.refused for run in (*busiest, *halves, *questions))
    return [
        Result(
            "HTTP-01",
            f"durable decisions at {_CONNECTIONS} connections",
            rate,
            "decisions/s",
            {"FastAPI + pydantic, no journal, no gate": rate / peer_rate},
            f"p99 {most.percentile(0.99):.1f} ms; {_of_runs(map(_rate, busiest))}; "
            f"answers other than 200 in all scenarios: {refused}",
        ),
        *(
            Result(
                f"HTTP-02-p{share * 100:.0f}",
                f"latency at {rate / 2:.0f}/s, p{share * 100:.0f}",
                half.percentile(share),
                "ms",
                note=_of_runs([run.percentile(share) for run in halves]),
            )
            for share in (0.5, 0.95, 0.99)
        ),
        Result(
            "HTTP-03",
            "one client, one decision after the other, p50",
            alone.percentile(0.5),
            "ms",
            {"the disk's bare fsync of 4 kB": fsync / alone.percentile(0.5)},
            f"{alone.answered / alone.seconds:.0f} decisions/s; bare fsync {fsync:.2f} ms",
        ),
        *(
            Result(f"HTTP-04-{stage}", f"of a request at {rate / 2:.0f}/s, in {stage}", 100 * share, "%")
            for stage, share in shares.items()
        ),
        *(
            Result(
                f"HTTP-05-p{share * 100:.0f}",
                f"what is known of an account, logged, at {_QUESTIONS:.0f}/s, p{share * 100:.0f}",
                asked.percentile(share),
                "ms",
                note=_of_runs([run.percentile(share) for run in questions]),
            )
            for share in (0.5, 0.95, 0.99)
        ),
        Result("HTTP-04-cpu", "processor time of the server for one request", cpu * 1e6, "µs"),
        Result("HTTP-05-cpu", "processor time of the server for one question", asked_cpu * 1e6, "µs"),
    ]


def _firsts(start: int) -> range:
    """Give the number of the first event of each run."""
    return range(start, start + _RUNS * 2_000_000, 2_000_000)


def _rate(run: Measured) -> float:
    return run.answered / run.seconds


def _middle(runs: list[Measured]) -> Measured:
    """Give the run with the median tail."""
    return sorted(runs, key=lambda run: run.percentile(0.99))[_RUNS // 2]


def _of_runs(figures: Iterable[float]) -> str:
    return "runs " + ", ".join(f"{figure:,.1f}" for figure in figures)


@contextmanager
def _peer() -> Iterator[int]:
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.http_peer", str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _gate(folder: Path) -> Iterator[tuple[int, str, int]]:
    scopes = ["--scope", "decisions:make", "--scope", "metrics:read", "--scope", "risk:ask"]
    create = [*_ZHAMEN, "keys", "create", "--name", "bench", "--json", "--data-dir", str(folder), *scopes]
    token = json.loads(subprocess.run(create, check=True, capture_output=True).stdout)["key"]
    with serve(folder, {"ZHAMEN_MAX_RATE_PER_KEY": "1000000"}) as (port, process):
        yield port, token, process


@contextmanager
def serve(folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve a data folder with these settings; give the port and the process."""
    command = [*_ZHAMEN, "serve", "--json", "--port", "0", "--data-dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **environment})
    try:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        yield int(started["url"].rpartition(":")[2]), process.pid
    finally:
        process.terminate()
        process.communicate()


def _load(  # noqa: PLR0913, PLR0917  # the arguments of the client
    port: int,
    token: str,
    connections: int,
    seconds: float,
    rate: float,
    first: int,
    path: str = "/v1/decisions",
) -> Measured:
    arguments = [str(each) for each in (port, token, path, connections, seconds, rate, first)]
    client = [sys.executable, "-m", "benchmarks.http_load", *arguments]
    return msgspec.json.decode(subprocess.run(client, check=True, capture_output=True).stdout, type=Measured)


def _metrics(port: int, token: str) -> str:
    connection = HTTPConnection("127.0.0.1", port)
    with closing(connection):
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().read().decode()


def _stages(port: int, token: str) -> dict[str, float]:
    return {f"{stage} {kind}": float(value) for kind, stage, value in _STAGE.findall(_metrics(port, token))}


def _shares(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    spent = {name: after[name] - before[name] for name in after}
    return {
        stage: spent[f"{stage} sum"] / spent["total sum"] for stage in ("http", "check", "gate", "journal")
    }


def _cpu_seconds(process: int) -> float:
    """Give the processor time a process has used, in all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _bare_fsync(folder: Path) -> float:
    """Give the median milliseconds of appending 4 kB and waiting for the disk."""
    took: list[float] = []
    with (folder / "fsync").open("ab", buffering=0) as file:
        for _ in range(_FSYNCS):
            started = time.perf_counter()
            file.write(b"\0" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    return 1000 * sorted(took)[_FSYNCS // 2]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the peer did not start")
