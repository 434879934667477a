"""Words for outcomes, and what a channel does without a gate."""

import pytest

from zhamen.gate.contents import Pack
from zhamen.gate.decision import Outcome
from zhamen.gate.pack import load_pack


@pytest.fixture(scope="module")
def pack(small: str) -> Pack:
    return load_pack(small)


@pytest.mark.parametrize(
    ("channel", "amount_minor", "outcome"),
    [
        ("counter", 90_000_000, "allow"),
        ("mobile", 5_000_000, "hold"),
        ("mobile", 4_999_999, "warn"),
        (None, 5_000_000, "hold"),
        (None, 1, "warn"),
    ],
)
def test_the_first_line_that_fits_says_what_holds_without_a_gate(
    pack: Pack, channel: str | None, amount_minor: int, outcome: str
) -> None:
    assert pack.policy.fallback(channel, amount_minor) == outcome


def test_words_of_the_typology_come_before_those_of_the_outcome(pack: Pack) -> None:
    words = [pack.policy.advice(Outcome.CHALLENGE, typology) for typology in ("victim", "mule", None)]
    assert [advice and advice.customer.en for advice in words] == ["hang up", "verify", "verify"]


def test_nothing_is_said_of_what_is_allowed(pack: Pack) -> None:
    assert pack.policy.advice(Outcome.ALLOW, "victim") is None
