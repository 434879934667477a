"""Where the stores are: one database of the settings, or a file for each in the data folder."""

from typing import Literal

from zhamen.settings import Settings

__all__ = ["Store", "store_url"]

Store = Literal["work", "records", "queries"]


def store_url(settings: Settings, store: Store) -> str:
    """Give the URL of a store.

    Without a database server each is an SQLite file of its own, for SQLite has one writer at a time and an
    import of records may take long.
    """
    return settings.records_url.reveal() or f"sqlite:///{settings.data_dir.resolve()}/{store}.db"
