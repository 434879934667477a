"""`zhamen serve` as a process of its own: killed, stopped, overloaded, sent too much."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zhamen.adapters.journal import JournalReader
from zhamen.adapters.keys import SqliteKeys
from zhamen.ports.keys import SCOPES
from zhamen.services.keys import create_key

pytestmark = pytest.mark.slow

ZHAMEN = [sys.executable, "-c", "from zhamen.cli import main; main()"]
NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # the server's clock is the real one


class Server:
    """One running gate and a key to it."""

    def __init__(self, folder: Path, token: str, environ: dict[str, str]) -> None:
        self.folder = folder
        self.token = token
        self.process = subprocess.Popen(
            [*ZHAMEN, "serve", "--json", "--port", "0", "--data-dir", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environ},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.process.communicate()[1].decode())
        self.started = json.loads(line)
        self.port = int(self.started["url"].rpartition(":")[2])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
        with closing(self.connect()) as connection:
            return ask(connection, token or self.token, method, path, body)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        return self.process.returncode


def ask(
    connection: http.client.HTTPConnection, token: str, method: str, path: str, body: object = None
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def transfer(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "type": "transfer",
        "event_id": f"T{number}",
        "occurred_at": NOW.isoformat(),
        "channel": "mobile",
        "amount_minor": 1000 + number,
        "currency": "CNY",
        "debtor_account": {"id": f"622202020011223{number % 50:04}"},
        "creditor_account": {"id": f"621700001001234{number % 30:04}"},
        **changes,
    }


@contextmanager
def serving(folder: Path, **settings: object) -> Iterator[Server]:
    """Run a gate; whatever a test does to it, it is gone afterwards."""
    with closing(SqliteKeys(folder / "keys.db")) as keys:
        made = create_key(keys, name="tests", scopes=SCOPES, at=NOW, by="tests")
    environ = {f"ZHAMEN_{name.upper()}": str(value) for name, value in settings.items()}
    server = Server(folder, made.token, environ)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


class Callers:
    """Threads that send transfers one after the other until the server is gone."""

    def __init__(self, server: Server, count: int, first: int) -> None:
        self.acknowledged: dict[str, Any] = {}
        self.statuses: list[int] = []
        self._server = server
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._call, args=(first + at * 1_000_000,)) for at in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _call(self, number: int) -> None:
        with closing(self._server.connect()) as connection, suppress(OSError, http.client.HTTPException):
            while not self._stop.is_set():
                number += 1
                event = transfer(number)
                status, body = ask(connection, self._server.token, "POST", "/v1/decisions", event)
                self.statuses.append(status)
                if status == 200:
                    self.acknowledged[body["event_id"]] = body

    def join(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_a_killed_server_has_everything_it_acknowledged_and_says_the_same_again(tmp_path: Path) -> None:
    acknowledged: dict[str, Any] = {}
    for life in range(3):
        with serving(tmp_path) as server:
            for event_id in list(acknowledged)[-200:]:
                assert server.ask("GET", f"/v1/decisions/{event_id}") == (200, acknowledged[event_id])
            callers = Callers(server, 8, first=life * 100_000)
            time.sleep(0.7 + 0.35 * life)
            server.kill()
            callers.join()
            assert set(callers.statuses) == {200}
            acknowledged |= callers.acknowledged
    with serving(tmp_path) as server:
        for event_id, body in list(acknowledged.items())[::25]:
            again = server.ask("POST", "/v1/decisions", transfer(int(event_id[1:])))
            assert again == (200, body | {"duplicate": True})
        assert server.stop() == 0
    reader = JournalReader(tmp_path / "journal.db")
    recorded = {entry.event_id: json.loads(entry.decision) for entry in reader.read()}
    reader.close()
    assert len(acknowledged) > 500
    assert all(recorded[event_id] | {"duplicate": False} == body for event_id, body in acknowledged.items())


def test_a_stopped_server_answers_all_it_took_and_starts_again_from_its_snapshot(tmp_path: Path) -> None:
    with serving(tmp_path, stop_notice_ms=300) as server:
        callers = Callers(server, 8, first=0)
        time.sleep(0.7)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        time.sleep(0.1)
        assert server.ask("GET", "/readyz")[0] == 503
        stopping.join()
        callers.join()
        assert server.process.returncode == 0
        assert set(callers.statuses) == {200}
    with serving(tmp_path) as server:
        assert server.started["replayed"] == 0
        assert server.started["snapshot"]
        assert all(
            server.ask("GET", f"/v1/decisions/{event_id}")[0] == 200 for event_id in callers.acknowledged
        )
        assert server.stop() == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One gate for the tests that do not end it."""
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


