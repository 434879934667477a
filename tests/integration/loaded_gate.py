"""A gate under load in a process of its own; it tells on stdout what it acknowledged.

Run as ``python loaded_gate.py FOLDER GATE EVENTS [FILE_BYTES]``, GATE being ``tally`` or a pack's name.
It sends the first events of `make_events` in order, whether the journal has them or not, and writes a
line ``seq, tab, decision`` for each answer. When it is refused it writes ``refused``, lifts the limit on
the size of files if it was given one, waits until events are taken again, and sends all once more.
"""

import os
import resource
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from zhamen.adapters.journal import SqliteJournal
from zhamen.adapters.packs import read_pack
from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.core.errors import UnavailableError, ZhamenError
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.services.decide import Answer, DecisionService
from zhamen.services.snapshot import Snapshotting
from zhamen.testing import NOON, SetClock, TallyGate, make_events

WINDOW = 64
"""How many answers may be outstanding."""


def open_service(journal: SqliteJournal, snapshots: Path, gate: str, clock: SetClock) -> DecisionService:
    """Open a service that snapshots often."""
    service = DecisionService(
        TallyGate() if gate == "tally" else Gate(load_pack(read_pack(gate), gate)),
        journal,
        clock=clock,
        deliver=lambda answers: answers(),
        max_waiting=2 * WINDOW,
        snapshotting=Snapshotting(SnapshotFolder(snapshots), every_entries=150),
    )
    service.start()
    return service


def send(service: DecisionService, clock: SetClock, count: int, tell: Callable[[Answer], None]) -> bool:
    """Send the first `count` events; tell whether none was refused. An event's time depends on it alone."""
    room = threading.Semaphore(WINDOW)
    refused = []

    def reply(answer: Answer | ZhamenError) -> None:
        if isinstance(answer, Answer):
            tell(answer)
        else:
            refused.append(answer)
        room.release()

    newest = NOON
    for event in make_events(count):
        newest = max(newest, event.occurred_at)
        clock.now = newest + timedelta(seconds=1)
        room.acquire()
        try:
            service.submit(event, trace_id=f"of-{event.event_id}", with_features=False, reply=reply)
        except UnavailableError as error:
            refused.append(error)
            room.release()
        if refused:
            break
    for _ in range(WINDOW):
        room.acquire()
    return not refused


def main() -> None:
    """Run until all is sent and answered, or until killed."""
    folder, gate, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    journal = SqliteJournal(folder / "journal.db", checkpoint_bytes=1 << 19)
    if len(sys.argv) > 4:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
    clock = SetClock()
    service = open_service(journal, folder / "snapshots", gate, clock)

    def tell(answer: Answer) -> None:
        os.write(1, b"%d\t%s\n" % (answer.seq, answer.decision_json))

    while not send(service, clock, count, tell):
        os.write(1, b"refused\n")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        for _ in range(3000):
            if service.ready:
                break
            threading.Event().wait(0.02)
        else:
            sys.exit("the service did not come back within a minute")
    service.drain()
    journal.close()


if __name__ == "__main__":
    main()
