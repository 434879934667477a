"""The values that a reason rests on, as people read them: what each is, and how much."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timezone
from typing import Final

from zhamen.console.spans import lasting
from zhamen.core.instants import from_micros
from zhamen.core.money import grouped
from zhamen.events.fields import Unit
from zhamen.gate.decision import Evidence
from zhamen.gate.packfile.features import FeatureDoc

__all__ = ["Values"]

_MONEY: Final = ("_minor", "_sum", "_mean", "_max", "_min")
_PLACES: Final = 4
_MICROS: Final = 1_000_000


@dataclass(frozen=True)
class Values:
    """Writes values of events and features, of which the pack's have ``docs`` with their words and units.

    Instants are given in `zone`, amounts of money in `currency`.
    """

    currency: str
    zone: timezone
    docs: Mapping[str, FeatureDoc] = field(default_factory=dict)

    def called(self, language: str, name: str) -> str:
        """Give a feature in words; its name when the pack of now does not have it."""
        doc = self.docs.get(name)
        return name if doc is None else doc.zh if language == "zh" else doc.en

    def shown(self, say: Callable[[str], str], name: str, value: Evidence) -> str:
        """Write a value of an event or a feature.

        Examples
        --------
        >>> from datetime import timedelta
        >>> values = Values("CNY", timezone(timedelta(hours=8)))
        >>> values.shown(str, "amount_minor", 61000000), values.shown(str, "debtor_account_sent_sum_1d", 5.0)
        ('610,000.00 CNY', '0.05 CNY')
        >>> values.shown(str, "occurred_at", 1795685094901870), values.shown(str, "x_share_7d", 1 / 3)
        ('2026-11-26 17:24', '0.3333')
        >>> values.shown(str, "debtor_account_payees_distinct_7d", 12000.0)
        '12,000'
        >>> values.shown(str, "debtor_account_sent_mean_7d", 1176001.4)
        '11,760.01 CNY'
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        if name.endswith("_at"):
            return from_micros(int(value)).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
        doc = self.docs.get(name)
        if doc is not None and doc.type.is_number and doc.type.unit is Unit.TIME:
            return lasting(say, value / _MICROS)
        if doc.type.unit is Unit.MONEY if doc is not None else _is_money(name):
            return grouped(round(value), self.currency)
        if float(value).is_integer():
            return f"{int(value):,}"
        return f"{value:,.{_PLACES}f}".rstrip("0").rstrip(".")


def _is_money(name: str) -> bool:
    """Whether a name is of an amount: of an event's field, or of a feature with its window behind."""
    if "_per_" in name or "_share" in name or "_trend" in name:
        return False
    return name.endswith(_MONEY) or name.rpartition("_")[0].endswith(_MONEY)
