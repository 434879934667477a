"""Mule rings: recruited accounts in layers, the hands that work them, and the way of the money out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhamen.core.instants import Micros, from_micros
from zhamen.events.parts import Device, Session
from zhamen.simulate.accounts import Internal
from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import DAY, HOUR, MINUTE, SECOND
from zhamen.simulate.dice import Dice, chance
from zhamen.simulate.orders import Note, Way
from zhamen.simulate.people import Segment
from zhamen.simulate.stage import Plot, Stage
from zhamen.simulate.teller import Means, Payment
from zhamen.simulate.truth import Role

__all__ = ["Ring", "Speed", "recruit"]

_CASH_LIMIT: Final = 2_000_000
"""What one account draws from machines in one go, fen."""


class Speed(StrEnum):
    """How a ring moves money."""

    FAST = "fast"
    SLOW = "slow"
    MIXING = "mixing"


@dataclass(slots=True)
class Ring:
    """Mule accounts by layer, worked from a few devices of the ring.

    The money of a victim arrives in the first layer and goes on, split, layer by layer; from the
    last it leaves as cash, goods or to other banks.
    """

    name: str
    speed: Speed
    layers: list[list[int]]
    devices: list[Device]
    stage: Stage
    dice: Dice

    def front(self) -> int:
        """Give the account that the next victim is to pay."""
        return int(self.dice.choice(self.layers[0]))

    def probe(self, account: int) -> Script:
        """Try an account out with a few yuan, some hours before a victim pays."""
        stage = self.stage
        source = int(self.dice.choice(stage.world.outsiders.persons))
        order = stage.order(source, account, int(self.dice.integers(1, 10)) * 100, way=Way.PEER_BANK)
        yield from stage.pay(order, Plot(Role.PROBE, ring=self.name, layer=1))

    def receive(self, payment: Payment, case: str, kind: str) -> None:
        """Go on with what arrived in the first layer."""
        self.stage.agenda.tell(
            self._pass_on(payment.creditor, payment.amount, 1, Plot(Role.MULE, kind, self.name, case))
        )

    def _pass_on(self, account: int, amount: int, layer: int, plot: Plot) -> Script:
        """Wait as the ring does, sign in, and send on what came, split."""
        yield self.stage.now + self._patience()
        means = self._hands(account)
        yield self.stage.clerk.login_with(account, means)
        yield self.stage.now + int(self.dice.integers(20 * SECOND, 3 * MINUTE))
        kept = self.dice.uniform(0.2, 0.5) if self.speed is Speed.MIXING else self.dice.uniform(0.0, 0.05)
        rest = min(int(amount * (1 - kept)), self.stage.balance(account))
        if layer == len(self.layers):
            yield from self._leave(account, rest, layer, plot, means)
            return
        parts = max(1, min(int(self.dice.integers(1, 5)), len(self.layers[layer]), rest // 100_000))
        for part in range(parts):
            piece = rest if part == parts - 1 else int(rest / (parts - part) * self.dice.uniform(0.7, 1.3))
            yield from self._send(account, piece // 100 * 100, layer, plot, means)
            rest -= piece // 100 * 100
            yield self.stage.now + int(self.dice.integers(15 * SECOND, 4 * MINUTE))

    def _send(self, account: int, amount: int, layer: int, plot: Plot, means: Means) -> Script:
        """Send one piece to an account of the next layer, which goes on with it."""
        others = [other for other in self.layers[layer] if other != account]
        to = int(self.dice.choice(others or self.layers[layer]))
        here = Plot(Role.MULE, plot.scam_kind, plot.ring, plot.case, layer)
        payment = yield from self.stage.pay(self.stage.order(account, to, amount), here, means)
        if payment is not None:
            payment.on_arrival = lambda arrived: self.stage.agenda.tell(
                self._pass_on(arrived.creditor, arrived.amount, layer + 1, plot)
            )

    def _leave(self, account: int, amount: int, layer: int, plot: Plot, means: Means) -> Script:
        """Turn the money into cash, goods, or money at another bank."""
        stage, world = self.stage, self.stage.world
        here = Plot(Role.CASH_OUT, plot.scam_kind, plot.ring, plot.case, layer)
        way = self.dice.random()
        if way < 0.45:
            for _ in range(-(-min(amount, _CASH_LIMIT) // 500_000)):
                piece = min(amount, 500_000) // 10_000 * 10_000
                order = stage.order(account, world.internal(Internal.CASH), piece, way=Way.ATM)
                yield from stage.withdraw(order, here)
                amount -= piece
                yield stage.now + int(self.dice.integers(40 * SECOND, 2 * MINUTE))
        outside = world.outsiders.platforms if way > 0.8 else world.outsiders.persons
        if amount >= 10_000:
            order = stage.order(account, int(self.dice.choice(outside)), amount // 100 * 100, note=Note.GOODS)
            yield from stage.pay(order, here, means)

    def _patience(self) -> Micros:
        if self.speed is Speed.SLOW:
            return int(self.dice.uniform(6, 48) * HOUR)
        return int(min(self.dice.lognormal(1.4, 0.8), 90) * MINUTE)

    def _hands(self, account: int) -> Means:
        """Seven in ten times one of the ring's devices; else the telephone that was sold with the account."""
        if not chance(self.dice, 0.7):
            return self.stage.means(account)
        device = self.devices[int(self.dice.integers(len(self.devices)))]
        number = self.stage.teller.next_id("R")
        session = Session(id=number, started_at=from_micros(self.stage.now), new_device=False, proxy=True)
        return Means(device, session)


