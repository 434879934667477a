"""Payments: the one place where money moves, and the events that say so."""

from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import Literal, NamedTuple

from zhamen.core.instants import Micros
from zhamen.events.model import AccountCredited, AnyEvent, CashWithdrawal, Transfer, TransferSettled
from zhamen.events.parts import Device, Session
from zhamen.simulate.agenda import Agenda
from zhamen.simulate.clock import DAY, MINUTE
from zhamen.simulate.orders import CHANNELS, Note, Order, Way
from zhamen.simulate.world import World

__all__ = ["Means", "Payment", "Status", "Teller"]


class Status(Enum):
    """Where a payment is in its life."""

    UNDER_WAY = auto()
    SETTLED = auto()
    STOPPED = auto()


class Means(NamedTuple):
    """With what, and where, somebody acts."""

    device: Device | None = None
    session: Session | None = None
    outlet: str | None = None
    operator: str | None = None


class Payment:
    """A transfer or a withdrawal that was asked for; a transfer's money arrives on settlement."""

    __slots__ = ("amount", "creditor", "debtor", "event_id", "in_cash", "on_arrival", "status", "teller")

    def __init__(self, teller: "Teller", event_id: str, debtor: int, creditor: int, amount: int) -> None:
        self.teller = teller
        self.event_id = event_id
        self.debtor = debtor
        self.creditor = creditor
        self.amount = amount
        self.in_cash = False
        self.status = Status.UNDER_WAY
        self.on_arrival: Callable[[Payment], None] | None = None

    def wake(self, agenda: Agenda) -> Iterator[AnyEvent]:  # noqa: ARG002  # an entry's shape
        """Settle; cash that was counted out makes no further event."""
        if self.in_cash:
            self.teller.arrive(self)
        else:
            yield self.teller.settle(self)


