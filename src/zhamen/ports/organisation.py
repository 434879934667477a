"""Where the organisation and its versions are kept."""

from datetime import datetime
from typing import Protocol

from zhamen.organisation.history import History, Version
from zhamen.organisation.units import Organisation

__all__ = ["OrganisationStore"]


class OrganisationStore(Protocol):
    """Every tree that was imported; nothing is changed or deleted."""

    def history(self) -> History:
        """Give all versions.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """

    def replace(self, organisation: Organisation, *, at: datetime, by: str) -> Version:
        """Put a new tree in force and move the people of moved units with it, in one step.

        Raises
        ------
        ConflictError
            The tree is in force already, or somebody's unit is not in it.
        StoreUnavailable
            The store does not answer.
        """
