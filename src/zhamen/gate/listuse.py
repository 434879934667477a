"""A list as a pack uses it: which field of the event is looked up, and what counts as a hit."""

from dataclasses import dataclass
from typing import Final

from zhamen.screening.entries import ListKind
from zhamen.screening.subjects import SubjectKind

__all__ = ["SCREENED", "ListUse"]

_ACCOUNT: Final = (SubjectKind.ACCOUNT, SubjectKind.CARD)
_PHONE: Final = (SubjectKind.PHONE,)

SCREENED: Final[dict[str, tuple[SubjectKind, ...]]] = {
    "account_id": _ACCOUNT,
    "creditor_account_id": _ACCOUNT,
    "debtor_account_id": _ACCOUNT,
    "creditor_phone": _PHONE,
    "customer_phone": _PHONE,
    "debtor_phone": _PHONE,
    "creditor_id": (SubjectKind.PERSON, SubjectKind.ENTERPRISE),
    "customer_id": (SubjectKind.PERSON, SubjectKind.ENTERPRISE),
    "debtor_id": (SubjectKind.PERSON, SubjectKind.ENTERPRISE),
    "device_id": (SubjectKind.DEVICE,),
    "device_ip": (SubjectKind.IP,),
}
"""The fields that can be looked up, and as what; a number may be an account or the card of one."""


@dataclass(frozen=True, slots=True)
class ListUse:
    """One list of a pack: it gives rules ``<name>_hit`` and ``<name>_level``.

    ``categories`` are codes of categories or of their groups; none is all of them.
    """

    name: str
    of: str
    lists: tuple[ListKind, ...]
    level_from: int
    categories: tuple[str, ...]
    zh: str
    en: str

    @property
    def names(self) -> tuple[str, str]:
        """The two names that rules may read."""
        return f"{self.name}_hit", f"{self.name}_level"

    def wants(self, category: str) -> bool:
        """Whether records of a category count."""
        return (
            not self.categories
            or category in self.categories
            or category.partition(".")[0] in self.categories
        )
