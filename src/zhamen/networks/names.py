"""What packs may read of networks: a closed catalogue of names, with their words and units."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from zhamen.networks.links.cluster import CLUSTER_WORDS
from zhamen.networks.typologies.names import COLUMNS

__all__ = ["NETWORK_NAMES", "NetworkName"]

_ROLES: Final = (("debtor", "付款账户"), ("creditor", "收款账户"))


class NetworkName(Struct, frozen=True):
    """A value that networks give of a transfer or a cash withdrawal, in words.

    Values of money are in minor units, flags are 0 or 1. Those of the debtor's account are there for both,
    those of the creditor's and of the transfer for transfers only.
    """

    zh: str
    en: str
    unit: str
    """``count``, ``minor``, ``share``, ``days`` or ``flag``."""


def _names() -> Iterator[tuple[str, NetworkName]]:
    for role, zh in _ROLES:
        yield (
            f"{role}_account_tainted_amount",
            NetworkName(
                f"{zh}在付款前已知的被骗资金",
                f"{role}: stolen money known to lie in its account before the payment",
                "minor",
            ),
        )
    for column in COLUMNS:
        yield column.name, NetworkName(column.zh, column.en, column.unit)
    for role, zh in _ROLES:
        for name, (zh_name, en_name) in CLUSTER_WORDS.items():
            unit = {"cluster_risk": "share", "cluster_t11": "flag"}.get(name, "count")
            yield f"{role}_account_{name}", NetworkName(f"{zh}：{zh_name}", f"{role}: {en_name}", unit)
    for role, zh in _ROLES:
        sentence = f"{role}: likelihood that its account does a mule's work in this payment"
        yield f"{role}_account_mule_score", NetworkName(f"{zh}涉案的可能性", sentence, "share")


NETWORK_NAMES: Final[Mapping[str, NetworkName]] = dict(_names())
"""In the order in which `Networks.advance` gives them."""