class Teller:
    """Carries out orders against balances; nobody pays more than there is.

    A debtor's balance falls when the order is taken, the creditor's rises when the transfer
    settles. What is in between is under way.
    """

    def __init__(self, world: World, agenda: Agenda) -> None:
        self.world = world
        self.agenda = agenda
        self.under_way: dict[str, Payment] = {}
        self._serial = 0
        self._units = [unit.code for unit in world.organisation.outlets]
        self._homes = world.people.outlet.tolist()

    def next_id(self, letter: str) -> str:
        """Give an event id that was never given before."""
        self._serial += 1
        return f"{letter}{self._serial:010d}"

    def transfer(self, order: Order, means: Means | None = None) -> tuple[Transfer, Payment] | None:
        """Take an order to move money; None when the debtor does not have it.

        `means` defaults to the customer's own device and home outlet, as the channel has it.
        """
        accounts = self.world.accounts
        debtor, creditor, amount = order.debtor, order.creditor, order.amount
        if amount < 0:
            amount = accounts.balances[debtor] * -amount // 1000
        if amount <= 0 or not accounts.covers(debtor, amount):
            return None
        outgoing, incoming = accounts.agents[creditor], accounts.agents[debtor]
        with_, agenda = means or self._usual(order), self.agenda
        event = Transfer(
            event_id=self.next_id("T"),
            occurred_at=agenda.now.instant,
            channel=CHANNELS[order.way],
            outlet=with_.outlet,
            operator=with_.operator,
            device=with_.device,
            session=with_.session,
            debtor_account=accounts.show(debtor),
            creditor_account=accounts.show(creditor),
            amount_minor=amount,
            currency="CNY",
            debtor=accounts.parties[debtor],
            debtor_agent=incoming,
            creditor=accounts.parties[creditor],
            creditor_agent=outgoing,
            customer_side="creditor" if incoming else "debtor" if outgoing else "both",
            speed=_speed(order.delay),
            remittance_info=_WORDS[order.note],
        )
        payment = Payment(self, event.event_id, debtor, creditor, amount)
        accounts.balances[debtor] -= amount
        self.under_way[event.event_id] = payment
        agenda.enter(agenda.now.at + order.delay, payment)
        return event, payment

    def settle(self, payment: Payment) -> TransferSettled:
        """End a transfer and say how."""
        accounts = self.world.accounts
        event = TransferSettled(
            event_id=self.next_id("S"),
            occurred_at=self.agenda.now.instant,
            transfer_event_id=payment.event_id,
            debtor_account=accounts.show(payment.debtor),
            creditor_account=accounts.show(payment.creditor),
            amount_minor=payment.amount,
            currency="CNY",
            settlement="declined" if payment.status is Status.STOPPED else "settled",
        )
        self.arrive(payment)
        return event

    def arrive(self, payment: Payment) -> None:
        """Let the money arrive, or come back when it was stopped."""
        del self.under_way[payment.event_id]
        balances = self.world.accounts.balances
        if payment.status is Status.STOPPED:
            balances[payment.debtor] += payment.amount
            return
        balances[payment.creditor] += payment.amount
        payment.status = Status.SETTLED
        if payment.on_arrival is not None:
            payment.on_arrival(payment)

    def withdraw(self, order: Order, means: Means | None = None) -> tuple[CashWithdrawal, Payment] | None:
        """Pay out cash; None when the debtor does not have it. The notes are out when the delay is over."""
        accounts = self.world.accounts
        if order.amount <= 0 or not accounts.covers(order.debtor, order.amount):
            return None
        with_ = means or self._usual(order)
        event = CashWithdrawal(
            event_id=self.next_id("W"),
            occurred_at=self.agenda.now.instant,
            channel=CHANNELS[order.way],
            outlet=with_.outlet,
            operator=with_.operator,
            debtor_account=accounts.show(order.debtor),
            amount_minor=order.amount,
            currency="CNY",
            debtor=accounts.parties[order.debtor],
            terminal=f"ATM-{with_.outlet}-{order.noise % 3 + 1}" if order.way == Way.ATM else None,
        )
        accounts.balances[order.debtor] -= order.amount
        payment = Payment(self, event.event_id, order.debtor, order.creditor, order.amount)
        payment.in_cash = True
        self.under_way[event.event_id] = payment
        self.agenda.enter(self.agenda.now.at + order.delay, payment)
        return event, payment

    def credit(self, order: Order) -> AccountCredited:
        """Book money from one of the bank's own accounts to a customer."""
        accounts = self.world.accounts
        event = AccountCredited(
            event_id=self.next_id("C"),
            occurred_at=self.agenda.now.instant,
            account=accounts.show(order.creditor),
            amount_minor=order.amount,
            currency="CNY",
            credit_source=_SOURCES[Note(order.note)],
            customer=accounts.parties[order.creditor],
        )
        accounts.balances[order.debtor] -= order.amount
        accounts.balances[order.creditor] += order.amount
        return event

    def stopped(self, event_id: str) -> bool:
        """Stop a payment that is under way; False when it is not (settled, or never asked for)."""
        payment = self.under_way.get(event_id)
        if payment is None:
            return False
        payment.status = Status.STOPPED
        return True

    def _usual(self, order: Order) -> Means:
        owner = self.world.accounts.owners[order.debtor]
        if owner < 0 or order.way in (Way.POS, Way.PEER_BANK):
            return _NOTHING
        if order.way in (Way.MOBILE, Way.ONLINE):
            return Means(self.world.devices[owner], self.world.sessions[owner])
        return self.at_outlet(self._homes[owner], order)

    def at_outlet(self, outlet: int, order: Order) -> Means:
        """Give the means of who comes to an outlet: its counter, or its machine."""
        if order.way != Way.COUNTER:
            return Means(outlet=self._units[outlet])
        tellers = self.world.organisation.tellers[outlet]
        return Means(outlet=self._units[outlet], operator=tellers[order.noise % len(tellers)])


_NOTHING = Means()
_WORDS = tuple(note.words for note in Note)
_SOURCES: dict[Note, Literal["cash", "salary", "loan", "deposit_broken", "interest", "refund"]] = {
    Note.CASH: "cash",
    Note.SALARY: "salary",
    Note.LOAN: "loan",
    Note.DEPOSIT: "deposit_broken",
    Note.REFUND: "refund",
}


def _speed(delay: Micros) -> Literal["real_time", "ordinary", "next_day"]:
    return "real_time" if delay < MINUTE else "ordinary" if delay < DAY else "next_day"
