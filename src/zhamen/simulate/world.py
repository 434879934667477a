"""What stands while the days go by: organisation, people, accounts, devices, and who knows whom."""

from dataclasses import dataclass

from zhamen.events.parts import Device, Session
from zhamen.simulate.accounts import Accounts, Internal
from zhamen.simulate.clock import Calendar
from zhamen.simulate.organisation import Organisation
from zhamen.simulate.people import People, Whole

__all__ = ["Outsiders", "World"]


@dataclass(frozen=True, slots=True)
class Outsiders:
    """Accounts at other banks, by what they are."""

    platforms: Whole
    """Shopping and payment platforms, the largest first."""
    utilities: Whole
    pension: Whole
    employers: Whole
    firms: Whole
    persons: Whole


@dataclass(slots=True)
class World:
    """The bank and the town around it."""

    calendar: Calendar
    organisation: Organisation
    people: People
    accounts: Accounts
    devices: list[Device]
    """What each customer holds in the hand."""
    sessions: list[Session | None]
    """The last session of each customer."""
    outsiders: Outsiders
    first_internal: int
    second: Whole
    """Each customer's further account here, or `NOBODY`."""
    elsewhere: Whole
    """Each customer's own account at another bank, or `NOBODY`."""
    contacts: Whole
    """Six accounts that each person knows: persons x 6."""
    newcomers: list[int]
    """Persons who may yet open an account, first come first served."""

    def internal(self, which: Internal) -> int:
        """Give the index of one of the bank's own accounts."""
        return self.first_internal + which
