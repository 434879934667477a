"""How to talk to a customer, by what kind of scam it may be."""

from typing import Final

from zhamen.cases.scripts.holders import HOLDERS
from zhamen.cases.scripts.script import Script
from zhamen.cases.scripts.victims import VICTIMS

__all__ = ["SCRIPTS", "Script", "script_for"]

SCRIPTS: Final[dict[str, Script]] = VICTIMS | HOLDERS
"""By kind of scam, as reports name it, or by what else happened."""

_BY_TYPOLOGY: Final = {"mule": "account_holder", "gambling": "gambling", "ato": "takeover"}


def script_for(scam_kind: str, typology: str) -> str:
    """Name the script for a case: that of its kind of scam, else that of its typology.

    >>> script_for("task", "victim"), script_for("", "mule"), script_for("unheard of", "victim")
    ('task', 'account_holder', 'other')
    """
    return scam_kind if scam_kind in SCRIPTS else _BY_TYPOLOGY.get(typology, "other")
