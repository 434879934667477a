"""What two accounts can have in common."""

from enum import IntEnum
from typing import Final

__all__ = ["LINK_KIND_WORDS", "LinkKind"]


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


LINK_KIND_WORDS: Final = {
    LinkKind.DEVICE: ("设备", "device"),
    LinkKind.IP: ("IP 地址", "IP address"),
    LinkKind.PHONE: ("电话", "telephone"),
    LinkKind.ADDRESS: ("住址", "address"),
    LinkKind.ID_NUMBER: ("客户号", "customer number"),
    LinkKind.OUTLET: ("开户网点", "outlet of opening"),
    LinkKind.COMPANION: ("同行人", "companion at opening"),
}
"""What each is called, in Chinese and English."""
