"""Everything that people's work is kept in: the organisation, the accounts, how they sign in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert, select

from zhamen.adapters.sealing import KeyFileSeal
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.audit import SqlDeeds
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.organisation import SqlOrganisation
from zhamen.adapters.sql.schema_people import staff
from zhamen.adapters.sql.staff import SqlStaff
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.databases import store_url
from zhamen.bootstrap.single_sign_on import make_single_sign_on, read_role
from zhamen.services.keep_staff import StaffDesk
from zhamen.services.own_account import OwnAccount
from zhamen.services.sign_in import SignIn
from zhamen.services.single_sign_on import SingleSignOn
from zhamen.settings import Settings

__all__ = ["Work", "open_work", "open_work_store"]


@dataclass
class Work:
    """The work store, opened."""

    engine: Engine
    organisation: SqlOrganisation
    staff: StaffDesk
    signing: SignIn
    own: OwnAccount
    single_sign_on: SingleSignOn | None
    """None when the bank's own sign-in is not set up."""


@contextmanager
def open_work(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Iterator[Work]:
    """Open the work store: ``work.db`` in the data folder, or the PostgreSQL of the settings.

    Raises
    ------
    InvalidSetting
        The URL, a role or the address of the bank's own sign-in cannot be used.
    StoreUnavailable
        The database does not answer.
    """
    seal = KeyFileSeal(Path(settings.work_key) if settings.work_key else settings.data_dir / "work.key")
    engine = open_work_store(settings)
    try:
        store, organisation = SqlStaff(engine), SqlOrganisation(engine)
        organisation.history()
        needs_code = frozenset(
            read_role(each, "ZHAMEN_SECOND_FACTOR_ROLES") for each in settings.second_factor_roles.split()
        )
        signing = SignIn(store, seal, clock, deeds=SqlDeeds(engine), needs_code=needs_code)
        yield Work(
            engine,
            organisation,
            StaffDesk(store, organisation, clock),
            signing,
            OwnAccount(store, seal, signing),
            make_single_sign_on(settings, store, organisation, signing),
        )
    finally:
        engine.dispose()


def open_work_store(settings: Settings) -> Engine:
    """Open the database that people's work is kept in, and the views of the journal.

    Accounts that earlier versions kept elsewhere are brought along.

    Raises
    ------
    InvalidSetting
        The URL is of no database that can be used.
    StoreUnavailable
        The database does not answer.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    folder = settings.data_dir.resolve()
    before, now = folder / "records.db", folder / "work.db"
    carried = not settings.records_url.reveal() and before.exists() and not now.exists()
    engine = open_engine(store_url(settings, "work"))
    if carried:
        _carry_staff(open_engine(f"sqlite:///{before}"), engine)
    return engine


def _carry_staff(before: Engine, now: Engine) -> None:
    """Bring the accounts along that earlier versions kept beside the risk records."""
    with reading(before) as connection:
        members = [dict(row) for row in connection.execute(select(staff)).mappings()]
    before.dispose()
    if members:
        with writing(now.execution_options(immediate=True)) as connection:
            connection.execute(insert(staff), members)
