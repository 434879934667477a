"""One event as words: a flat row goes in, the words of `zhamen.networks.intake.layout` come out."""

from collections.abc import Sequence
from struct import Struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.core.identifiers import MISSING_IDENTITY, identity
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import TIME_LIMIT, UNKNOWN
from zhamen.networks.intake.fields import SEED_ELSEWHERE
from zhamen.networks.intake.layout import CONFIRMED, EVENT_WORDS, PAYMENT_WORDS, TYPE_CODES, WITHDRAWN
from zhamen.networks.links.layout import NEVER

__all__ = ["ACCOUNT_KINDS", "LABELS", "SIDES", "RowWords"]

ACCOUNT_KINDS: Final[dict[str | None, int]] = {
    "person": int(AccountKind.PERSON),
    "enterprise": int(AccountKind.ENTERPRISE),
    "merchant": int(AccountKind.MERCHANT),
    "wallet": int(AccountKind.WALLET),
    "payroll": int(AccountKind.PAYROLL),
    "government": int(AccountKind.GOVERNMENT),
    "internal": int(AccountKind.CLEARING),
    None: 0,
}
SIDES: Final[dict[str | None, int]] = {
    None: int(EdgeKind.TRANSFER),
    "both": int(EdgeKind.TRANSFER),
    "debtor": int(EdgeKind.EXIT),
    "creditor": int(EdgeKind.ENTRY),
}
LABELS: Final[dict[str | None, int]] = {
    None: 0,
    "suspicious": 0,
    "confirmed_fraud": CONFIRMED,
    "false_positive": WITHDRAWN,
}
_REMEMBERED: Final = 1 << 16


class _Identities(dict[str | None, int]):
    """Identities of texts, kept at hand; when there are many, all are forgotten."""

    def __init__(self, seed: int) -> None:
        super().__init__({None: MISSING_IDENTITY})
        self._seed: Final = seed

    def __missing__(self, text: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
            self[None] = MISSING_IDENTITY
        code = self[text] = identity(text, self._seed)
        return code


class RowWords:
    """Writes one event's words; about two microseconds."""

    def __init__(self) -> None:
        self._bytes: Final = bytearray(EVENT_WORDS * 8)
        self.words: Final[npt.NDArray[np.int64]] = np.frombuffer(self._bytes, np.int64)
        self._put: Final = Struct(f"{EVENT_WORDS}q").pack_into
        self._put_payment: Final = Struct(f"{PAYMENT_WORDS}q").pack_into
        self._ours: Final = _Identities(0)
        self._elsewhere: Final = _Identities(SEED_ELSEWHERE)

    def write(self, row: Sequence[Any]) -> npt.NDArray[np.int64]:
        """Write the words of a row of `FIELDS_READ`.

        Raises
        ------
        InputError
            An instant more than 570 years from 1970.
        """
        ours, elsewhere = self._ours, self._elsewhere
        (
            kind, event, at, amount,
            debtor, debtor_held, debtor_kind, debtor_opened, debtor_party,
            creditor, creditor_held, creditor_kind, creditor_opened, creditor_party,
            side, account, held, account_kind, opened, customer, phone, address,
            companion, outlet, device, ip, transfer, settlement, label, succeeded,
        ) = row  # fmt: skip
        if not -TIME_LIMIT < at < TIME_LIMIT:
            raise _too_far()
        payment = (
            TYPE_CODES.get(kind, 0), at, identity(event), amount or 0,
            ours[debtor], elsewhere[debtor], UNKNOWN if debtor_held is None else debtor_held,
            ACCOUNT_KINDS[debtor_kind], NEVER if debtor_opened is None else _opening(debtor_opened),
            ours[debtor_party],
            ours[creditor], elsewhere[creditor], UNKNOWN if creditor_held is None else creditor_held,
            ACCOUNT_KINDS[creditor_kind], NEVER if creditor_opened is None else _opening(creditor_opened),
            ours[creditor_party], SIDES[side], ours[device], ours[ip],
        )  # fmt: skip
        if kind == "transfer":
            self._put_payment(self._bytes, 0, *payment)
            return self.words
        self._put(
            self._bytes, 0, *payment,
            ours[account], UNKNOWN if held is None else held, ACCOUNT_KINDS[account_kind],
            NEVER if opened is None else _opening(opened),
            ours[customer], ours[phone], ours[address], ours[companion], ours[outlet],
            ours[transfer], settlement == "settled", LABELS[label], succeeded is False,
        )  # fmt: skip
        return self.words


def _opening(at: int) -> int:
    if not -TIME_LIMIT < at < TIME_LIMIT:
        raise _too_far()
    return at


def _too_far() -> InputError:
    return InputError("an event happens, and an account is opened, within 570 years of 1970")
