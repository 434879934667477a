"""What following the journal costs the gate: how long a decision takes to be durable, alone and beside it.

The same payments are sent at a steady rate through the starter pack with an SQLite journal: alone, beside
the projector in a process of its own, as the server has it, and beside it on a thread of the gate's process.
"""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import numpy as np

from benchmarks.gate import payments
from benchmarks.result import Result
from zhamen.bootstrap.embedded import embedded_gate
from zhamen.bootstrap.projections import ProjectorProcess, open_projector
from zhamen.events.model import AnyEvent
from zhamen.services.decide import DecisionService
from zhamen.settings import Settings

__all__ = ["run"]

_RATE: Final = 300
_EVENTS: Final = 4_500
_WARM: Final = 600
_NOW: Final = datetime(2026, 3, 3, tzinfo=UTC)
Beside = Callable[[Settings], AbstractContextManager[Callable[[], int]]]


def run() -> list[Result]:
    """Measure the three."""
    events = payments(_EVENTS)
    results = []
    for number, (title, beside) in enumerate(
        {"alone": _nothing, "beside the process": _process, "beside a thread": _thread}.items(), 1
    ):
        took, followed = _send(events, beside)
        p50, p99 = np.percentile(took[_WARM:] * 1e3, [50, 99])
        note = f"p50 {p50:.2f} ms; {_RATE}/s; {followed:,} of {_EVENTS:,} entries in the views at the end"
        results.append(
            Result(f"PROJECT-{number:02}", f"durable decision, p99, {title}", float(p99), "ms", {}, note)
        )
    return results


@contextmanager
def _nothing(_settings: Settings) -> Iterator[Callable[[], int]]:
    yield lambda: 0


@contextmanager
def _process(settings: Settings) -> Iterator[Callable[[], int]]:
    process = ProjectorProcess(settings)
    process.start()
    while not process.well:
        sleep(0.1)
    yield lambda: process.last_seq
    process.stop()


@contextmanager
def _thread(settings: Settings) -> Iterator[Callable[[], int]]:
    with open_projector(settings) as projector:
        projector.start()
        yield lambda: projector.last_seq
        projector.stop()


def _send(events: list[AnyEvent], beside: Beside) -> tuple[np.ndarray, int]:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name, ExitStack() as stack:
        folder = Path(name)
        service = stack.enter_context(embedded_gate("starter", folder, lambda: _NOW))
        reached = stack.enter_context(beside(Settings(data_dir=folder)))
        took = _steadily(service, events)
        sleep(0.5)
        return took, reached()


def _steadily(service: DecisionService, events: list[AnyEvent]) -> np.ndarray:
    """Send events at the rate; give the seconds from when each was due until it was durable."""
    took = np.zeros(len(events))
    left = threading.Semaphore(0)
    start = perf_counter()
    for at, event in enumerate(events):
        due = start + at / _RATE
        sleep(max(0.0, due - perf_counter()))

        def answered(_: object, at: int = at, due: float = due) -> None:
            took[at] = perf_counter() - due
            left.release()

        service.submit(event, trace_id=f"trace-{at}", with_features=False, reply=answered)
    for _ in events:
        left.acquire()
    return took
