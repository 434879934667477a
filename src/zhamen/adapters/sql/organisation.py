"""The organisation and its versions in SQL."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema_people import organisations, staff
from zhamen.core.audit import Deed
from zhamen.core.errors import ConflictError
from zhamen.core.instants import to_micros
from zhamen.organisation.history import History, Version, moves_between
from zhamen.organisation.units import Organisation, Unit

__all__ = ["SqlOrganisation"]

_UNITS: Final = msgspec.json.Decoder(list[Unit])
_SHOWN: Final = 5


class SqlOrganisation:
    """Trees of units in SQLite or PostgreSQL; see the port `OrganisationStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)
        self.known = History(())
        """What `history` gave last; for who cannot wait for the store. The server looks once a second."""

    def history(self) -> History:
        """Give all versions; decoded once for each version that there is."""
        with reading(self._engine) as connection:
            return self._read(connection)

    def replace(self, organisation: Organisation, *, at: datetime, by: str) -> Version:
        """Put a new tree in force and move the people of moved units with it, in one step."""
        with writing(self._write) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE organisations IN EXCLUSIVE MODE")
            last = self._read(connection).versions[-1]
            if last.organisation == organisation:
                raise ConflictError(f"version {last.number} of the organisation is the same; nothing to do")
            moved = _move_people(connection, last.organisation, organisation)
            made_at = max(to_micros(at), last.made_at + 1)
            version = Version(number=last.number + 1, made_at=made_at, made_by=by, organisation=organisation)
            row = {"version": version.number, "made_at": made_at, "made_by": by}
            units = msgspec.json.encode(organisation.units)
            connection.execute(insert(organisations).values(row | {"units": units}))
            append(connection, _deed(version, at, moved))
        self.history()
        return version

    def _read(self, connection: Connection) -> History:
        known = self.known
        newest = connection.execute(select(func.max(organisations.c.version))).scalar() or 0
        if newest != known.versions[-1].number:
            rows = connection.execute(select(organisations).order_by(organisations.c.version))
            known = self.known = History([_version(row) for row in rows])
        return known


def _move_people(connection: Connection, old: Organisation, new: Organisation) -> int:
    """Give people the new paths of their units; give how many people that were."""
    moves, stranded, moved = moves_between(old, new), [], 0
    for name, unit in connection.execute(select(staff.c.name, staff.c.unit).order_by(staff.c.name)).all():
        after = moves.get(unit, unit)
        if new.path_now(after) != after:
            stranded.append(name)
        elif after != unit:
            connection.execute(update(staff).where(staff.c.name == name).values(unit=after))
            moved += 1
    if stranded:
        more = f" and {len(stranded) - _SHOWN} more" if len(stranded) > _SHOWN else ""
        raise ConflictError(
            f"the units of {', '.join(stranded[:_SHOWN])}{more} are not in the new organisation; "
            "move these people first with `zhamen staff move`"
        )
    return moved


def _deed(version: Version, at: datetime, moved: int) -> Deed:
    return Deed(
        at=at,
        actor=version.made_by,
        unit=version.organisation.root.code,
        act="import-organisation",
        subject=f"organisation/{version.number}",
        detail={"units": len(version.organisation.units), "people_moved": moved},
    )


def _version(row: Any) -> Version:
    return Version(
        number=row.version,
        made_at=row.made_at,
        made_by=row.made_by,
        organisation=Organisation(_UNITS.decode(row.units)),
    )