def test_a_revoked_key_is_out_within_a_second(server: Server) -> None:
    with closing(SqliteKeys(server.folder / "keys.db")) as keys:
        made = create_key(keys, name="to be revoked", scopes=SCOPES, at=NOW, by="tests")
        time.sleep(1)
        assert server.ask("GET", "/v1/pack", token=made.token)[0] == 200
        keys.revoke(made.token.split("_")[1], at=NOW, by="tests")
    time.sleep(1)
    assert server.ask("GET", "/v1/pack", token=made.token)[0] == 401
    assert server.ask("GET", "/v1/pack")[0] == 200


def test_two_servers_do_not_share_a_data_folder(server: Server) -> None:
    command = [*ZHAMEN, "serve", "--port", "0", "--data-dir", str(server.folder)]
    second = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert second.returncode == 4
    assert b"journal_in_use" in second.stderr


def test_bodies_of_100_megabytes_do_not_make_the_server_grow(server: Server) -> None:
    server.ask("POST", "/v1/decisions", transfer(1))
    before = resident(server)
    for _ in range(3):
        assert upload(server, 100_000_000) == 413
    assert resident(server) - before < 20_000_000
    assert server.ask("POST", "/v1/decisions", transfer(2))[0] == 200


def test_an_overloaded_server_says_no_at_once_and_recovers(tmp_path: Path) -> None:
    with serving(tmp_path, max_waiting=4) as server:
        callers = Callers(server, 24, first=0)
        time.sleep(2)
        callers.join()
        refused = callers.statuses.count(503)
        assert refused > 0
        assert callers.statuses.count(200) + refused == len(callers.statuses)
        assert server.ask("POST", "/v1/decisions", transfer(99_999_999))[0] == 200
        assert server.ask("GET", "/readyz")[0] == 200


def resident(server: Server) -> int:
    pages = Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE")


def upload(server: Server, size: int) -> int:
    """Send a body in chunks without saying how long it will be, until the server answers."""
    with closing(server.connect()) as connection:
        connection.putrequest("POST", "/v1/decisions")
        connection.putheader("Authorization", f"Bearer {server.token}")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        with suppress(OSError):
            for _ in range(size // 65_536):
                connection.send(chunk)
        return connection.getresponse().status


def metrics(server: Server) -> str:
    with closing(server.connect()) as connection:
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {server.token}"})
        return connection.getresponse().read().decode()


def told(server: Server, name: str) -> float:
    """Give what the metrics say of one series."""
    (value,) = re.findall(rf"^{re.escape(name)} (\S+)$", metrics(server), re.MULTILINE)
    return float(value)


def test_live_features_show_in_the_metrics(server: Server) -> None:
    before = told(server, 'zhamen_keys{series="account_out"}')
    event = transfer(3, debtor_account={"id": "6222020200119999999"})
    assert server.ask("POST", "/v1/decisions", event)[0] == 200
    assert told(server, 'zhamen_keys{series="account_out"}') == before + 1
    assert told(server, "zhamen_watermark_timestamp_seconds") == NOW.timestamp()
    assert told(server, "zhamen_state_bytes") > 0
