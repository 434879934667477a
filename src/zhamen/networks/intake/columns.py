"""Many events as words: columns go in, a row of words for each event comes out."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.core.identifiers import MISSING_IDENTITY, identities
from zhamen.events.batch import Batch
from zhamen.networks.graph.layout import TIME_LIMIT, UNKNOWN
from zhamen.networks.intake import layout as at
from zhamen.networks.intake.fields import SEED_ELSEWHERE
from zhamen.networks.intake.words import ACCOUNT_KINDS, LABELS, SIDES
from zhamen.networks.links.layout import NEVER

__all__ = ["ColumnWords"]

_Words = npt.NDArray[np.int64]

_IDENTITIES: Final = {
    "event_id": at.E_EVENT,
    "debtor_account_id": at.E_DEBTOR,
    "debtor_id": at.E_DEBTOR_PARTY,
    "creditor_account_id": at.E_CREDITOR,
    "creditor_id": at.E_CREDITOR_PARTY,
    "account_id": at.E_ACCOUNT,
    "customer_id": at.E_CUSTOMER,
    "customer_phone": at.E_PHONE,
    "customer_address": at.E_ADDRESS,
    "companion": at.E_COMPANION,
    "outlet": at.E_OUTLET,
    "device_id": at.E_DEVICE,
    "device_ip": at.E_IP,
    "transfer_event_id": at.E_TRANSFER,
}
_ELSEWHERE: Final = {
    "debtor_account_id": at.E_DEBTOR_ELSEWHERE,
    "creditor_account_id": at.E_CREDITOR_ELSEWHERE,
}
_NUMBERS: Final = {
    "occurred_at": (at.E_AT, TIME_LIMIT),
    "amount_minor": (at.E_AMOUNT, 0),
    "debtor_account_balance_minor": (at.E_DEBTOR_BEFORE, UNKNOWN),
    "debtor_account_opened_at": (at.E_DEBTOR_OPENED, NEVER),
    "creditor_account_balance_minor": (at.E_CREDITOR_BEFORE, UNKNOWN),
    "creditor_account_opened_at": (at.E_CREDITOR_OPENED, NEVER),
    "account_balance_minor": (at.E_BEFORE, UNKNOWN),
    "account_opened_at": (at.E_OPENED, NEVER),
    "succeeded": (at.E_FAILED, 1),
}
"""With what stands for none."""
_CODES: Final[dict[str, tuple[int, Mapping[str | None, int]]]] = {
    "type": (at.E_TYPE, at.TYPE_CODES),
    "debtor_account_kind": (at.E_DEBTOR_KIND, ACCOUNT_KINDS),
    "creditor_account_kind": (at.E_CREDITOR_KIND, ACCOUNT_KINDS),
    "customer_side": (at.E_SIDE, SIDES),
    "account_kind": (at.E_KIND, ACCOUNT_KINDS),
    "settlement": (at.E_SETTLED, {"settled": 1}),
    "label": (at.E_LABEL, LABELS),
}
_INSTANTS: Final = (
    "occurred_at",
    "debtor_account_opened_at",
    "creditor_account_opened_at",
    "account_opened_at",
)


class ColumnWords:
    """Writes the words of many events, column by column.

    The identities of the texts last seen in a column are kept at hand, for the next part of the same batch.
    """

    def __init__(self) -> None:
        self._known: Final[dict[tuple[str, int], tuple[tuple[str, ...], _Words]]] = {}

    def write(self, batch: Batch) -> _Words:
        """Write the words of a batch, ``[events, words]``.

        Raises
        ------
        InputError
            An event without an instant, or an instant more than 570 years from 1970.
        """
        words = np.empty((batch.size, at.EVENT_WORDS), np.int64)
        for name, place in _IDENTITIES.items():
            words[:, place] = self._identities(batch, name, 0)
        for name, place in _ELSEWHERE.items():
            words[:, place] = self._identities(batch, name, SEED_ELSEWHERE)
        for name, (place, missing) in _NUMBERS.items():
            column = batch.numbers(name)
            words[:, place] = np.where(column.known, column.values, missing)
        for name, (place, codes) in _CODES.items():
            texts = batch.texts(name)
            of_value = np.array(
                [*(codes.get(value, 0) for value in texts.values), codes.get(None, 0)], np.int64
            )
            words[:, place] = of_value[texts.codes]
        words[:, at.E_FAILED] = words[:, at.E_FAILED] == 0
        for name in _INSTANTS:
            _check(words[:, _NUMBERS[name][0]], name)
        return words

    def _identities(self, batch: Batch, name: str, seed: int) -> _Words:
        texts = batch.texts(name)
        values, known = self._known.get((name, seed), ((), None))
        if known is None or values is not texts.values:
            known = np.append(identities(texts.values, seed), MISSING_IDENTITY)
            self._known[name, seed] = texts.values, known
        return known[texts.codes]


def _check(instants: _Words, name: str) -> None:
    wrong = (instants <= -TIME_LIMIT) | (instants >= TIME_LIMIT)
    if name != "occurred_at":
        wrong &= instants != NEVER
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(f"row {row}: an instant is needed, within 570 years of 1970", path=name)
