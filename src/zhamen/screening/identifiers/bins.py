"""Which bank issued a card: by its first digits and how many there are in all (ISO/IEC 7812-1)."""

from collections.abc import Iterable
from typing import Final, NamedTuple

__all__ = ["BinTable", "Issuer"]


class Issuer(NamedTuple):
    """The bank of a card and the card's type, as the table writes them."""

    bank: str
    card_type: str


class BinTable:
    """Finds the longest listed beginning of a card number; one whose length is another is no match.

    Parameters
    ----------
    rows
        The first digits, the bank, the type of card, and how many digits the card has.

    Examples
    --------
    >>> table = BinTable([("622202", "ICBC", "DC", 19), ("6222", "other", "DC", 19)])
    >>> table.issuer("6222020200112233445"), table.issuer("622202020011"), len(table)
    (Issuer(bank='ICBC', card_type='DC'), None, 2)
    """

    def __init__(self, rows: Iterable[tuple[str, str, str, int]] = ()) -> None:
        self._issuers: Final = {(digits, size): Issuer(bank, kind) for digits, bank, kind, size in rows}
        self._lengths: Final = sorted({len(digits) for digits, _ in self._issuers}, reverse=True)

    def __len__(self) -> int:
        """How many beginnings it holds."""
        return len(self._issuers)

    def issuer(self, number: str) -> Issuer | None:
        """Give who issued the card with a number; None when the table does not say."""
        size = len(number)
        found = (self._issuers.get((number[:length], size)) for length in self._lengths)
        return next((issuer for issuer in found if issuer is not None), None)
