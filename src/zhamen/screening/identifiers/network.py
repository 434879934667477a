"""Addresses of the network: hosts and pages, IP addresses and their networks; and devices."""

import ipaddress
import re
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import idna

from zhamen.screening.identifiers.fold import fold, masked_middle, refuse
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["device", "ip", "url"]

_DEFANGED: Final = re.compile(r"\[(\.|dot|:)\]|\((\.|dot)\)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(?:[a-z][a-z0-9+.\-]*:)?//", re.IGNORECASE)
_PLAIN_HOST: Final = re.compile(r"(?:(?!..--)[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+(?!..--)[a-z]{2,63}")
"""What most lists write; its ASCII form is itself."""
_LONGEST_DEVICE: Final = 128
_LONGEST_HOST: Final = 253
_SHOWN: Final = 40
_DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
"""The full stops that people who write Chinese may type in an address (RFC 3490, section 3.1)."""
_LONGEST_MASK: Final = 300
_TAIL: Final = 40


def url(text: str) -> Identifier:
    """Give a page or a host: ``host`` or ``host/path``, the host in its ASCII form (UTS 46, RFC 5891).

    Scheme, user, port, query, fragment, the last dot and a leading ``www.`` are dropped; so are the
    brackets that make a harmful address unclickable (``hxxp://bad[.]example``). Addresses are public
    and shown whole, but for the middle of very long ones.
    """
    folded = fold(SubjectKind.URL, text)
    plain = folded.lower()
    if len(plain) <= _LONGEST_HOST and _PLAIN_HOST.fullmatch(plain):
        plain = _without_www(plain)
        return Identifier(SubjectKind.URL, plain, plain)
    folded = _refanged(folded)
    typed = Identifier(SubjectKind.URL, folded, masked_middle(folded[:_SHOWN], 3, 2))
    if any(character.isspace() for character in folded):
        raise refuse(typed, "holds a space; give one address")
    start = folded if _SCHEME.match(folded) else f"//{folded}"
    try:
        parts = urlsplit(start)
        name, path = parts.hostname or "", parts.path
    except ValueError:
        raise refuse(typed, "cannot be read; give host/path") from None
    host = _host(name)
    if host is None:
        raise refuse(typed, "names no host; give one such as example.com")
    canonical = f"{host}{_path(path)}"
    shown = canonical
    if len(canonical) > _LONGEST_MASK:
        shown = f"{canonical[: _LONGEST_MASK - _TAIL - 1]}…{canonical[-_TAIL:]}"
    return Identifier(SubjectKind.URL, canonical, shown)


def _refanged(text: str) -> str:
    return _DEFANGED.sub(lambda found: ":" if found[1] == ":" else ".", text)


def _host(name: str) -> str | None:
    name = name.translate(_DOTS).strip(".")
    try:
        return ipaddress.ip_address(name).compressed
    except ValueError:
        pass
    try:
        host = idna.encode(name, uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        host = name.lower() if re.fullmatch(r"[a-z0-9_\-]+(\.[a-z0-9_\-]+)+", name.lower()) else ""
    host = _without_www(host)
    return host if "." in host and len(host) <= _LONGEST_HOST else None


def _without_www(host: str) -> str:
    while host.startswith("www.") and host.count(".") > 1:
        host = host.removeprefix("www.")
    return host


def _path(path: str) -> str:
    """Give a path with only those percent signs that it needs, so that all spellings are one."""
    while (plain := unquote(path)) != path:
        path = plain
    return quote(re.sub(r"/{2,}", "/", path).rstrip("/"))


def ip(text: str) -> Identifier:
    """Give an address or a network of IPv4 or IPv6, shortened (RFC 5952); IPv4 within IPv6 is IPv4."""
    folded = _refanged(fold(SubjectKind.IP, text))
    try:
        network = ipaddress.ip_network(folded, strict=False)
    except ValueError:
        typed = Identifier(SubjectKind.IP, folded, masked_middle(folded[:_SHOWN], 3, 2))
        raise refuse(typed, "is no address or network; give 192.0.2.1 or 192.0.2.0/24") from None
    mapped = network.network_address.ipv4_mapped if network.version == 6 else None
    if mapped is not None and network.prefixlen >= 96:
        network = ipaddress.ip_network((mapped, network.prefixlen - 96), strict=False)
    if network.prefixlen < network.max_prefixlen:
        return Identifier(SubjectKind.IP, network.compressed, network.compressed)
    address = network.network_address.compressed
    shown = address[: max(address.rfind("."), address.rfind(":")) + 1]
    return Identifier(SubjectKind.IP, address, f"{shown}*")


def device(text: str) -> Identifier:
    """Give a device's identity, as the channel writes it: at most 128 printable characters, case kept."""
    canonical = fold(SubjectKind.DEVICE, text)
    found = Identifier(SubjectKind.DEVICE, canonical, masked_middle(canonical, 3, 3))
    if len(canonical) > _LONGEST_DEVICE or any(character.isspace() for character in canonical):
        raise refuse(found, "is not 1 to 128 characters without spaces; give it as the channel sends it")
    return found
