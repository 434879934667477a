"""The forms under which an identifier may be listed: itself, its networks, its host and the domains above."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network
from typing import Final

from zhamen.screening.identifiers.suffixes import PUBLIC_SUFFIXES
from zhamen.screening.screen import Form
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["FORMED", "forms_of", "same_number", "span_of"]

FORMED: Final = frozenset({SubjectKind.IP, SubjectKind.URL})
"""The kinds that may be listed under other forms than themselves."""
_V6: Final = 100
_MIXED_UP: Final = {SubjectKind.ACCOUNT: SubjectKind.CARD, SubjectKind.CARD: SubjectKind.ACCOUNT}


def span_of(identifier: Identifier) -> int:
    """Give how many bits a network fixes: n for IPv4, 100 + n for IPv6; 0 for everything else.

    Examples
    --------
    >>> from zhamen.screening.identifiers.identify import identify
    >>> [span_of(identify(SubjectKind.IP, text)) for text in ("192.0.2.0/24", "2001:db8::/32", "192.0.2.7")]
    [24, 132, 0]
    """
    if identifier.kind is not SubjectKind.IP or "/" not in identifier.canonical:
        return 0
    network = ip_network(identifier.canonical)
    return network.prefixlen + (_V6 if network.version == 6 else 0)


def forms_of(identifier: Identifier, spans: Iterable[int]) -> Iterator[tuple[Form, Identifier]]:
    """Give every form of an identifier, the nearest first.

    A domain of one label and a public suffix are no form: a list that names ``com`` or ``com.cn`` says
    nothing about a host below.

    Parameters
    ----------
    spans
        Of the networks that are listed at all; no other is worth asking for.

    Examples
    --------
    >>> from zhamen.screening.identifiers.identify import identify
    >>> page = identify(SubjectKind.URL, "https://pay.bad-bank.example/login")
    >>> [(form.value, one.canonical) for form, one in forms_of(page, ())]  # doctest: +NORMALIZE_WHITESPACE
    [('exact', 'pay.bad-bank.example/login'), ('host', 'pay.bad-bank.example'),
     ('parent_domain', 'bad-bank.example')]
    >>> [one.canonical for _, one in forms_of(identify(SubjectKind.URL, "pay.bank.com.cn"), ())]
    ['pay.bank.com.cn', 'bank.com.cn']
    >>> address = identify(SubjectKind.IP, "192.0.2.7")
    >>> [one.canonical for _, one in forms_of(address, (16, 24, 132))]
    ['192.0.2.7', '192.0.2.0/24', '192.0.0.0/16']
    """
    yield Form.EXACT, identifier
    if identifier.kind is SubjectKind.URL:
        yield from _above(identifier.canonical)
    elif identifier.kind is SubjectKind.IP:
        yield from _around(identifier.canonical, spans)


def same_number(identifier: Identifier) -> tuple[Identifier, ...]:
    """Give an identifier and, of an account or a card, the same number as the other: lists mix them up.

    Examples
    --------
    >>> from zhamen.screening.identifiers.identify import identify
    >>> [str(one.kind) for one in same_number(identify(SubjectKind.CARD, "4111111111111111"))]
    ['card', 'account']
    >>> [str(one.kind) for one in same_number(identify(SubjectKind.PHONE, "13800138000"))]
    ['phone']
    """
    other = _MIXED_UP.get(identifier.kind)
    if other is None:
        return (identifier,)
    return identifier, Identifier(other, identifier.canonical, identifier.masked)


def _above(page: str) -> Iterator[tuple[Form, Identifier]]:
    host, slash, _ = page.partition("/")
    if slash:
        yield Form.HOST, Identifier(SubjectKind.URL, host, host)
    if _is_address(host):
        return
    parent = host.partition(".")[2]
    while "." in parent and parent not in PUBLIC_SUFFIXES:
        yield Form.PARENT_DOMAIN, Identifier(SubjectKind.URL, parent, parent)
        parent = parent.partition(".")[2]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _around(canonical: str, spans: Iterable[int]) -> Iterator[tuple[Form, Identifier]]:
    inner = ip_network(canonical)
    base = _V6 if inner.version == 6 else 0
    lengths = [span - base for span in spans if (span > _V6) == (inner.version == 6)]
    for length in sorted((one for one in lengths if one < inner.prefixlen), reverse=True):
        text = inner.supernet(new_prefix=length).compressed
        yield Form.NETWORK, Identifier(SubjectKind.IP, text, text)
