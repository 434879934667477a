"""A gate behind HTTP in this process, without a socket: real routes, a journal in memory."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest
from argon2 import PasswordHasher
from jinja2.bccache import Bucket, BytecodeCache
from tests.kernels import compile_share

from zhamen.adapters.keys import SqliteKeys
from zhamen.adapters.packs import read_pack
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.casework import CaseView
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.adapters.sql.views.view import Projected
from zhamen.api.app import Application
from zhamen.bootstrap.audit import join_trails
from zhamen.bootstrap.casework import make_cases
from zhamen.bootstrap.desk import open_desk
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.insight import make_insight
from zhamen.bootstrap.work import open_work
from zhamen.events.model import Transfer
from zhamen.events.parts import Account
from zhamen.gate.pack import Pack, load_pack
from zhamen.ports.keys import SCOPES
from zhamen.services import passwords
from zhamen.services.decide import DecisionService
from zhamen.services.keys import Keyring, create_key
from zhamen.services.read_networks import read_networks
from zhamen.settings import read_settings
from zhamen.testing import NOON, MemoryJournal, SetClock, TallyGate, decide_as

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder in memory, not a name that others could take
ROOM_BYTES = 4 << 30


def pytest_configure() -> None:
    """Let tests write to memory where there is room; on a disk a commit of a store takes 5 to 10 ms.

    Programs that tests start keep their byte code, so that not each of them compiles all modules anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let processes side by side share the compiling."""
    if worker := getattr(session.config, "workerinput", None):
        compile_share(worker)


@cache
def starter() -> Pack:
    return load_pack(read_pack("starter"), "starter")


class CompiledTemplates(BytecodeCache):
    """What templates are compiled to, kept in this process: else each desk compiles them anew."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept of this template as it is now; nothing where nothing is."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = CompiledTemplates()


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def error(self) -> Any:
        return self.json["error"]


@dataclass
class Desk:
    """Asks one application; `token` is of a key with every scope."""

    runner: asyncio.Runner
    house: Gatehouse
    journal: MemoryJournal
    keys: SqliteKeys
    app: Application
    token: str
    clock: SetClock

    @staticmethod
    def transfer(number: int = 1, **changes: Any) -> dict[str, Any]:
        """Write a transfer as a caller does; a field that is None is left out."""
        content = {
            "type": "transfer",
            "event_id": f"T{number}",
            "occurred_at": NOON.isoformat(),
            "channel": "mobile",
            "amount_minor": 980_000,
            "currency": "CNY",
            "debtor_account": {"id": "6222020200112233445"},
            "creditor_account": {"id": "6217000010012345678"},
        }
        return {name: value for name, value in (content | changes).items() if value is not None}

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | Sequence[bytes] = b"",
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request; a body in pieces arrives in pieces, without a Content-Length."""
        return self.runner.run(self.asked(method, target, body, token=token, headers=headers))

    def hold(self, event_id: str, *, unit: str = "head", seq: int = 1) -> None:
        """Let a payment wait, as the views know it."""
        account = Account(id="A")
        event = Transfer(
            event_id=event_id,
            occurred_at=NOON,
            debtor_account=account,
            creditor_account=Account(id="B"),
            amount_minor=980_000,
            currency="CNY",
        )
        held = Projected(
            seq=seq, event=event, decision=decide_as(event), unit=unit, account=1, creditor=seq + 1
        )
        with writing(self.house.work.engine.execution_options(immediate=True)) as connection:
            CaseView().apply(connection, [held])

    def project(self) -> None:
        """Let the views take in what the journal has and they have not."""
        history = self.house.work.organisation.history
        views = SqlProjections(self.house.work.engine, history, utc_offset_minutes=480, more=(CaseView(),))
        if entries := list(self.journal.read(views.standing().seq)):
            assert views.apply(entries)

    def follow_money(self) -> None:
        """Let the gate know who paid whom so far, as one does whose pack asks for it; the views too."""
        self.project()
        gate: Any = self.house.service._live.gate
        gate.networks = read_networks(self.journal, budget_bytes=1 << 21)

    @property
    def state(self) -> tuple[int, bytes]:
        """What the journal holds and a fingerprint of the live state."""
        live = self.house.service._live  # what no request may change by being refused
        parts = b"".join(bytes(part) for _, part in live.parts())
        return self.journal.last_seq, sha256(parts + live.chain).digest()

    def post(self, target: str, content: object, **more: Any) -> Reply:
        body = content if isinstance(content, bytes) else msgspec.json.encode(content)
        return self.ask("POST", target, body, **more)

    async def asked(
        self,
        method: str,
        target: str,
        body: bytes | Sequence[bytes] = b"",
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        pieces = [body] if isinstance(body, bytes) else list(body)
        given = {"content-type": "application/json", "authorization": f"Bearer {token or self.token}"}
        if isinstance(body, bytes):
            given["content-length"] = str(len(body))
        given |= headers or {}
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8080),
        }
        left = iter(pieces)
        received = 0

        async def receive() -> MutableMapping[str, Any]:
            nonlocal received
            received += 1
            piece = next(left, None)
            if piece is None:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": received < len(pieces)}

        sent: list[MutableMapping[str, Any]] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *rest = sent
        return Reply(
            start["status"],
            {name.decode(): value.decode() for name, value in start["headers"]},
            b"".join(message.get("body", b"") for message in rest),
            tuple(value.decode() for name, value in start["headers"] if name == b"set-cookie"),
        )


class MakeDesk(Protocol):
    def __call__(self, **settings: object) -> Desk: ...


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every migration, to be copied: that is quicker than to run them again."""
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Path:
    """A database of its own, with every migration."""
    return shutil.copyfile(migrated, tmp_path / "work.db")


