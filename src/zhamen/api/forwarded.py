"""Who asks behind a proxy: what proxies that we trust say of whom they forward."""

from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from zhamen.api.call import Receive, Send, WireScope

__all__ = ["Forwarded", "forwarded_for"]

_HEADER: Final = b"x-forwarded-for"
_PORT_UNKNOWN: Final = 0

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


class Forwarded:
    """An application whose caller is the one whom a trusted proxy names, and otherwise the peer itself.

    Parameters
    ----------
    trusted
        The networks of the proxies; one address is a network too.
    """

    def __init__(
        self, app: Callable[[WireScope, Receive, Send], Awaitable[None]], trusted: Iterable[_Network]
    ) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: WireScope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if (client := scope.get("client")) is not None:
            said = b",".join(value for name, value in scope["headers"] if name == _HEADER)
            address = forwarded_for(client[0], said.decode("latin-1"), self._trusted)
            if address != client[0]:
                scope["client"] = (address, _PORT_UNKNOWN)
        await self._app(scope, receive, send)


def forwarded_for(peer: str, said: str, trusted: Iterable[_Network]) -> str:
    """Give the address of who asks: the last that no trusted proxy vouches for.

    Each proxy adds the address that it was asked from to the right, so what stands left of an address
    that is not trusted was written by whoever asks, and is not read. Where all are trusted proxies it
    is the leftmost; what is no address ends the search at the proxy that passed it on.

    Examples
    --------
    >>> from ipaddress import ip_network
    >>> proxies = [ip_network("10.0.0.0/8")]
    >>> forwarded_for("10.0.0.1", "192.0.2.66, 198.51.100.7, 10.0.0.2", proxies)
    '198.51.100.7'
    >>> forwarded_for("203.0.113.9", "192.0.2.66", proxies)
    '203.0.113.9'
    """
    networks = tuple(trusted)
    here = peer
    for each in [*reversed(said.split(","))] if said else ():
        if not _is_in(_address(here), networks) or (before := _address(_without_port(each.strip()))) is None:
            return here
        here = str(before)
    return here


def _is_in(address: _Address | None, networks: Iterable[_Network]) -> bool:
    return address is not None and any(
        address.version == network.version and address in network for network in networks
    )


def _address(text: str) -> _Address | None:
    """Give an address, IPv4 within IPv6 as IPv4."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
