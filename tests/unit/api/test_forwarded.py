"""Behind a proxy: who asks is whom a trusted proxy names, and nobody chooses an address."""

import asyncio
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.api.forwarded import Forwarded, forwarded_for
from zhamen.api.server import server_config
from zhamen.core.errors import InvalidSetting
from zhamen.settings import read_settings

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


@pytest.mark.parametrize(
    ("peer", "said", "asks"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.7 ,10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7,", "10.0.0.1"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("::ffff:10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8:1::5", "[2001:db8:9::7]:443", "2001:db8:9::7"),
        ("2001:db8:2::5", "2001:db8:9::7", "2001:db8:2::5"),
        ("unix", "198.51.100.7", "unix"),
    ],
)
def test_the_last_address_that_no_trusted_proxy_vouches_for_asks(peer: str, said: str, asks: str) -> None:
    assert forwarded_for(peer, said, PROXIES) == asks


_ADDRESS = st.sampled_from(["10.0.0.1", "10.9.9.9", "198.51.100.7", "2001:db8:1::5", "2001:db8:9::7"])


@given(st.lists(_ADDRESS), _ADDRESS, st.text(max_size=40), st.lists(_ADDRESS, max_size=3))
@settings(max_examples=300, deadline=None)
def test_what_is_written_before_the_own_address_changes_nothing(
    chain: list[str], peer: str, forged: str, more: list[str]
) -> None:
    """The oracle walks the chain as it was travelled: from the peer back to the first that is no proxy."""
    travelled = [peer, *chain]
    outside = [one for one in travelled if not any(ip_address(one) in network for network in PROXIES)]
    said = ", ".join(reversed(chain))
    if outside:
        assert forwarded_for(peer, said, PROXIES) == outside[0]
        assert forwarded_for(peer, f"{forged}, {', '.join(more)}, {said}", PROXIES) in (outside[0], peer)
        assert forwarded_for(peer, f"{forged},{said}" if said else "", PROXIES) == outside[0]
    else:
        assert forwarded_for(peer, said, PROXIES) == travelled[-1]


@pytest.mark.parametrize(("peer", "seen"), [("10.0.0.1", "198.51.100.7"), ("203.0.113.9", "203.0.113.9")])
def test_an_application_is_told_who_asks(peer: str, seen: str) -> None:
    told = []

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
        told.append(scope["client"][0])

    headers = [(b"x-forwarded-for", b"192.0.2.66"), (b"x-forwarded-for", b"198.51.100.7")]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    asyncio.run(Forwarded(app, PROXIES)(scope, None, None))  # type: ignore[arg-type]
    assert told == [seen]


def test_the_server_trusts_the_proxies_of_its_settings_and_no_others(make_desk: Any) -> None:
    desk = make_desk()
    trusting = read_settings({}, {"trusted_proxies": "10.0.0.5 2001:db8::/32"})
    assert isinstance(server_config(trusting, desk.app).app, Forwarded)
    assert server_config(read_settings({}, {}), desk.app).app is desk.app


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("proxy.example", "proxy.example"),
        ("10.0.0.1/8", "10.0.0.1/8"),
        ("0.0.0.0/0", "anybody"),
        ("::/0", "anybody"),
    ],
)
def test_proxies_that_cannot_be_trusted_are_a_wrong_setting(written: str, told: str) -> None:
    with pytest.raises(InvalidSetting, match=told):
        read_settings({}, {"trusted_proxies": written})


def test_the_public_behind_a_proxy_are_many_households(make_desk: Any) -> None:
    desk = make_desk()
    app = Forwarded(desk.app, PROXIES)

    async def ask(address: str) -> int:
        statuses: list[int] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async def receive() -> Any:
            return {"type": "http.request", "body": b'{"prefix": 1}', "more_body": False}

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/public/tags",
            "raw_path": b"/v1/public/tags",
            "query_string": b"",
            "client": ("10.0.0.1", 1),
            "headers": [(b"content-type", b"application/json"), (b"x-forwarded-for", address.encode())],
        }
        await app(scope, receive, send)
        return statuses[0]

    async def talk() -> tuple[list[int], int]:
        return [await ask("198.51.100.7") for _ in range(31)], await ask("198.51.100.8")

    one, other = desk.runner.run(talk())
    assert (one[29], one[30], other) == (200, 429, 200)
