"""Risk information joined: the store, its secrets, its indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from zhamen.adapters.screening import IndexFolder
from zhamen.adapters.screening.secrets import Secrets, read_secrets
from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.bootstrap.databases import store_url
from zhamen.screening.index.live import LiveScreen
from zhamen.services.follow_records import ScreenFollower
from zhamen.settings import Settings, read_settings

__all__ = ["Records", "follow", "open_records", "open_screen", "secrets_path"]


@dataclass
class Records:
    """The store of risk information, ready for use."""

    engine: Engine
    store: SqlRecords
    indexes: IndexFolder
    secrets: Secrets


@contextmanager
def open_records(settings: Settings) -> Iterator[Records]:
    """Open the store in the data folder, or where the settings say.

    Raises
    ------
    InvalidSetting
        The URL or the file of secrets cannot be used.
    StoreUnavailable
        The database does not answer.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    found = read_secrets(secrets_path(settings))
    engine = open_engine(store_url(settings, "records"))
    store = SqlRecords(engine, found.ring, found.oblivious)
    try:
        yield Records(engine, store, IndexFolder(settings.data_dir / "screening"), found)
    finally:
        store.close()


def follow(settings: Settings, records: Records) -> ScreenFollower:
    """Give what follows the store, and notices when others write under a secret that was added since."""
    path, known = secrets_path(settings), records.secrets.ring.current

    def blind() -> str:
        if path.exists() and read_secrets(path).ring.current != known:
            return "a secret was added since this server started; restart it to find what is imported now"
        return ""

    return ScreenFollower(records.store, records.indexes, records.secrets.ring, blind=blind)


@contextmanager
def open_screen(data_dir: Path) -> Iterator[LiveScreen]:
    """Give what the risk information of a data folder knows at this moment, and knew before."""
    settings = read_settings(options={"data_dir": data_dir})
    with open_records(settings) as records:
        follower = ScreenFollower(records.store, records.indexes, records.secrets.ring)
        follower.look()
        yield follower.screen


def secrets_path(settings: Settings) -> Path:
    """Give where the secrets of screening are."""
    return (
        Path(settings.screening_secrets)
        if settings.screening_secrets
        else settings.data_dir / "screening.key"
    )
