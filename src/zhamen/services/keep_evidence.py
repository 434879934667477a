"""Files of evidence: kept before the act that names them, and given back only with their case."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct

from zhamen.cases.acts import EvidenceFile
from zhamen.cases.evidence import media_type_of, plain_name
from zhamen.core.errors import CaseNotFound, TooLarge
from zhamen.organisation.actor import Actor
from zhamen.ports.casework import Casework, Done, Look
from zhamen.ports.evidence import EvidenceFolder
from zhamen.services.casework import CaseDesk

__all__ = ["EvidenceDesk", "Shown"]


class Shown(Struct, frozen=True):
    """A file as it was kept, and what is known of it."""

    file: EvidenceFile
    content: bytes


class EvidenceDesk:
    """Adds evidence to cases, and shows it.

    Parameters
    ----------
    most_bytes
        The largest file that is taken.
    """

    def __init__(
        self,
        desk: CaseDesk,
        store: Casework,
        folder: EvidenceFolder,
        clock: Callable[[], datetime],
        *,
        most_bytes: int,
    ) -> None:
        self._desk = desk
        self._store = store
        self._folder = folder
        self._clock = clock
        self.most_bytes: Final = most_bytes

    def add(self, actor: Actor, case: int, name: str, content: bytes, note: str = "") -> Done:
        """Keep a file and add it to a case; the file is on disk before the act says so.

        Raises
        ------
        TooLarge, UnreadableFile
            It is too large, or of no type that is taken.
        MissingPermission, CaseNotFound, CaseConflict
            As `CaseDesk.do`. The case is looked up before anything is kept.
        """
        if len(content) > self.most_bytes:
            raise TooLarge(f"a file has at most {self.most_bytes >> 20} MB; cut it, or keep it in parts")
        actor.require("work-case")
        self._desk.show(actor, case, alerts=0)
        media_type = media_type_of(content)
        file = EvidenceFile(
            sha256=self._folder.put(content),
            name=plain_name(name),
            media_type=media_type,
            size=len(content),
        )
        return self._desk.add_file(actor, case, file, note)

    def show(self, actor: Actor, case: int, sha256: str) -> Shown:
        """Give a file of a case; that it was shown is written down first.

        Raises
        ------
        CaseNotFound
            There is no such case in the scope, or it has no such file.
        """
        actor.require("read-customers")
        acts = self._desk.show(actor, case, alerts=0).acts
        files = [act.detail.file for act in acts if act.detail.file is not None]
        file = next((one for one in files if one.sha256 == sha256), None)
        if file is None:
            raise CaseNotFound(f"case {case} has no such file")
        look = Look(actor.name, actor.unit, self._clock())
        self._store.note_shown(actor.scope, case, file, look)
        return Shown(file, self._folder.get(sha256))
