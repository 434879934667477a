"""What anyone may ask without saying who they are: rates by household, and a proof of work."""

import pytest

from zhamen.core.errors import InputError, QuotaExceeded
from zhamen.services.proofs import Proofs
from zhamen.services.visitors import Allowance, Visitors, household


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_household_may_ask_some_at_once_and_then_one_at_a_time(clock: Clock) -> None:
    visitors = Visitors(Allowance(3, 10), Allowance(100, 1), clock)
    for _ in range(3):
        visitors.take("192.0.2.7")
    with pytest.raises(QuotaExceeded) as refused:
        visitors.take("192.0.2.7")
    assert refused.value.retry_after == pytest.approx(10)
    visitors.take("192.0.2.8")
    clock.now += 10
    visitors.take("192.0.2.7")
    with pytest.raises(QuotaExceeded):
        visitors.take("192.0.2.7")


def test_all_together_have_an_allowance_too(clock: Clock) -> None:
    visitors = Visitors(Allowance(3, 10), Allowance(5, 1), clock)
    for host in range(5):
        visitors.take(f"192.0.2.{host}")
    with pytest.raises(QuotaExceeded, match="too many people"):
        visitors.take("192.0.2.9")


def test_who_is_refused_loses_nothing(clock: Clock) -> None:
    visitors = Visitors(Allowance(1, 10), Allowance(1, 1), clock)
    visitors.take("192.0.2.1")
    for _ in range(9):
        with pytest.raises(QuotaExceeded):
            visitors.take("192.0.2.2")
    clock.now += 1
    visitors.take("192.0.2.2")


def test_addresses_of_one_connection_count_together() -> None:
    assert household("2001:db8::1") == household("2001:db8:0:ff::9")
    assert household("2001:db8::1") != household("2001:db8:0:100::1")
    assert household("no address") == household("") == "unknown"


def test_memory_is_bounded(clock: Clock) -> None:
    visitors = Visitors(Allowance(1, 10), Allowance(1_000_000, 0.001), clock)
    for host in range(100_500):
        visitors.take(f"10.{host >> 16}.{(host >> 8) & 255}.{host & 255}")
    assert len(visitors._buckets) == 100_000


def solved(proofs: Proofs, address: str = "192.0.2.7", nonce: str = "n1") -> tuple[str, str]:
    task = proofs.challenge(address, nonce)
    return task.challenge, next(
        str(n) for n in range(1 << 16) if Proofs.solves(task.challenge, str(n), task.bits)
    )


def test_an_answer_counts_once_and_for_the_household_it_was_set_to(clock: Clock) -> None:
    proofs = Proofs(b"secret", 6, clock)
    challenge, answer = solved(proofs)
    with pytest.raises(InputError, match="another connection"):
        proofs.check(challenge, answer, "192.0.2.8")
    proofs.check(challenge, answer, "192.0.2.7")
    with pytest.raises(InputError, match="used before"):
        proofs.check(challenge, answer, "192.0.2.7")


def test_a_challenge_ends(clock: Clock) -> None:
    proofs = Proofs(b"secret", 4, clock)
    challenge, answer = solved(proofs)
    clock.now += 301
    with pytest.raises(InputError, match="over"):
        proofs.check(challenge, answer, "192.0.2.7")


def test_a_challenge_of_another_server_is_refused(clock: Clock) -> None:
    challenge, answer = solved(Proofs(b"other", 4, clock))
    with pytest.raises(InputError, match="not ours"):
        Proofs(b"secret", 4, clock).check(challenge, answer, "192.0.2.7")


@pytest.mark.parametrize("challenge", ["", ".", "..", "9" * 50, "x.y.z", "²³.n.seal", "1\x00.n.s"])
def test_what_is_no_challenge_is_refused(clock: Clock, challenge: str) -> None:
    with pytest.raises(InputError, match="not ours"):
        Proofs(b"secret", 4, clock).check(challenge, "1", "192.0.2.7")


def test_an_answer_that_solves_nothing_is_refused(clock: Clock) -> None:
    proofs = Proofs(b"secret", 20, clock)
    task = proofs.challenge("192.0.2.7", "n")
    wrong = next(str(n) for n in range(100) if not Proofs.solves(task.challenge, str(n), 20))
    for answer in (wrong, "x" * 65):
        with pytest.raises(InputError, match="20 zero bits"):
            proofs.check(task.challenge, answer, "192.0.2.7")


def test_spent_proofs_are_forgotten_when_they_are_over(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhamen.services.proofs._STATES", 2)
    proofs = Proofs(b"secret", 2, clock)
    for nonce in "ab":
        proofs.check(*solved(proofs, nonce=nonce), "192.0.2.7")
    clock.now += 301
    proofs.check(*solved(proofs, nonce="c"), "192.0.2.7")
    assert len(proofs._spent) == 1
