"""Units of the organisation as the command line names them."""

from zhamen.adapters.sql.organisation import SqlOrganisation
from zhamen.bootstrap.work import open_work_store
from zhamen.settings import Settings

__all__ = ["path_of_unit"]


def path_of_unit(settings: Settings, named: str) -> str:
    """Give the path of a unit that is named by its code or its path; of none, that of the head office.

    Raises
    ------
    UnitNotFound
        There is no such unit.
    InvalidSetting, StoreUnavailable
        As `open_work_store`.
    """
    engine = open_work_store(settings)
    try:
        tree = SqlOrganisation(engine).history().current
    finally:
        engine.dispose()
    if not named:
        return tree.root.code
    if "/" in named:
        return tree.path(tree.unit_at(named).code)
    return tree.path(named)
