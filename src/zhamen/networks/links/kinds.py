"""What two accounts can have in common."""

from enum import IntEnum

__all__ = ["LinkKind"]


class LinkKind(IntEnum):
    """What an account was seen with."""

    DEVICE = 0
    IP = 1
    PHONE = 2
    ADDRESS = 3
    ID_NUMBER = 4
    """Whose it is: a customer number or an identity document."""
    OUTLET = 5
    """Where it was opened. Outlets have more accounts than is looked at, so a large one links nobody."""
    COMPANION = 6
    """Who came along when it was opened. Note it for the companion's own account too."""
