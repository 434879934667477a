"""Risk information joined: the store, its secrets, its indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhamen.adapters.screening import IndexFolder
from zhamen.adapters.screening.secrets import Secrets, read_secrets
from zhamen.adapters.sql import SqlRecords, open_engine
from zhamen.settings import Settings

__all__ = ["Records", "open_records", "secrets_path"]


@dataclass
class Records:
    """The store of risk information, ready for use."""

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
    url = settings.records_url.reveal() or f"sqlite:///{settings.data_dir.resolve()}/records.db"
    store = SqlRecords(open_engine(url), found.ring, found.oblivious)
    try:
        yield Records(store, IndexFolder(settings.data_dir / "screening"), found)
    finally:
        store.close()


def secrets_path(settings: Settings) -> Path:
    """Give where the secrets of screening are."""
    return (
        Path(settings.screening_secrets)
        if settings.screening_secrets
        else settings.data_dir / "screening.key"
    )
