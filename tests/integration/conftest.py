"""Running a loaded gate as a process, and what it acknowledged."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from zhamen.adapters.journal import JournalReader
from zhamen.ports.journal import Entry

PROGRAM = Path(__file__).with_name("loaded_gate.py")


@dataclass
class Told:
    """What a process told before it ended or was killed."""

    acknowledged: dict[int, bytes] = field(default_factory=dict)
    """Decisions by number of their entry."""
    refused: int = 0
    code: int = 0


@dataclass
class LoadedGate:
    """Runs a gate on the journal in `folder`, again and again."""

    folder: Path
    gate: str = "tally"
    events: int = 2000

    def run(
        self,
        *arguments: object,
        watch: Callable[[Told, "subprocess.Popen[bytes]"], None] | None = None,
    ) -> Told:
        """Run it to its end; `watch` sees every line and may kill it."""
        told = Told()
        command = [sys.executable, str(PROGRAM), str(self.folder), self.gate, str(self.events)]
        with subprocess.Popen([*command, *map(str, arguments)], stdout=subprocess.PIPE) as process:
            output = process.stdout
            assert output is not None
            self._listen(output, told, lambda: watch(told, process) if watch else None)
        told.code = process.returncode
        return told

    @staticmethod
    def _listen(output: IO[bytes], told: Told, after: Callable[[], None]) -> None:
        for line in output:
            if not line.endswith(b"\n"):
                break
            if line == b"refused\n":
                told.refused += 1
            else:
                seq, _, decision = line[:-1].partition(b"\t")
                told.acknowledged[int(seq)] = decision
            after()

    def entries(self) -> list[Entry]:
        """Give all that the journal holds."""
        reader = JournalReader(self.folder / "journal.db")
        entries = list(reader.read())
        reader.close()
        return entries


@pytest.fixture
def loaded_gate(tmp_path: Path) -> LoadedGate:
    """A loaded gate with an empty journal."""
    folder = tmp_path / "data"
    folder.mkdir()
    return LoadedGate(folder)
