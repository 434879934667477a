"""虚假贷款: fees first, then a deposit for a wrong digit, then an unfreezing charge."""

from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import HOUR, MINUTE
from zhamen.simulate.dice import chance
from zhamen.simulate.orders import Note
from zhamen.simulate.scams.victim import Victim

__all__ = ["fake_loan"]


def fake_loan(victim: Victim) -> Script:
    """Play it: two to five payments within a day or two, to different accounts."""
    dice = victim.dice
    fee = int(dice.integers(2, 12)) * 20_000
    for step in range(int(dice.integers(2, 6))):
        yield from victim.sign_in(pasted_account=True, active_call=chance(dice, 0.3))
        note = Note.SURCHARGE if step == 0 else Note.GUARANTEE
        yield from victim.pay(victim.ring.front(), fee, note)
        if victim.over:
            break
        fee = int(fee * dice.uniform(1.2, 2.5))
        yield victim.wait(25 * MINUTE, 10 * HOUR)
    yield from victim.report(0.6, 12)
