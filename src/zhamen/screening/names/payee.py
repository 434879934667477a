"""Is the payee who the payer thinks? The check before paying, in the words of the European scheme."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhamen.screening.names.clean import LONGEST, clean, is_han, lookalikes
from zhamen.screening.names.firms import form_of_firm
from zhamen.screening.names.forms import forms_of
from zhamen.screening.names.score import Part, likeness
from zhamen.screening.subjects import SubjectKind

__all__ = ["Disclosure", "PayeeCheck", "PayeeVerdict", "check_payee"]

_MATCH: Final = 97
_CLOSE: Final = 82


class PayeeVerdict(StrEnum):
    """What the payer is told (EPC218-23, Verification of Payee)."""

    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_POSSIBLE = "not_possible"


class Disclosure(StrEnum):
    """How much of the account's name a close match tells."""

    FULL = "full"
    """The name, as the European scheme has it."""
    MASKED = "masked"
    """The first letter of each word; of a Chinese name, the first character."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PayeeCheck:
    """The verdict, why, and on a close match as much of the account's name as may be told.

    ``suggestion`` is empty in every other case: who guesses wrong learns nothing.
    """

    verdict: PayeeVerdict
    reason: Part
    suggestion: str = ""


def check_payee(
    given: str,
    held: str,
    *,
    kind: SubjectKind = SubjectKind.PERSON,
    disclosure: Disclosure = Disclosure.MASKED,
) -> PayeeCheck:
    """Compare the name that the payer gave with the name of the account.

    Names that agree but for case, accents, order of the words, simplified and traditional characters or
    a missing legal form are a match. Latin letters for Chinese characters are a close match, for they
    stand for many names; so are two legal forms, and letters of another alphabet that only look right.

    Parameters
    ----------
    given
        As the payer wrote it; above 300 characters it is not compared.
    held
        As the account has it; empty when that is not known.
    kind
        Whether the account is a person's or a firm's.
    disclosure
        What a close match tells of the name held.

    Examples
    --------
    >>> check_payee("ZHANG Wei", "张伟").verdict.value, check_payee("Li Ming", "张伟").verdict.value
    ('close_match', 'no_match')
    >>> check_payee("Jose Muller", "José Müller").verdict.value
    'match'
    >>> check_payee("Jon Smith", "John Smith").suggestion
    'J*** S****'
    >>> check_payee("Jon Smith", "John Smith", disclosure=Disclosure.FULL).suggestion
    'John Smith'
    """
    if max(len(given), len(held)) > LONGEST:
        return PayeeCheck(
            PayeeVerdict.NOT_POSSIBLE, Part("姓名过长，无法核对", "the name is too long to compare")
        )
    firm = kind is SubjectKind.ENTERPRISE
    one, other = forms_of(given, firm=firm), forms_of(held, firm=firm)
    if not one.forms or not other.forms:
        return PayeeCheck(
            PayeeVerdict.NOT_POSSIBLE, Part("没有可以核对的姓名", "there is no name to compare")
        )
    found = likeness(one, other)
    if found.score < _CLOSE:
        return PayeeCheck(PayeeVerdict.NO_MATCH, Part("姓名不符", "the names do not agree"))
    doubt = _doubt(given, held, firm=firm)
    if found.score >= _MATCH and doubt is None:
        return PayeeCheck(PayeeVerdict.MATCH, Part("姓名一致", "the names agree"))
    reason = doubt or found.parts[0]
    return PayeeCheck(PayeeVerdict.CLOSE_MATCH, reason, _suggest(held, disclosure))


def _doubt(given: str, held: str, *, firm: bool) -> Part | None:
    """Give what keeps two names that agree from being a match."""
    if lookalikes(given) or lookalikes(held):
        return Part("含有形似的其他字母", "it has letters of another alphabet that look alike")
    if not firm:
        return None
    (form, rest), (other_form, other_rest) = form_of_firm(clean(given)), form_of_firm(clean(held))
    if (form and other_form and form != other_form) or rest != other_rest:
        return Part("企业组织形式不同", "another legal form")
    return None


def _suggest(held: str, disclosure: Disclosure) -> str:
    if disclosure is Disclosure.NOTHING:
        return ""
    return held if disclosure is Disclosure.FULL else " ".join(map(_masked, held.split()))


def _masked(word: str) -> str:
    shown = word[0] if len(word) > 1 or is_han(word) else ""
    return shown + "*" * (len(word) - len(shown))
