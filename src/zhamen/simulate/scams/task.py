"""刷单返利: small tasks that pay, then larger ones whose return is always one more payment away."""

from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import DAY, HOUR, MINUTE
from zhamen.simulate.dice import chance, pick
from zhamen.simulate.orders import Note, Way
from zhamen.simulate.scams.victim import Victim
from zhamen.simulate.stage import Plot
from zhamen.simulate.truth import Role

__all__ = ["task"]


def task(victim: Victim) -> Script:
    """Play it: bait returned with a commission, then linked orders that grow by half or more each."""
    dice, stage = victim.dice, victim.stage
    stake = int(dice.integers(1, 4)) * 10_000
    for _ in range(int(dice.integers(1, 4))):
        yield from victim.sign_in(pasted_account=True)
        yield from victim.pay(victim.ring.front(), stake)
        if victim.over:
            return
        yield victim.wait(20 * MINUTE, 2 * HOUR)
        source = pick(dice, stage.world.outsiders.persons)
        back = stage.order(source, victim.account, int(stake * 1.2), way=Way.PEER_BANK, note=Note.TRANSFER)
        yield from stage.pay(back, Plot(Role.BAIT, victim.kind, victim.ring.name, victim.case))
        stake *= 2
        yield victim.wait(3 * HOUR, DAY)
    yield from victim.sign_in(pasted_account=True, screen_sharing=chance(dice, 0.2))
    for order in range(int(dice.integers(3, 8))):
        if order == 2 and chance(dice, 0.4):
            yield from victim.fetch(int(dice.uniform(1, 6) * 1_000_000), Note.LOAN)
        stake = int(stake * dice.uniform(1.5, 2.4))
        yield from victim.pay(victim.ring.front(), max(stake, 200_000))
        if victim.over:
            break
        yield victim.wait(4 * MINUTE, 40 * MINUTE)
    yield from victim.report(0.6, 10)
