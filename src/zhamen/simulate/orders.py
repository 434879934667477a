"""A day's habits as columns: many small orders, planned at once and handed over one by one in time."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from zhamen.core.instants import Micros
from zhamen.events.parts import Channel
from zhamen.simulate.clock import HOUR, MINUTE, SECOND
from zhamen.simulate.dice import Dice

__all__ = [
    "ALL",
    "CHANNELS",
    "NONE",
    "Act",
    "Note",
    "Order",
    "Orders",
    "Way",
    "by_time",
    "orders",
    "with_logins",
]

Orders = npt.NDArray[np.void]
"""A structured array with the columns of `Order`."""

ALL: Final = -1000
"""As an amount: all there is. Any negative amount is a share of the balance, in thousandths."""


class Act(IntEnum):
    """What an order asks for."""

    TRANSFER = 0
    WITHDRAWAL = 1
    CREDIT = 2
    LOGIN = 3


class Way(IntEnum):
    """The channel of an order, as a code."""

    COUNTER = 0
    ONLINE = 1
    MOBILE = 2
    ATM = 3
    POS = 4
    PHONE = 5
    PEER_BANK = 6


CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
"""Channels by the code of their `Way`."""


class Note(IntEnum):
    """What people write beside a payment; `words` is how."""

    NOTHING = 0
    SHOPPING = 1
    SALARY = 2
    PENSION = 3
    RENT = 4
    MORTGAGE = 5
    BILLS = 6
    LIVING = 7
    RED_PACKET = 8
    TRANSFER = 9
    OWN = 10
    GOODS = 11
    SWEEP = 12
    FEES = 13
    GIFT = 14
    HOUSE = 15
    CAR = 16
    CASH = 17
    LOAN = 18
    DEPOSIT = 19
    REFUND = 20
    INVESTMENT = 21
    GUARANTEE = 22
    SURCHARGE = 23
    TOP_UP = 24
    BORROWED = 25

    @property
    def words(self) -> str | None:
        """The remittance information."""
        return _WORDS[self]


_WORDS: Final = (
    None, "消费", "工资", "养老金", "房租", "还贷", "水电费", "生活费", "红包", "转账", "本人转账", "货款", "归集",
    "学费", "礼金", "购房款", "购车款", None, "贷款", None, "退款", "投资", "保证金", "手续费", "充值", "借款",
)  # fmt: skip


class Order(NamedTuple):
    """One thing somebody wants done.

    ``looks`` is a `truth.Looks`; ``delay`` is the time until
    the money arrives; ``noise`` is a number below a million from which small signals are read.
    """

    at: int
    act: int
    debtor: int
    creditor: int
    amount: int
    way: int = Way.MOBILE
    note: int = Note.NOTHING
    looks: int = 0
    delay: int = 2 * SECOND
    noise: int = 500_000


_TYPES: Final = ("i8", "i1", "i4", "i4", "i8", "i1", "i1", "i1", "i8", "i4")
_ORDER: Final = np.dtype(list(zip(Order._fields, _TYPES, strict=True)))

NONE: Final[Orders] = np.zeros(0, _ORDER)
"""No orders."""


def orders(act: Act, **columns: npt.ArrayLike) -> Orders:
    """Lay out orders of one act from columns (arrays of one length, or one value for all).

    >>> orders(Act.LOGIN, at=np.array([5, 3]), debtor=np.array([7, 8]))["debtor"].tolist()
    [7, 8]
    """
    made = np.zeros(np.size(columns["at"]), _ORDER)
    made["act"] = act
    made["way"] = Way.MOBILE
    for name, column in columns.items():
        made[name] = column
    return made


def with_logins(transfers: Orders, dice: Dice) -> list[Orders]:
    """Give `transfers` and, half a minute to four minutes before each, the login it needs."""
    before = dice.integers(30 * SECOND, 4 * MINUTE, len(transfers))
    return [transfers, orders(Act.LOGIN, at=transfers["at"] - before, debtor=transfers["debtor"])]


def by_time(parts: Iterable[Orders], midnight: Micros, dice: Dice) -> Iterator[Order]:
    """Give the orders of `parts` in time order, each with its noise and the delay of its way.

    What was planned for before `midnight` happens at `midnight`.
    """
    plan = np.concatenate([NONE, *parts])
    plan["at"] = np.maximum(plan["at"], midnight)
    plan = plan[np.argsort(plan["at"], kind="stable")]
    size = len(plan)
    plan["noise"] = dice.integers(0, 1_000_000, size)
    plan["delay"] = np.where(plan["delay"] > 0, plan["delay"], _delays(plan, dice))
    columns = [plan[name].tolist() for name in Order._fields]
    return map(Order._make, zip(*columns, strict=True))


def _delays(plan: Orders, dice: Dice) -> npt.NDArray[np.int64]:
    """Mostly real time; one in eight of a company's payments the ordinary way."""
    size = len(plan)
    quick = dice.integers(SECOND // 2, 4 * SECOND, size)
    ordinary = dice.integers(5 * MINUTE, 2 * HOUR, size)
    return np.where((plan["way"] == Way.ONLINE) & (dice.random(size) < 0.125), ordinary, quick)