@pytest.fixture(scope="session")
def make_migrated(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Callable[[], Path]:
    """Give what makes a database with every migration, in a folder of its own, for a test that needs many."""
    return lambda: shutil.copyfile(migrated, tmp_path_factory.mktemp("many") / "records.db")


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the least cost; how dear they are is for the tests of `passwords` to say."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_ARGON2", hasher)
    monkeypatch.setattr(passwords, "_DECOY", hasher.hash("nobody's"))


@contextmanager
def desks(folder: Path, migrated: Path) -> Iterator[MakeDesk]:
    """Give what makes desks in a folder, and close them."""
    for name in ("records.db", "queries.db", "work.db"):
        shutil.copyfile(migrated, folder / name)
    with asyncio.Runner() as runner, ExitStack() as stack:
        loop = runner.get_loop()
        opened: list[Callable[[], None]] = []

        def make(**settings: object) -> Desk:
            clock = SetClock(NOON)
            journal, keys = MemoryJournal(), SqliteKeys(folder / f"keys{len(opened)}.db")
            made = create_key(keys, name="tests", scopes=SCOPES, at=datetime.now(UTC), by="tests")  # noqa: TID251
            in_force = read_settings({}, {"data_dir": folder, **settings})
            service = DecisionService(
                TallyGate(),
                journal,
                clock=clock,
                deliver=lambda answers: void(loop.call_soon_threadsafe(answers)),
                max_waiting=in_force.max_waiting,
            )
            recovered = service.start()
            risk = stack.enter_context(
                open_desk(in_force, lambda answers: void(loop.call_soon_threadsafe(answers)), clock)
            )
            work = stack.enter_context(open_work(in_force, clock))
            trails = join_trails(work.engine, risk.records.engine, risk.log.engine, keys.trail)
            keyring = Keyring(keys, clock)
            cases = make_cases(in_force, work, clock)
            insight = make_insight(work.engine, journal, starter(), folder / "packs")
            house = Gatehouse(
                in_force, starter(), service, keyring, recovered, risk, work, trails, cases, insight
            )
            opened.extend([service.drain, keys.close])
            app = Application(house)
            app._console._pages._environment.bytecode_cache = TEMPLATES
            return Desk(runner, house, journal, keys, app, made.token, clock)

        yield make
        for close in opened:
            close()


def void(_: object) -> None:
    return None


@pytest.fixture
def make_desk(tmp_path: Path, migrated: Path, cheap_passwords: None) -> Iterator[MakeDesk]:  # noqa: ARG001
    """Make a desk with settings of one's own."""
    with desks(tmp_path, migrated) as make:
        yield make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with the settings that zhamen comes with."""
    return make_desk()


@pytest.fixture(scope="module")
def standing_desk(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Desk]:
    """One desk for a module, for tests that leave it as it was."""
    with desks(tmp_path_factory.mktemp("desk"), migrated) as make:
        yield make()
