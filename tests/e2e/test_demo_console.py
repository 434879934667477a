"""`zhamen demo --console` from end to end: a newcomer signs in with what is printed, and sees a case."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from time import monotonic, sleep
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

PATIENCE = 300.0
COMMAND = "from zhamen.cli import main; main()"
OPTIONS = ["demo", "--customers", "600", "--history", "1", "--seed", "4", "--console", "--port", "0"]


@dataclass
class Demo:
    """A demo that stands open, what it printed, and a browser without scripts."""

    process: "subprocess.Popen[str]"
    printed: str

    def __post_init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.url = re.findall(r"(http://\S+?)/console/cases", self.printed)[0]

    def open(self, path: str, **fields: str) -> str:
        """Give a page; with fields, the answer to a form."""
        sent = urlencode(fields).encode() if fields else None
        with self._opener.open(self.url + path, sent, timeout=60) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", COMMAND, *OPTIONS],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    printed = ""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        assert "/console/cases" in printed, printed
        yield Demo(process, printed)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def li(demo: Demo) -> Demo:
    """The supervisor, signed in with the password that was printed."""
    password = re.findall(r"^\s*li\s+(\S+)", demo.printed, flags=re.M)[0]
    demo.open("/console/login", name="li", password=password)
    return demo


def numbers(page: str) -> set[str]:
    return set(re.findall(r'href="/console/cases/(\d+)"', page))


def test_people_are_printed_with_one_password(demo: Demo) -> None:
    people = dict(re.findall(r"^\s*(li|wang|chen|zhao)\s+(\S+)", demo.printed, flags=re.M))
    assert set(people) == {"li", "wang", "chen", "zhao"}
    assert len(set(people.values())) == 1


def test_a_newcomer_sees_a_case_with_its_reasons_and_its_units_name(li: Demo) -> None:
    began, queue = monotonic(), li.open("/console/cases")
    while not numbers(queue):
        assert monotonic() - began < PATIENCE, "no case appears"
        sleep(0.5)
        queue = li.open("/console/cases")
    case = min(numbers(queue), key=int)
    page = li.open(f"/console/cases/{case}")
    assert re.search(r"<td>[A-Z]+-\d{3}</td>", page)
    assert "按渠道" in li.open("/console/dashboard")


def test_another_day_passes_the_gate_meanwhile(li: Demo) -> None:
    def decided() -> int:
        found = re.search(r'href="/console/decisions/(\d+)"', li.open("/console/decisions?type=transfer"))
        return int(found[1]) if found else 0

    first, began = decided(), monotonic()
    while decided() <= first:
        assert monotonic() - began < PATIENCE, "nothing passes"
        sleep(0.5)


def test_the_signal_ends_it(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)
    demo.process.communicate(timeout=60)
    assert demo.process.returncode == 0
