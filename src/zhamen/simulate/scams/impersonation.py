"""冒充领导、亲友: a boss in a chat group who is in a hurry, a grandchild in trouble."""

from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import MINUTE
from zhamen.simulate.dice import chance
from zhamen.simulate.orders import Note, Way
from zhamen.simulate.people import Segment
from zhamen.simulate.scams.victim import Victim

__all__ = ["impersonation"]


def impersonation(victim: Victim) -> Script:
    """Play it: a company pays a new account online; an old person goes to the counter."""
    dice, people = victim.dice, victim.stage.world.people
    segment = people.segment[victim.stage.world.accounts.owners[victim.account]]
    way = Way.ONLINE if segment == Segment.COMPANY else Way.COUNTER if chance(dice, 0.5) else Way.MOBILE
    payee = victim.ring.front()
    if way is not Way.COUNTER:
        yield from victim.sign_in(active_call=chance(dice, 0.4))
        yield from victim.add_payee(payee)
    for _ in range(int(dice.integers(1, 4))):
        share = dice.uniform(0.15, 0.7)
        yield from victim.pay(payee, max(int(victim.wealth * share), 300_000), Note.BORROWED, way)
        if victim.over:
            break
        yield victim.wait(8 * MINUTE, 60 * MINUTE)
    yield from victim.report(0.8, 5)
