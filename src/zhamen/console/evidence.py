"""The values that a reason rests on, as people read them."""

from datetime import timezone
from typing import Final

from zhamen.core.instants import from_micros
from zhamen.core.money import grouped
from zhamen.gate.decision import Evidence

__all__ = ["shown"]

_MONEY: Final = ("_minor", "_sum", "_mean", "_max", "_min")
_PLACES: Final = 4


def shown(name: str, value: Evidence, currency: str, zone: timezone) -> str:
    """Write a value of an event or a feature.

    Instants are told by their name and given in `zone`, amounts of money in `currency`.

    Examples
    --------
    >>> from datetime import timedelta
    >>> china = timezone(timedelta(hours=8))
    >>> shown("amount_minor", 61000000, "CNY", china), shown("debtor_account_sent_sum_1d", 5.0, "CNY", china)
    ('610,000.00 CNY', '0.05 CNY')
    >>> shown("occurred_at", 1795685094901870, "CNY", china), shown("x_share_7d", 1 / 3, "CNY", china)
    ('2026-11-26 17:24', '0.3333')
    >>> shown("debtor_account_payees_distinct_7d", 12000.0, "CNY", china)
    '12,000'
    >>> shown("debtor_account_sent_mean_7d", 1176001.4, "CNY", china)
    '11,760.01 CNY'
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if name.endswith("_at"):
        return from_micros(int(value)).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if _is_money(name):
        return grouped(round(value), currency)
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.{_PLACES}f}".rstrip("0").rstrip(".")


def _is_money(name: str) -> bool:
    """Whether a name is of an amount: of an event's field, or of a feature with its window behind."""
    if "_per_" in name or "_share" in name or "_trend" in name:
        return False
    return name.endswith(_MONEY) or name.rpartition("_")[0].endswith(_MONEY)
