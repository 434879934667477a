"""冒充客服退款: a caller who knows the order, a meeting app that shows the screen, a loan to 'cancel'."""

from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import MINUTE
from zhamen.simulate.dice import chance
from zhamen.simulate.orders import Note
from zhamen.simulate.scams.victim import Victim

__all__ = ["fake_refund"]


def fake_refund(victim: Victim) -> Script:
    """Play it: screen shared, face shown again and again, a loan taken up and sent on with the rest."""
    dice = victim.dice
    yield from victim.sign_in(
        active_call=chance(dice, 0.9),
        screen_sharing=chance(dice, 0.85),
        call_forwarding=chance(dice, 0.3),
        face_checks=int(dice.integers(2, 6)),
        face_check_failures=int(dice.integers(0, 2)),
    )
    if chance(dice, 0.45):
        yield from victim.fetch(int(dice.uniform(1, 5) * 1_000_000), Note.LOAN)
    for _ in range(int(dice.integers(1, 5))):
        yield from victim.pay(victim.ring.front(), max(int(victim.wealth * dice.uniform(0.3, 0.9)), 50_000))
        if victim.over:
            break
        yield victim.wait(2 * MINUTE, 12 * MINUTE)
    yield from victim.report(0.75, 3)
