"""A victim under pressure: what they do on the telephone with those who deceive them."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from zhamen.core.instants import Micros, from_micros
from zhamen.simulate.accounts import Internal
from zhamen.simulate.agenda import Script
from zhamen.simulate.clerk import usual_session
from zhamen.simulate.clock import HOUR, MINUTE, SECOND
from zhamen.simulate.dice import Dice, chance, round_money
from zhamen.simulate.orders import Act, Note, Order, Way
from zhamen.simulate.rings import Ring
from zhamen.simulate.stage import Paying, Plot, Stage, paid
from zhamen.simulate.teller import Means, Payment
from zhamen.simulate.truth import Role

__all__ = ["Victim"]

_CALM = 500_000


@dataclass(slots=True)
class Victim:
    """One customer in the hands of one ring; `case` and `kind` name the story.

    ``over`` is set when the victim has understood, or has nothing left.
    """

    stage: Stage
    account: int
    ring: Ring
    case: str
    kind: str
    dice: Dice
    over: bool = False
    lost: list[Payment] = field(default_factory=list)
    _means: Means | None = None

    @property
    def wealth(self) -> int:
        """What is on the account."""
        return self.stage.balance(self.account)

    def wait(self, least: Micros, most: Micros) -> Micros:
        """Give an instant between `least` and `most` from now."""
        return self.stage.now + int(self.dice.integers(least, most))

    def sign_in(self, **signals: bool | int) -> Script:
        """Open the app, with what can be seen of the pressure."""
        number = self.stage.teller.next_id("V")
        calm = usual_session(number, _CALM + int(self.dice.integers(0, 400_000)), from_micros(self.stage.now))
        self._means = self.stage.means(self.account, replace(calm, **signals))
        yield self.stage.clerk.login_with(self.account, self._means)
        yield self.wait(30 * SECOND, 3 * MINUTE)

    def add_payee(self, payee: int) -> Script:
        """Register the account that they were told."""
        yield self.stage.clerk.add_payee(self.account, payee, self._at_hand())
        yield self.wait(20 * SECOND, 2 * MINUTE)

    def raise_limit(self, old_yuan: int, new_yuan: int) -> Script:
        """Lift the daily limit."""
        means = self._at_hand()
        yield self.stage.clerk.change_limit(self.account, old_yuan * 100, new_yuan * 100, means)
        yield self.wait(20 * SECOND, 2 * MINUTE)

    def fetch(self, amount_minor: int, note: Note) -> Script:
        """Break a deposit or take up a loan: money that was not there before."""
        source = Internal.TERM_DEPOSITS if note is Note.DEPOSIT else Internal.LENDING
        bank = self.stage.world.internal(source)
        yield self.stage.teller.credit(
            Order(self.stage.now, Act.CREDIT, bank, self.account, round_money(amount_minor), note=note)
        )
        yield self.wait(2 * MINUTE, 15 * MINUTE)

    def pay(self, payee: int, amount_minor: int, note: Note = Note.NOTHING, way: Way = Way.MOBILE) -> Script:
        """Pay, wait for what happens, and when the bank stops it see reason or try another account."""
        for attempt in range(2):
            payment = yield from self._order(payee, amount_minor, note, way)
            if payment is None:
                self.over = True
                return
            yield self.stage.now + 4 * SECOND
            if paid(payment):
                self.lost.append(payment)
                return
            if attempt or chance(self.dice, 0.6):
                self.over = True
                return
            yield self.wait(10 * MINUTE, 40 * MINUTE)
            payee = self.ring.front()

    def _order(self, payee: int, amount_minor: int, note: Note, way: Way) -> Paying:
        amount = min(round_money(amount_minor), self.wealth // 100 * 100)
        order = self.stage.order(self.account, payee, amount, way=way, note=note)
        plot = Plot(Role.VICTIM, self.kind, self.ring.name, self.case)
        means = self._means if way in (Way.MOBILE, Way.ONLINE) else None
        payment = yield from self.stage.pay(order, plot, means)
        if payment is not None:
            payment.on_arrival = lambda arrived: self.ring.receive(arrived, self.case, self.kind)
        return payment

    def _at_hand(self) -> Means:
        return self._means or self.stage.means(self.account)

    def report(self, share: float, hours: float) -> Script:
        """Come to the bank or the police, in `share` of cases, some `hours` after understanding."""
        if self.lost and chance(self.dice, share):
            yield self.stage.now + int(min(self.dice.lognormal(0, 0.9) * hours, 24 * 20) * HOUR)
            for payment in self.lost:
                yield self.stage.clerk.report(payment, self.kind)
