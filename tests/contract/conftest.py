"""The stores under test: SQLite in a file always, and a PostgreSQL of our own where its programs are."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from zhamen.adapters.sql import open_engine

_NUMBERS = count(1)


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


def _server_user() -> list[str]:
    """Give what a command is prefixed with so that it does not run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the URL of an empty server that only this run of the tests uses."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        missing = "no PostgreSQL server is installed; `apt-get install postgresql` brings one"
        if os.environ.get("POSTGRES_TESTS") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    folder = tempfile.mkdtemp(prefix="pg")
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    as_user, data = _server_user(), f"{folder}/data"
    subprocess.run(
        [*as_user, initdb, "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    quick = ("fsync=off", "synchronous_commit=off", "listen_addresses=", f"unix_socket_directories={folder}")
    options = [part for option in quick for part in ("-c", option)]
    running = subprocess.Popen(
        [*as_user, server, "-D", data, *options], cwd=folder, stderr=subprocess.DEVNULL
    )
    try:
        url = f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
        _wait_for(url.format(name="postgres"))
        yield url
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        shutil.rmtree(folder)


def _wait_for(url: str) -> None:
    engine = create_engine(url)
    for _ in range(100):
        try:
            with engine.connect():
                break
        except Exception:
            time.sleep(0.1)
    engine.dispose()


@pytest.fixture(scope="session")
def make_database(postgres: str) -> Iterator[Callable[[], str]]:
    """Give what copies a PostgreSQL database that has had every migration, and gives the copy's URL."""
    admin = create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    open_engine(postgres.format(name="template1")).dispose()

    def make() -> str:
        name = f"test{next(_NUMBERS)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return postgres.format(name=name)

    yield make
    admin.dispose()


def _new_store(request: pytest.FixtureRequest, folder: Path) -> str:
    """Give the URL of a new database of the kind under test."""
    if request.param == "sqlite":
        path = shutil.copyfile(request.getfixturevalue("migrated"), folder / "records.db")
        return f"sqlite:///{path}"
    made: str = request.getfixturevalue("make_database")()
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Give what opens the store under test, each time anew; it has had every migration."""
    url = _new_store(request, tmp_path)
    opened: list[Engine] = []

    def make() -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    yield make
    for engine in opened:
        engine.dispose()


@pytest.fixture
def engine(make_engine: Callable[[], Engine]) -> Engine:
    return make_engine()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give a store for a whole module, to be filled once and then read."""
    engine = open_engine(_new_store(request, tmp_path_factory.mktemp("store")))
    yield engine
    engine.dispose()
