"""A text becomes an identifier: of a kind that is known, or of every kind that it may be."""

import re
from collections.abc import Callable
from typing import Final

from zhamen.core.errors import InvalidIdentifier
from zhamen.screening.identifiers.banking import account, card, is_iban, merchant
from zhamen.screening.identifiers.network import device, ip, url
from zhamen.screening.identifiers.parties import enterprise, is_usual, person
from zhamen.screening.identifiers.phones import phone, says_phone
from zhamen.screening.identifiers.wallets import wallet
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["identify", "is_name", "recognise"]

_READERS: Final[dict[SubjectKind, Callable[[str], Identifier]]] = {
    SubjectKind.PERSON: person,
    SubjectKind.ENTERPRISE: enterprise,
    SubjectKind.ACCOUNT: account,
    SubjectKind.CARD: card,
    SubjectKind.PHONE: phone,
    SubjectKind.DEVICE: device,
    SubjectKind.IP: ip,
    SubjectKind.URL: url,
    SubjectKind.WALLET: wallet,
    SubjectKind.MERCHANT: merchant,
}
_CHECKED: Final = (SubjectKind.WALLET, SubjectKind.ENTERPRISE, SubjectKind.CARD, SubjectKind.IP)
_LIKELIEST_FIRST: Final = (
    *_CHECKED,
    SubjectKind.PERSON,
    SubjectKind.PHONE,
    SubjectKind.URL,
    SubjectKind.ACCOUNT,
    SubjectKind.MERCHANT,
    SubjectKind.DEVICE,
)
_NONE: Final = 3
_CHINESE: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_INITIALS: Final = 2
"""So many letters at most stand alone in a number, as the H of a permit."""


def identify(kind: SubjectKind, text: str) -> Identifier:
    """Give the identifier that a text writes, whatever its spaces, dashes and width.

    Raises
    ------
    InvalidIdentifier
        The text is none of this kind, or a check digit is wrong. The message shows it masked.

    Examples
    --------
    >>> identify(SubjectKind.PHONE, "138 0013-8000").canonical
    '+8613800138000'
    >>> identify(SubjectKind.URL, "hxxps://WWW.Bad-Bank[.]example/login/").canonical
    'bad-bank.example/login'
    >>> identify(SubjectKind.CARD, "4111 1111 1111 1112")
    Traceback (most recent call last):
    zhamen.core.errors.InvalidIdentifier: card 4111****1112 fails its check digit; compare it with the card
    """
    try:
        return _READERS[kind](text)
    except InvalidIdentifier:
        raise
    except Exception as error:  # of a library: what it cannot read is no identifier, and nothing stops for it
        raise InvalidIdentifier(f"this cannot be read as {kind} ({type(error).__name__}); check it") from None


def recognise(text: str) -> tuple[Identifier, ...]:
    """Give every identifier that a text may be, the likeliest first; none when it can be nothing.

    Kinds with check digits come first. Digits that only might be a phone or a travel document come after
    accounts. A device is told only when nothing else fits: any text may be one.

    Examples
    --------
    >>> [found.kind.value for found in recognise("13800138000")]
    ['phone', 'account']
    >>> [found.kind.value for found in recognise("192.0.2.7")]
    ['ip', 'url']
    >>> [found.kind.value for found in recognise("12345678")]
    ['account', 'person']
    """
    found: list[Identifier] = []
    for kind in _LIKELIEST_FIRST:
        if kind is SubjectKind.DEVICE and found:
            continue
        try:
            found.append(identify(kind, text))
        except InvalidIdentifier:
            continue
    doubts = [(_doubt(one, text), one) for one in found]
    return tuple(one for doubt, one in sorted(doubts, key=lambda each: each[0]) if doubt < _NONE)


def is_name(text: str) -> bool:
    """Tell whether a text is the name of a person or a firm, and no number or address.

    A name may hold digits and points: with Chinese characters it is one unless it is an address, and
    in Latin letters when it is none of the kinds, or has a word without digits as numbers have not.

    Examples
    --------
    >>> [is_name(text) for text in ("58同城有限公司", "Acme Co., Ltd.", "J. Smith", "3M Company")]
    [True, True, True, True]
    >>> [is_name(text) for text in ("E12345678", "GB82 WEST 1234 5698 7654 32", "中国银行.example", "D-77")]
    [False, False, False, False]
    """
    if not any(map(str.isalpha, text)) or any(mark in text for mark in "/:@_"):
        return False
    if not any(character.isdigit() or character == "." for character in text):
        return True
    found = [one for one in recognise(text) if one.kind is not SubjectKind.DEVICE]
    if _CHINESE.search(text):
        return not found
    words = text.split()
    if not found:
        return len(words) > 1
    if found[0].kind in _CHECKED or is_iban(found[0].canonical):
        return False
    return len(words) > 1 and any(word.isalpha() and len(word) > _INITIALS for word in words)


def _doubt(found: Identifier, text: str) -> int:
    """Give 0 to 2 for what is sure, likely, and unlikely; and `_NONE` for what is none."""
    if is_iban(found.canonical):
        return 0
    if found.kind is SubjectKind.PHONE:
        return {True: 1, None: 2, False: _NONE}[says_phone(text)]
    if found.kind is SubjectKind.PERSON and not is_usual(found) and ":" not in text:
        return 2
    return 1
