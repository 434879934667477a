"""How quickly the console answers a hundred people over 5 million decisions, 200,000 of them alerts.

The store of `benchmarks.console_load`, with as many alerts in cases, behind a server of its own process. A
hundred people of all levels are signed in and each opens a page every five seconds or so: the queue, the
search, the dashboard, the payments that wait, an account. Runs by its name only, for it makes the store
first; ``CONSOLE_POSTGRES`` has the URL of an empty PostgreSQL database to use in place of SQLite.
"""

import asyncio
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

import httpx
import numpy as np
from sqlalchemy import Engine, text

from benchmarks.casework import ALERTS, enter_alerts
from benchmarks.console_load import bank, fill
from benchmarks.http import serve
from benchmarks.result import Result
from zhamen.bootstrap.work import open_work
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.services.passwords import make_password
from zhamen.services.sign_in import form_token
from zhamen.settings import Settings, read_settings

__all__ = ["run"]

_PEOPLE: Final = 100
_EVERY: Final = 5.0
_SECONDS: Final = 60.0
_WARM: Final = 10.0
"""What is opened before counts for nothing: people come to work one after the other."""
_POSTGRES: Final = os.environ.get("CONSOLE_POSTGRES", "")
_UNITS: Final = ("HQ", "HQ/R1", "HQ/R1/B01", "HQ/R1/B01/B01-007")
"""Every other of the hundred works at an outlet, the rest above."""
_PAGES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "queue": ("/console/cases", {}),
    "queue, payments that wait": ("/console/payments", {}),
    "decisions": ("/console/decisions", {}),
    "decisions, those held": ("/console/decisions", {"outcome": "hold"}),
    "decisions of an account": ("/console/decisions", {"account": "622202000012345"}),
    "dashboard": ("/console/dashboard", {}),
    "dashboard of a year": ("/console/dashboard?since=2026-01-01&until=2026-12-31", {}),
}
"""Where each is, and the form that is sent there."""


def run() -> list[Result]:
    """Make the store, serve it, and let a hundred people look at it."""
    mark, name = ("-PG", "PostgreSQL") if _POSTGRES else ("", "SQLite")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        settings = read_settings(
            options={"data_dir": Path(folder), "records_url": _POSTGRES, "require_keys": False}
        )
        tokens = _make(settings)
        with serve(Path(folder), _environment()) as (port, _):
            alone = asyncio.run(_look(port, tokens[:1], 0.0, 20.0))
            asyncio.run(_look(port, tokens, _EVERY, _WARM))
            crowd = asyncio.run(_look(port, tokens, _EVERY, _SECONDS))
    return [*_told(alone, 30, mark, f"one person, {name}"), *_told(crowd, 40, mark, f"100 people, {name}")]


def _told(took: dict[str, list[float]], number: int, mark: str, who: str) -> Iterator[Result]:
    for at, (title, spans) in enumerate(sorted(took.items())):
        p50, p95, worst = np.percentile(np.array(spans) * 1e3, [50, 95, 100])
        note = f"p50 {p50:.0f} ms, slowest {worst:.0f} ms of {len(spans)}"
        yield Result(
            f"CONSOLE-{number + at}{mark}", f"page, {title}, {who}, p95", float(p95), "ms", note=note
        )


def _environment() -> dict[str, str]:
    more = {"ZHAMEN_RECORDS_URL": _POSTGRES} if _POSTGRES else {}
    return {"ZHAMEN_PROJECTOR": "false", "ZHAMEN_REQUIRE_KEYS": "false", **more}


def _make(settings: Settings) -> list[str]:
    """Fill the store and give the sessions of a hundred people."""
    with open_work(settings) as work:
        fill(work.engine)
        enter_alerts(work.engine, ALERTS)
        _wind_clocks(work.engine)
        work.organisation.replace(bank().current, at=datetime(2026, 1, 1, tzinfo=UTC), by="bench")
        founder = Actor.of_staff("bench", (Role.ADMINISTRATOR,), work.organisation.known.scope("HQ"))
        tokens = []
        for number in range(_PEOPLE):
            unit = _UNITS[3] if number % 2 else _UNITS[number // 2 % 3]
            member = f"person{number}"
            made = work.staff.add(founder, member, (Role.SUPERVISOR,), unit)
            token = work.signing.enter(member, "password", "bench")
            work.own.change_password(made.member, made.password, make_password(), token=token)
            tokens.append(token)
        return tokens


def _wind_clocks(engine: Engine) -> None:
    """Let nothing be due for a year: the story of the alerts is of the past."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE cases SET due_at = due_at + 63072000000000"))
        connection.execute(text("UPDATE held_payments SET expires_at = expires_at + 63072000000000"))


async def _look(port: int, tokens: Sequence[str], every: float, seconds: float) -> dict[str, list[float]]:
    """Let each person open pages; give how long each kind of page took."""
    took: dict[str, list[float]] = defaultdict(list)
    end = perf_counter() + seconds

    async def sit(web: httpx.AsyncClient, number: int, token: str) -> None:
        dice = random.Random(number)  # noqa: S311  # it has to repeat
        headers, own = {"cookie": f"session={token}"}, {"form": form_token(token)}
        await asyncio.sleep(dice.random() * every)
        while perf_counter() < end:
            title, (path, form) = dice.choice(list(_PAGES.items()))
            method, data = ("POST", form | own) if form else ("GET", None)
            started = perf_counter()
            answer = await web.request(method, path, data=data, headers=headers)
            took[title].append(perf_counter() - started)
            assert answer.status_code == 200, (path, answer.status_code)
            await asyncio.sleep(dice.expovariate(1 / every) if every else 0)

    # One for all: to make one takes 25 ms, in which no answer is taken.
    address, limits = f"http://127.0.0.1:{port}", httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as web:
        await asyncio.gather(*(sit(web, number, token) for number, token in enumerate(tokens)))
    return took
