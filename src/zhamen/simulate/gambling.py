"""Gambling dens: accounts that take round sums from many at all hours and settle upwards."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from zhamen.core.instants import from_micros
from zhamen.events.parts import Device, Session
from zhamen.simulate.agenda import Script
from zhamen.simulate.clock import AT_NIGHT, HOUR, Today, moments
from zhamen.simulate.config import LEAD_DAYS, BankConfig
from zhamen.simulate.dice import Dice, chance, stream
from zhamen.simulate.orders import Note, Way
from zhamen.simulate.people import Segment
from zhamen.simulate.stage import Plot, Stage
from zhamen.simulate.teller import Means
from zhamen.simulate.truth import Role

__all__ = ["open_dens"]

_STAKES: Final = np.array([5_000, 10_000, 20_000, 30_000, 50_000, 100_000, 200_000, 500_000])
_ABROAD: Final = (("PH", "112.198"), ("KH", "203.144"), ("MM", "37.111"))


@dataclass(slots=True)
class Den:
    """An operator's account, the collector above it, and the players who know it."""

    name: str
    account: int
    collector: int
    players: list[int]
    device: Device
    stage: Stage
    dice: Dice

    def open_every_day(self, days: int) -> Script:
        """Take stakes day and night, pay some winnings, settle twice a day."""
        for number in range(-LEAD_DAYS, days):
            today = self.stage.world.calendar.today(number)
            for at, act in self._plan(today):
                if at > self.stage.now:
                    yield at
                yield from act

    def _plan(self, today: Today) -> list[tuple[int, Script]]:
        dice = self.dice
        coming = [player for player in self.players if chance(dice, 0.35)]
        players = dice.permutation(np.repeat(np.array(coming, np.int64), dice.poisson(1.6, len(coming))))
        hours = moments(dice, AT_NIGHT, len(players)) + today.midnight
        acts = [(int(at), self._stake(int(who))) for at, who in zip(hours, players, strict=True)]
        acts += [
            (int(at) + 40 * 60_000_000, self._win(int(who)))
            for at, who in zip(hours, players, strict=True)
            if chance(dice, 0.12)
        ]
        acts += [(today.midnight + hour * HOUR, self._settle()) for hour in (4, 16)]
        return sorted(acts, key=lambda act: act[0])

    def _stake(self, player: int) -> Script:
        way = Way.PEER_BANK if self.stage.world.accounts.agents[player] else Way.MOBILE
        order = self.stage.order(
            player, self.account, int(self.dice.choice(_STAKES)), way=way, note=Note.TOP_UP
        )
        yield from self.stage.pay(order, Plot(Role.GAMBLER, ring=self.name))

    def _win(self, player: int) -> Script:
        order = self.stage.order(self.account, player, int(self.dice.choice(_STAKES)) * 2)
        yield from self.stage.pay(order, Plot(Role.OPERATOR, ring=self.name, layer=1), self._abroad())

    def _settle(self) -> Script:
        amount = int(self.stage.balance(self.account) * self.dice.uniform(0.85, 0.98)) // 10_000 * 10_000
        if amount > 0:
            order = self.stage.order(self.account, self.collector, amount)
            yield from self.stage.pay(order, Plot(Role.OPERATOR, ring=self.name, layer=1), self._abroad())

    def _abroad(self) -> Means:
        number = self.stage.teller.next_id("R")
        started = from_micros(self.stage.now)
        return Means(self.device, Session(id=number, started_at=started, new_device=False, proxy=False))


def open_dens(config: BankConfig, stage: Stage) -> None:
    """Open the dens of the period; each has its players here and as many at other banks."""
    dice = stream(config.seed, "dens")
    scale = config.customers / 10_000 * config.intensity
    count = int(dice.poisson(config.gambling_operators * scale))
    gamblers = round(config.gamblers * config.customers / 10_000)
    for number in range(1, count + 1):
        own = stream(config.seed, "den", number)
        account, collector = _hire(stage, own), _hire(stage, own)
        adults = stage.world.people.of(Segment.WORKER, Segment.MIGRANT, Segment.TRADER)
        here = [one for one in own.choice(adults, max(3, gamblers)).tolist() if one not in stage.taken]
        elsewhere = own.choice(stage.world.outsiders.persons, max(3, gamblers)).tolist()
        country, net = _ABROAD[number % len(_ABROAD)]
        device = Device(id=f"X-den-{number}", ip=f"{net}.7.{number % 250}", ip_country=country)
        name = f"den-{number:03d}"
        for mule in (account, collector):
            stage.truth.mules[stage.world.accounts.ids[mule]] = name
        den = Den(name, account, collector, [*here, *elsewhere], device, stage, own)
        stage.agenda.tell(den.open_every_day(config.days))


def _hire(stage: Stage, dice: Dice) -> int:
    people = stage.world.people
    free = [one for one in people.of(Segment.MIGRANT, Segment.STUDENT).tolist() if one not in stage.taken]
    chosen = int(dice.choice(free))
    stage.taken.add(chosen)
    return chosen
