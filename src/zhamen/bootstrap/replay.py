"""A file, a mapping and a pack brought together for a replay."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from zhamen.adapters.files import RejectFile, open_events
from zhamen.adapters.files.record import open_recorder
from zhamen.adapters.iso20022 import MessageFile
from zhamen.adapters.packs import read_pack
from zhamen.bootstrap.records import open_screen
from zhamen.core.errors import UnreadableFile
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.ports.sources import EventSource
from zhamen.services.quality import Protocol
from zhamen.services.replay import Replayed, Wanted, replay

__all__ = ["ReplayJob", "Replaying", "open_replay"]

_MESSAGES: Final = ".xml"


@dataclass(frozen=True)
class ReplayJob:
    """What to replay and what to write.

    ``mapping`` is a shipped mapping's name or a path; ``protocol`` None measures all payments.
    ``records`` is the data folder whose risk information the pack's lists are looked up in, as of each
    event's time; without one nothing is screened.
    """

    file: Path
    pack: str
    mapping: str | None = None
    rejects: Path | None = None
    record: Path | None = None
    truth: bool = False
    records: Path | None = None
    protocol: Protocol | None = None


@dataclass(frozen=True)
class Replaying:
    """A replay that is ready to run, once."""

    gate: Gate
    source: EventSource
    rejects: RejectFile
    wanted: Wanted

    def run(self, progress: Callable[[int], None]) -> Replayed:
        """Run it; `progress` is told of every batch how many events it had."""
        return replay(self.gate, self.source, self.rejects, self.wanted, progress)


@contextmanager
def open_replay(job: ReplayJob) -> Iterator[Replaying]:
    """Open all that a replay needs; files that it writes are complete when this ends.

    Raises
    ------
    InvalidPack, PackNotFound, UnreadableFile, TooLarge, InputError
        The pack, the file or the mapping cannot be used, or a path not be written.
    """
    pack = load_pack(read_pack(job.pack), job.pack)
    source: EventSource
    if job.file.suffix.lower() == _MESSAGES:
        source = MessageFile(job.file, zone_minutes=pack.utc_offset_minutes)
    else:
        source = open_events(job.file, _mapping(job.mapping))
    with ExitStack() as stack:
        rejects = stack.enter_context(RejectFile(job.rejects))
        recorder = stack.enter_context(open_recorder(job.record)) if job.record else None
        wanted = Wanted(recorder, job.truth, job.protocol)
        screen = stack.enter_context(open_screen(job.records)) if job.records else None
        yield Replaying(Gate(pack, screen=screen), source, rejects, wanted)


def _mapping(given: str | None) -> Path | None:
    """Find a mapping as packs are found: what has a slash or a dot is a path, else it ships with zhamen."""
    if given is None or "/" in given or "." in given:
        return None if given is None else Path(given)
    room = Path(str(files("zhamen.packs"))) / "mappings"
    path = room / f"{given}.yaml"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in room.glob("*.yaml")))
        raise UnreadableFile(
            f"no mapping named {given!r} ships with zhamen; there are {known}, or give a path"
        )
    return path
