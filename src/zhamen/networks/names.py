"""What packs may read of networks: a closed catalogue of names, with their words and units."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

__all__ = ["NETWORK_NAMES", "NetworkName"]


class NetworkName(Struct, frozen=True):
    """A value that networks give of a transfer or a cash withdrawal, in words.

    ``money`` values are in minor units. Values of the debtor's account are there for both, those of
    the creditor's for transfers only.
    """

    zh: str
    en: str
    money: bool = False


NETWORK_NAMES: Final[Mapping[str, NetworkName]] = {
    "debtor_account_tainted_amount": NetworkName(
        "付款前，付款账户中已知的被骗资金",
        "stolen money known to lie in the debtor's account before the payment",
        money=True,
    ),
    "creditor_account_tainted_amount": NetworkName(
        "付款前，收款账户中已知的被骗资金",
        "stolen money known to lie in the creditor's account before the payment",
        money=True,
    ),
}
"""In the order in which `Networks.advance` gives them."""
