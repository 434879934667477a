"""Files of evidence in a folder, each under the SHA-256 of what it holds."""

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from zhamen.core.errors import CaseNotFound, StoreUnavailable

__all__ = ["EvidenceFiles"]

_ADDRESS: Final = re.compile(r"[0-9a-f]{64}")


class EvidenceFiles:
    """A folder of files; see the port `EvidenceFolder`.

    Notes
    -----
    A file is written under another name, flushed to disk and then linked to its own, so that what bears an
    address is whole. A file that is there already is not written again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def put(self, content: bytes) -> str:
        """Keep a file; give its SHA-256 in hexadecimal."""
        address = hashlib.sha256(content).hexdigest()
        path = self._path(address)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.exists():
                self.get(address)
                return address
            with NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                with suppress(FileExistsError):
                    os.link(file.name, path)
            finally:
                os.unlink(file.name)
            _sync(path.parent)
            _sync(self._folder)
        except OSError as error:
            raise StoreUnavailable(
                f"evidence cannot be written to {self._folder} ({error.strerror}); see that there is room"
            ) from error
        return address

    def get(self, sha256: str) -> bytes:
        """Give a file as it was kept."""
        if not _ADDRESS.fullmatch(sha256):
            raise CaseNotFound("there is no such file of evidence")
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise CaseNotFound("there is no such file of evidence") from None
        except OSError as error:
            raise StoreUnavailable(f"evidence {sha256[:12]}… cannot be read ({error.strerror})") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreUnavailable(
                f"evidence {sha256[:12]}… is not what was kept; bring it back from a backup"
            )
        return content

    def _path(self, address: str) -> Path:
        return self._folder / address[:2] / address


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
