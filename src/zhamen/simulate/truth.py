"""What the bank would give much to know: which payments belong to which story."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

__all__ = ["Looks", "Role", "Truth", "TruthBook"]


class Role(StrEnum):
    """What a payment is in its story."""

    VICTIM = "victim"
    """A victim pays a mule."""
    BAIT = "bait"
    """Scammers pay a victim a small return first."""
    PROBE = "probe"
    """A small amount tries out a mule account."""
    MULE = "mule"
    """A mule passes money on; `layer` says which."""
    CASH_OUT = "cash_out"
    """The money leaves the ring: cash, goods, another bank."""
    GAMBLER = "gambler"
    """A player pays a gambling operator."""
    OPERATOR = "operator"
    """A gambling operator pays winnings or settles upwards."""
    INNOCENT = "innocent"
    """Nothing is wrong, though it looks like `looks_like`."""


class Looks(IntEnum):
    """What an innocent payment is, where it resembles a scam, a mule or a gambling den."""

    NOTHING = 0
    PAYROLL = 1
    BUSY_SHOP = 2
    SCHOOL_FEES = 3
    SWEEP = 4
    WEDDING = 5
    HOUSE_PURCHASE = 6
    CAR_LOAN = 7
    GRANDCHILD_GIFT = 8
    SCREEN_SHARED_HELP = 9
    TRAVEL_ABROAD = 10
    NEW_PHONE = 11

    @property
    def label(self) -> str:
        """The name in a truth's ``looks_like``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth about one transfer or cash withdrawal."""

    event_id: str
    role: Role
    amount_minor: int
    scam_kind: str | None = None
    ring: str | None = None
    case: str | None = None
    layer: int = 0
    looks_like: str | None = None

    @property
    def illicit(self) -> bool:
        """Whether a gate does right to act on it; false for the innocent alone."""
        return self.role is not Role.INNOCENT


class TruthBook(Mapping[str, Truth]):
    """Truths by the event id of the payment; a payment that is not here is ordinary.

    It holds every truth written since the last `take`, so that who takes regularly needs no more
    memory for a year than for a day. ``mules`` names each account that a ring or an operator has
    used, with the ring.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Truth] = {}
        self.mules: dict[str, str] = {}

    def write(self, truth: Truth) -> None:
        """Keep `truth`."""
        self._kept[truth.event_id] = truth

    def take(self) -> list[Truth]:
        """Give all truths written since the last take, oldest first, and forget them."""
        taken = list(self._kept.values())
        self._kept.clear()
        return taken

    def __getitem__(self, event_id: str) -> Truth:
        return self._kept[event_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
