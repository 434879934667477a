"""Is the payee who the payer thinks? The check before paying, in the words of the European scheme."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhamen.screening.names.clean import clean, lookalikes
from zhamen.screening.names.forms import forms_of
from zhamen.screening.names.score import Part, likeness
from zhamen.screening.subjects import SubjectKind

__all__ = ["PayeeCheck", "PayeeVerdict", "check_payee"]

_MATCH: Final = 97
_CLOSE: Final = 82


class PayeeVerdict(StrEnum):
    """What the payer is told (EPC218-23, Verification of Payee)."""

    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class PayeeCheck:
    """The verdict, why, and on a close match the name that the account has.

    ``suggestion`` is empty in every other case: who guesses wrong learns nothing.
    """

    verdict: PayeeVerdict
    reason: Part
    suggestion: str = ""


def check_payee(given: str, held: str, *, kind: SubjectKind = SubjectKind.PERSON) -> PayeeCheck:
    """Compare the name that the payer gave with the name of the account.

    Parameters
    ----------
    given
        As the payer wrote it.
    held
        As the account has it; empty when that is not known.

    Examples
    --------
    >>> check_payee("ZHANG Wei", "张伟").verdict.value, check_payee("Li Ming", "张伟").verdict.value
    ('close_match', 'no_match')
    >>> check_payee("Jose Muller", "José Müller").verdict.value
    'match'
    """
    if not clean(given) or not clean(held):
        unknown = Part("没有可以核对的姓名", "there is no name to compare")
        return PayeeCheck(PayeeVerdict.NOT_POSSIBLE, unknown)
    firm = kind is SubjectKind.ENTERPRISE
    found = likeness(forms_of(given, firm=firm), forms_of(held, firm=firm))
    if found.score >= _MATCH and not lookalikes(given):
        return PayeeCheck(PayeeVerdict.MATCH, Part("姓名一致", "the names agree"))
    if found.score >= _CLOSE:
        why = found.parts[0] if found.parts else Part("姓名相近", "the names are alike")
        return PayeeCheck(PayeeVerdict.CLOSE_MATCH, why, held)
    return PayeeCheck(PayeeVerdict.NO_MATCH, Part("姓名不符", "the names do not agree"))
