"""Who plays in which story, and when it begins."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from zhamen.core.instants import Micros
from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import HOUR, MINUTE
from zhamen.simulate.config import LEAD_DAYS, BankConfig
from zhamen.simulate.dice import Dice, chance, pick, round_money, stream
from zhamen.simulate.orders import Note, Way
from zhamen.simulate.people import Segment, Whole
from zhamen.simulate.rings import Ring, Speed, recruit
from zhamen.simulate.scams import SCAMS, Victim
from zhamen.simulate.stage import Plot, Stage
from zhamen.simulate.truth import Role

__all__ = ["cast_scams"]

_MONTH: Final = 30
_CASES_A_RING: Final = 6

_WHO: Final = {
    "fake_police": ((Segment.ELDERLY, Segment.WORKER), 45, 80),
    "task": ((Segment.STUDENT, Segment.WORKER, Segment.MIGRANT), 18, 45),
    "romance": ((Segment.WORKER, Segment.TRADER), 30, 60),
    "fake_refund": ((Segment.STUDENT, Segment.WORKER), 18, 55),
    "fake_loan": ((Segment.MIGRANT, Segment.TRADER, Segment.WORKER), 20, 55),
    "impersonation": ((Segment.ELDERLY, Segment.COMPANY), 0, 89),
}
"""By kind of scam: the segments of its victims, and their ages."""


def cast_scams(config: BankConfig, stage: Stage) -> None:
    """Put every scam of the period on the agenda, with the rings that receive its money."""
    dice = stream(config.seed, "casting")
    cases = list(_cases(config, stage, dice))
    outside = int(dice.poisson(config.outside_victims * _scale(config)))
    if not cases and not outside:
        return
    rings = [
        recruit(number, _speed(config, dice), stage, stream(config.seed, "ring", number))
        for number in range(1, 2 + (len(cases) + outside) // _CASES_A_RING)
    ]
    for number, (kind, begins) in enumerate(cases):
        ring = rings[int(dice.integers(len(rings)))]
        own = stream(config.seed, "case", number)
        account = _choose(kind, stage, own)
        if account is not None:
            victim = Victim(stage, account, ring, f"case-{number:04d}", kind, own)
            stage.agenda.tell(_play(victim), begins)
    for number in range(outside):
        ring = rings[int(dice.integers(len(rings)))]
        own = stream(config.seed, "outside", number)
        story = _outside(stage, ring, f"out-{number:04d}", own)
        stage.agenda.tell(story, _begin(config, stage, own))


def _scale(config: BankConfig) -> float:
    return config.intensity * config.customers / 10_000 * (config.days + LEAD_DAYS) / _MONTH


def _cases(config: BankConfig, stage: Stage, dice: Dice) -> Iterator[tuple[str, Micros]]:
    for kind in SCAMS:
        rate: float = getattr(config.scams, kind)
        for _ in range(int(dice.poisson(rate * _scale(config)))):
            yield kind, _begin(config, stage, dice)


def _begin(config: BankConfig, stage: Stage, dice: Dice) -> Micros:
    days = int(dice.integers(-LEAD_DAYS, config.days))
    return stage.world.calendar.today(days).midnight + int(dice.uniform(8.5, 22) * HOUR)


def _speed(config: BankConfig, dice: Dice) -> Speed:
    shares = [getattr(config.adversaries, speed) for speed in Speed]
    return tuple(Speed)[int(dice.choice(len(shares), p=[share / sum(shares) for share in shares]))]


def _choose(kind: str, stage: Stage, dice: Dice) -> int | None:
    """Give somebody whom this kind of story is told to and who has some money; None when there is nobody."""
    segments, youngest, oldest = _WHO[kind]
    people = stage.world.people
    able: Whole = people.of(*segments)
    fitting = able[(people.age[able] >= youngest) & (people.age[able] <= oldest)].tolist()
    for _ in range(60):
        one = int(dice.choice(fitting)) if fitting else -1
        if one >= 0 and one not in stage.taken and stage.balance(one) >= 200_000:
            stage.taken.add(one)
            return one
    return None


def _play(victim: Victim) -> Script:
    """Tell the story, after the ring has tried its account out in half of the cases."""
    if chance(victim.dice, 0.5):
        yield from victim.ring.probe(victim.ring.front())
        yield victim.wait(30 * MINUTE, 3 * HOUR)
    yield from SCAMS[victim.kind](victim)


def _outside(stage: Stage, ring: Ring, case: str, dice: Dice) -> Script:
    """Have a victim at another bank pay into the ring, once or a few times."""
    debtor = pick(dice, stage.world.outsiders.persons)
    kind = tuple(SCAMS)[int(dice.integers(len(SCAMS)))]
    for _ in range(int(dice.integers(1, 4))):
        amount = round_money(dice.lognormal(14.3, 1.1))
        order = stage.order(debtor, ring.front(), amount, way=Way.PEER_BANK, note=Note.TRANSFER)
        plot = Plot(Role.VICTIM, kind, ring.name, case)
        payment = yield from stage.pay(order, plot)
        if payment is not None:
            payment.on_arrival = partial(ring.receive, case=case, kind=kind)
        yield stage.now + int(dice.integers(5 * MINUTE, 2 * HOUR))