def recruit(number: int, speed: Speed, stage: Stage, dice: Dice) -> Ring:
    """Buy, rent and open the accounts of a ring.

    A third were opened together by newcomers at one outlet, in company; a third slept until
    they were sold; the rest are rented from people who go on living with them.
    """
    name = f"ring-{number:03d}"
    sizes = [int(dice.integers(2, 5)), *(int(dice.integers(3, 7)) for _ in range(int(dice.integers(1, 5))))]
    layers = [[_mule(stage, dice) for _ in range(size)] for size in sizes]
    devices = [_device(name, at, stage, dice) for at in range(int(dice.integers(2, 5)))]
    ring = Ring(name, speed, layers, devices, stage, dice)
    fresh = [account for layer in layers for account in layer if account in stage.world.newcomers]
    _open_together(ring, fresh)
    for account in (account for layer in layers for account in layer):
        stage.truth.mules[stage.world.accounts.ids[account]] = name
    return ring


def _mule(stage: Stage, dice: Dice) -> int:
    people = stage.world.people
    sort = dice.random()
    if sort < 0.35:
        free = [customer for customer in stage.world.newcomers if customer not in stage.taken]
    elif sort < 0.65:
        sleeping = (people.activity[: people.persons] == 0).nonzero()[0].tolist()
        free = [one for one in sleeping if one not in stage.taken and one not in stage.world.newcomers]
    else:
        free = []
    candidates = free or [
        one
        for one in people.of(Segment.STUDENT, Segment.MIGRANT, Segment.WORKER).tolist()
        if one not in stage.taken
    ]
    chosen = int(dice.choice(candidates))
    stage.taken.add(chosen)
    return chosen


def _device(name: str, at: int, stage: Stage, dice: Dice) -> Device:
    first_seen = stage.now - int(dice.integers(1, 60)) * DAY
    address = int(dice.integers(1, 255))
    return Device(
        id=f"X-{name}-{at}",
        ip=f"45.{address}.10.{at + 1}",
        ip_country="CN",
        first_seen_at=from_micros(first_seen),
    )


def _open_together(ring: Ring, fresh: list[int]) -> None:
    """Have the new accounts opened within a day at one outlet, each in the company of the first."""
    stage, dice = ring.stage, ring.dice
    outlet = int(dice.integers(len(stage.world.organisation.outlets)))
    for at, account in enumerate(fresh):
        stage.world.newcomers.remove(account)
        companion = stage.world.accounts.parties[fresh[0]]
        with_whom = companion.id if companion is not None and at > 0 else None
        opening = stage.now + int(dice.integers(1, 20)) * HOUR + at * 20 * MINUTE
        stage.agenda.tell(_open(stage, account, outlet, with_whom), opening)


def _open(stage: Stage, account: int, outlet: int, companion: str | None) -> Script:
    yield stage.clerk.open_account(account, outlet, companion)
