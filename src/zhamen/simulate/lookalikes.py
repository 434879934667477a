"""Innocent stories that look like scams from where the bank stands, told to people of their own."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from msgspec.structs import replace

from zhamen.core.instants import from_micros
from zhamen.simulate.accounts import Internal
from zhamen.simulate.agenda import Script
from zhamen.simulate.clerk import usual_session
from zhamen.simulate.clock import DAY, HOUR, MINUTE, SECOND
from zhamen.simulate.config import BankConfig
from zhamen.simulate.dice import Dice, chance, pick, round_money, stream
from zhamen.simulate.orders import Act, Note, Order, Way
from zhamen.simulate.people import Segment
from zhamen.simulate.stage import Plot, Stage
from zhamen.simulate.teller import Means
from zhamen.simulate.truth import Looks, Role

__all__ = ["cast_lookalikes"]

Story = Callable[[Stage, int, Dice], Script]

_MONTH: Final = 30
_CALM: Final = 500_000


def cast_lookalikes(config: BankConfig, stage: Stage) -> None:
    """Put the innocent stories of the period on the agenda."""
    for kind, (story, segments) in _STORIES.items():
        dice = stream(config.seed, f"like {kind}")
        rate: float = getattr(config.lookalikes, kind)
        candidates = stage.world.people.of(*segments)
        for _ in range(int(dice.poisson(rate * config.customers / 10_000 * config.days / _MONTH))):
            who = pick(dice, candidates)
            if who in stage.taken:
                continue
            today = stage.world.calendar.today(int(dice.integers(0, config.days)))
            stage.agenda.tell(story(stage, who, dice), today.midnight + int(dice.uniform(9, 20) * HOUR))


def _plot(looks: Looks) -> Plot:
    return Plot(Role.INNOCENT, looks_like=looks.label)


def _sign_in(stage: Stage, who: int, **signals: bool | int) -> Means:
    number = stage.teller.next_id("V")
    session = usual_session(number, _CALM, from_micros(stage.now))
    return stage.means(who, replace(session, **signals))


def _lend(stage: Stage, who: int, amount_minor: int, note: Note) -> Script:
    source = Internal.TERM_DEPOSITS if note is Note.DEPOSIT else Internal.LENDING
    bank = stage.world.internal(source)
    yield stage.teller.credit(Order(stage.now, Act.CREDIT, bank, who, amount_minor, note=note))
    yield stage.now + 2 * HOUR


def _wedding(stage: Stage, who: int, dice: Dice) -> Script:
    """Be given lucky sums by thirty to ninety guests within a day."""
    guests = dice.choice(stage.world.people.of(Segment.WORKER, Segment.TRADER), int(dice.integers(30, 90)))
    for guest in guests.tolist():
        gift = int(dice.choice(np.array([20_000, 50_000, 60_000, 80_000, 100_000, 168_800])))
        if guest not in stage.taken and guest != who:
            yield from stage.pay(stage.order(guest, who, gift, note=Note.GIFT), _plot(Looks.WEDDING))
        yield stage.now + int(dice.integers(MINUTE, 15 * MINUTE))


def _house_purchase(stage: Stage, who: int, dice: Dice) -> Script:
    """Break a deposit and pay nearly everything to a developer never paid before."""
    yield from _lend(stage, who, round_money(dice.lognormal(17.2, 0.5)), Note.DEPOSIT)
    means = _sign_in(stage, who, face_checks=1)
    yield stage.clerk.login_with(who, means)
    yield stage.clerk.change_limit(who, 500_000, 200_000_000, means)
    yield stage.now + 5 * MINUTE
    firm = pick(dice, stage.world.outsiders.firms)
    amount = round_money(stage.balance(who) * dice.uniform(0.8, 0.95))
    order = stage.order(who, firm, min(amount, stage.balance(who)), note=Note.HOUSE)
    yield from stage.pay(order, _plot(Looks.HOUSE_PURCHASE), means)


def _car_loan(stage: Stage, who: int, dice: Dice) -> Script:
    """Draw a loan and send it on to the dealer."""
    amount = round_money(dice.lognormal(16.2, 0.3))
    yield from _lend(stage, who, amount, Note.LOAN)
    order = stage.order(who, pick(dice, stage.world.outsiders.firms), amount, note=Note.CAR)
    yield from stage.pay(order, _plot(Looks.CAR_LOAN), _sign_in(stage, who))


def _grandchild_gift(stage: Stage, who: int, dice: Dice) -> Script:
    """Give a large sum to a grandchild for the first time, often at the counter."""
    young = pick(dice, stage.world.people.of(Segment.STUDENT))
    amount = round_money(stage.balance(who) * dice.uniform(0.2, 0.6))
    way = Way.COUNTER if chance(dice, 0.7) else Way.MOBILE
    if young != who and amount >= 100_000:
        yield from stage.pay(
            stage.order(who, young, amount, way=way, note=Note.GIFT), _plot(Looks.GRANDCHILD_GIFT)
        )


def _screen_shared_help(stage: Stage, who: int, dice: Dice) -> Script:
    """Be helped by a child from far away, with the screen shared, to pay somebody known."""
    means = _sign_in(stage, who, screen_sharing=True, active_call=chance(dice, 0.8))
    yield stage.clerk.login_with(who, means)
    yield stage.now + 3 * MINUTE
    known = pick(dice, stage.world.contacts[who])
    amount = round_money(dice.lognormal(10.8, 0.8))
    if known != who:
        yield from stage.pay(stage.order(who, known, amount), _plot(Looks.SCREEN_SHARED_HELP), means)


def _travel_abroad(stage: Stage, who: int, dice: Dice) -> Script:
    """Pay from foreign addresses for some days."""
    country = ("TH", "JP", "SG", "PH")[int(dice.integers(4))]
    at_home = stage.world.devices[who]
    away = replace(at_home, ip=f"171.96.{dice.integers(255)}.{dice.integers(255)}", ip_country=country)
    stage.world.devices[who] = away
    for _ in range(int(dice.integers(3, 9))):
        means = _sign_in(stage, who)
        shop = pick(dice, stage.world.outsiders.platforms)
        order = stage.order(who, shop, round_money(dice.lognormal(10.2, 0.8)), note=Note.SHOPPING)
        yield from stage.pay(order, _plot(Looks.TRAVEL_ABROAD), means)
        yield stage.now + int(dice.uniform(5, 30) * HOUR)
    stage.world.devices[who] = at_home


def _new_phone(stage: Stage, who: int, dice: Dice) -> Script:
    """Bind a new telephone and go on paying with it."""
    owned = stage.world.devices[who]
    fresh = replace(owned, id=f"{owned.id}n{stage.now // DAY}", first_seen_at=from_micros(stage.now))
    stage.world.devices[who] = fresh
    means = _sign_in(stage, who, new_device=True, face_checks=1)
    yield stage.clerk.change_profile(who, "device", means)
    yield stage.now + 30 * SECOND
    yield stage.clerk.login_with(who, means)
    yield stage.now + 10 * MINUTE
    known = pick(dice, stage.world.contacts[who])
    amount = round_money(dice.lognormal(10.5, 1.0))
    if known != who:
        yield from stage.pay(stage.order(who, known, amount), _plot(Looks.NEW_PHONE), means)


_ADULTS: Final = (Segment.WORKER, Segment.TRADER, Segment.MIGRANT)
_STORIES: Final[Mapping[str, tuple[Story, tuple[Segment, ...]]]] = {
    "wedding": (_wedding, (Segment.WORKER,)),
    "house_purchase": (_house_purchase, (Segment.WORKER, Segment.TRADER)),
    "car_loan": (_car_loan, (Segment.WORKER, Segment.TRADER)),
    "grandchild_gift": (_grandchild_gift, (Segment.ELDERLY,)),
    "screen_shared_help": (_screen_shared_help, (Segment.ELDERLY, Segment.WORKER)),
    "travel_abroad": (_travel_abroad, (Segment.WORKER, Segment.TRADER)),
    "new_phone": (_new_phone, (*_ADULTS, Segment.STUDENT, Segment.ELDERLY)),
}
"""By the name of its rate in `LookalikeRates`: the story, and who may live it."""
