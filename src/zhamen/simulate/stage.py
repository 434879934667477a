"""What stories are played on: the bank's people and accounts, and how to pay and say what it truly was."""

from collections.abc import Generator
from dataclasses import dataclass, field

from zhamen.core.instants import Micros
from zhamen.events.model import AnyEvent
from zhamen.events.parts import Session
from zhamen.simulate.agenda import Agenda, Step
from zhamen.simulate.clerk import Clerk
from zhamen.simulate.clock import SECOND
from zhamen.simulate.dice import Dice
from zhamen.simulate.orders import Act, Note, Order, Way
from zhamen.simulate.teller import Means, Payment, Status, Teller
from zhamen.simulate.truth import Role, Truth, TruthBook
from zhamen.simulate.world import World

__all__ = ["Paying", "Plot", "Stage", "paid"]

Paying = Generator[Step, None, Payment | None]
"""A part of a story that ends with a payment, or with None when there was no money for it."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Which story a payment belongs to; `layer` counts from 1 at the first mule."""

    role: Role
    scam_kind: str | None = None
    ring: str | None = None
    case: str | None = None
    layer: int = 0
    looks_like: str | None = None


@dataclass(slots=True)
class Stage:
    """The bank as stories see it. A story keeps its own dice, so that it is the same whoever else plays."""

    world: World
    agenda: Agenda
    teller: Teller
    clerk: Clerk
    truth: TruthBook
    dice: Dice
    taken: set[int] = field(default_factory=set)
    """Customers who have a part in some story."""

    @property
    def now(self) -> Micros:
        """The instant the bank has reached."""
        return self.agenda.now.at

    def means(self, account: int, session: Session | None = None) -> Means:
        """Give the owner's own device, with `session` or the last one."""
        owner = self.world.accounts.owners[account]
        return Means(self.world.devices[owner], session or self.world.sessions[owner])

    def pay(self, order: Order, plot: Plot, means: Means | None = None) -> Paying:
        """Order a transfer and write down its truth."""
        taken = self.teller.transfer(order, means)
        if taken is None:
            return None
        event, payment = taken
        self.note(event, payment.amount, plot)
        yield event
        return payment

    def withdraw(self, order: Order, plot: Plot, means: Means | None = None) -> Paying:
        """Order cash and write down its truth."""
        taken = self.teller.withdraw(order, means)
        if taken is None:
            return None
        event, payment = taken
        self.note(event, payment.amount, plot)
        yield event
        return payment

    def note(self, event: AnyEvent, amount_minor: int, plot: Plot) -> None:
        """Write down what a payment truly is."""
        self.truth.write(
            Truth(
                event_id=event.event_id,
                role=plot.role,
                amount_minor=amount_minor,
                scam_kind=plot.scam_kind,
                ring=plot.ring,
                case=plot.case,
                layer=plot.layer,
                looks_like=plot.looks_like,
            )
        )

    def order(
        self,
        debtor: int,
        creditor: int,
        amount_minor: int,
        *,
        way: Way = Way.MOBILE,
        note: Note = Note.NOTHING,
    ) -> Order:
        """Write an order for now, by real-time transfer."""
        act = Act.WITHDRAWAL if way is Way.ATM else Act.TRANSFER
        noise = int(self.dice.integers(0, 1_000_000))
        return Order(self.now, act, debtor, creditor, amount_minor, way, note, 0, 2 * SECOND, noise)

    def balance(self, account: int) -> int:
        """Give what the account holds."""
        return self.world.accounts.balances[account]


def paid(payment: Payment | None) -> bool:
    """Say whether the money arrived."""
    return payment is not None and payment.status is Status.SETTLED
