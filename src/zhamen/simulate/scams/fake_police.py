"""冒充公检法: a voice of the law, a screen that is shared, and savings that must go to a safe account."""

from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import MINUTE
from zhamen.simulate.dice import chance
from zhamen.simulate.orders import Note
from zhamen.simulate.scams.victim import Victim

__all__ = ["fake_police"]


def fake_police(victim: Victim) -> Script:
    """Play it: on the telephone all the time, the limit lifted, deposits broken, all gone in an hour."""
    ring, dice = victim.ring, victim.dice
    signals = {"active_call": True, "screen_sharing": chance(dice, 0.7), "remote_control": chance(dice, 0.25)}
    yield from victim.sign_in(**signals, face_checks=int(dice.integers(1, 5)))
    yield from victim.raise_limit(5_000, 200_000)
    if chance(dice, 0.4):
        yield from victim.raise_limit(200_000, 500_000)
    if chance(dice, 0.5):
        yield from victim.fetch(int(victim.wealth * dice.uniform(0.5, 3.0)) + 2_000_000, Note.DEPOSIT)
    for _ in range(int(dice.integers(2, 6))):
        payee = ring.front()
        yield from victim.add_payee(payee)
        yield from victim.pay(payee, max(int(victim.wealth * dice.uniform(0.4, 0.95)), 100_000))
        if victim.over:
            break
        yield victim.wait(3 * MINUTE, 20 * MINUTE)
    yield from victim.report(0.7, 8)
