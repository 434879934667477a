"""杀猪盘: a friend from the net, an investment that always wins, weeks of growing payments."""

from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import DAY, HOUR
from zhamen.simulate.dice import chance, pick
from zhamen.simulate.orders import Note, Way
from zhamen.simulate.scams.victim import Victim
from zhamen.simulate.stage import Plot
from zhamen.simulate.truth import Role

__all__ = ["romance"]


def romance(victim: Victim) -> Script:
    """Play it: a trial that can be drawn out again, then every few days more."""
    dice, stage = victim.dice, victim.stage
    stake = int(dice.integers(5, 20)) * 10_000
    for payment in range(int(dice.integers(4, 10))):
        yield from victim.sign_in()
        payee = victim.ring.front()
        if chance(dice, 0.5):
            yield from victim.add_payee(payee)
        yield from victim.pay(payee, stake, Note.INVESTMENT)
        if victim.over:
            break
        if payment == 0:
            yield victim.wait(DAY, 2 * DAY)
            source = pick(dice, stage.world.outsiders.persons)
            back = stage.order(source, victim.account, int(stake * 1.15), way=Way.PEER_BANK)
            yield from stage.pay(back, Plot(Role.BAIT, victim.kind, victim.ring.name, victim.case))
        stake = int(stake * dice.uniform(1.4, 2.6))
        if chance(dice, 0.2):
            yield from victim.fetch(stake, Note.DEPOSIT if chance(dice, 0.5) else Note.LOAN)
        yield victim.wait(12 * HOUR, 4 * DAY)
    yield from victim.report(0.4, 72)
