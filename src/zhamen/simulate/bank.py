"""The bank, day by day: habits planned at once for everybody, stories woven in, events in order of time."""

from collections.abc import Iterator
from typing import Final

from zhamen.events.model import AnyEvent
from zhamen.simulate.agenda import Agenda, Script
from zhamen.simulate.casting import cast_scams
from zhamen.simulate.clerk import Clerk
from zhamen.simulate.clock import HOUR, Now, Today
from zhamen.simulate.config import LEAD_DAYS, BankConfig
from zhamen.simulate.dice import stream
from zhamen.simulate.founding import found_world
from zhamen.simulate.gambling import open_dens
from zhamen.simulate.habits import HABITS
from zhamen.simulate.lookalikes import cast_lookalikes
from zhamen.simulate.orders import Act, Order, by_time
from zhamen.simulate.stage import Plot, Stage
from zhamen.simulate.teller import Teller
from zhamen.simulate.truth import Looks, Role, TruthBook

__all__ = ["Bank"]


class Bank:
    """A synthetic bank; the same configuration gives the same events.

    Parameters
    ----------
    config
        Its size, period, seed and troubles.

    Notes
    -----
    Everything happens in one pass in order of time, so memory grows with the customers and not with
    the days. ``truth`` holds what the payments given so far truly are; take it while streaming.

    Examples
    --------
    >>> bank = Bank(BankConfig(customers=300, days=1, seed=7))
    >>> events = list(bank.events())
    >>> events == sorted(events, key=lambda event: event.occurred_at)
    True
    """

    def __init__(self, config: BankConfig) -> None:
        self.config: Final = config
        self.world: Final = found_world(config)
        self.truth: Final = TruthBook()
        agenda = Agenda(Now(self.world.calendar.today(-LEAD_DAYS).midnight))
        self._agenda: Final = agenda
        self._teller: Final = Teller(self.world, agenda)
        self._clerk: Final = Clerk(self.world, agenda, self._teller)
        self._habits: Final = {name: make(self.world) for name, make in HABITS.items()}
        self._stage: Final = Stage(
            self.world, agenda, self._teller, self._clerk, self.truth, stream(config.seed, "stage")
        )

    def events(self) -> Iterator[AnyEvent]:
        """Give the events of the period, oldest first. Call it once.

        Stories begin up to a month before the period; what they do until then is not given.
        """
        cast_scams(self.config, self._stage)
        open_dens(self.config, self._stage)
        cast_lookalikes(self.config, self._stage)
        self._agenda.tell(self._arrivals())
        for _ in self._agenda.until(self.world.calendar.start - 1):
            pass
        self.truth.take()
        for number in range(self.config.days):
            yield from self._day(self.world.calendar.today(number))

    def stopped(self, event_id: str) -> bool:
        """Tell the bank that a payment was stopped; call it before the next event is taken.

        The money goes back to the payer, and the story it belongs to takes another turn. False when
        the payment is not under way.
        """
        return self._teller.stopped(event_id)

    def _day(self, today: Today) -> Iterator[AnyEvent]:
        seed, number = self.config.seed, today.number
        plans = (
            plan for name, habit in self._habits.items() for plan in habit(today, stream(seed, name, number))
        )
        for order in by_time(plans, today.midnight, stream(seed, "noise", number)):
            yield from self._agenda.until(order.at)
            self._agenda.now.at = order.at
            yield from self._do(order)
        yield from self._agenda.until(self.world.calendar.today(number + 1).midnight - 1)

    def _do(self, order: Order) -> Iterator[AnyEvent]:
        """Carry out one order of somebody's habits, if there is money for it."""
        if order.act == Act.LOGIN:
            yield self._clerk.login(order.debtor, order.noise)
        elif order.act == Act.CREDIT:
            yield self._teller.credit(order)
        else:
            take = self._teller.transfer if order.act == Act.TRANSFER else self._teller.withdraw
            taken = take(order)
            if taken is not None:
                event, payment = taken
                if order.looks:
                    plot = Plot(Role.INNOCENT, looks_like=Looks(order.looks).label)
                    self._stage.note(event, payment.amount, plot)
                yield event

    def _arrivals(self) -> Script:
        """Let the newcomers that no ring has taken open their accounts, one after the other."""
        dice = stream(self.config.seed, "arrivals")
        waiting = list(self.world.newcomers)
        self.world.newcomers.clear()
        span = (self.config.days + LEAD_DAYS) * 24 * HOUR
        for customer in waiting:
            yield self._agenda.now.at + int(dice.exponential(span / (len(waiting) + 1)))
            outlet = int(self.world.people.outlet[customer])
            yield self._clerk.open_account(customer, outlet)
