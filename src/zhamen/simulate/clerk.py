"""Everything customers do that moves no money: logins, payees, limits, openings, changes, reports."""

from dataclasses import dataclass
from typing import Literal

from zhamen.events.model import AccountOpened, FraudReported, LimitChanged, Login, PayeeAdded, ProfileChanged
from zhamen.events.parts import Session
from zhamen.simulate.agenda import Agenda
from zhamen.simulate.people import NOBODY
from zhamen.simulate.teller import Means, Payment, Teller
from zhamen.simulate.world import World

__all__ = ["Clerk", "usual_session"]

_CALM = 500_000


def usual_session(number: str, noise: int, started_at: object) -> Session:
    """Give the session of somebody at ease.

    Small signals are read from `noise` (below a million): 6 in 1,000 are on the telephone, 3 in 10,000
    share the screen, one in 20 pastes an account number or shows the face.
    """
    return Session(
        id=number,
        started_at=started_at,  # type: ignore[arg-type]
        new_device=False,
        screen_sharing=6_000 <= noise < 6_300,
        remote_control=False,
        active_call=noise < 6_000,
        call_forwarding=6_300 <= noise < 6_500,
        emulator=9_000 <= noise < 9_050,
        proxy=7_000 <= noise < 8_000,
        pasted_account=10_000 <= noise < 60_000,
        face_checks=1 if noise % 20 == 0 else 0,
        face_check_failures=1 if noise % 400 == 0 else 0,
        password_failures=1 if noise % 37 == 0 else 0,
    )


@dataclass(slots=True)
class Clerk:
    """Writes the events without money."""

    world: World
    agenda: Agenda
    teller: Teller

    def login(self, account: int, noise: int = _CALM) -> Login:
        """Sign the owner of `account` in with the own device; one attempt in 211 fails."""
        owner = self.world.accounts.owners[account]
        event_id = self.teller.next_id("L")
        session = usual_session(event_id, noise, self.agenda.now.instant)
        succeeded = noise % 211 != 0
        if succeeded:
            self.world.sessions[owner] = session
        return self.login_with(account, Means(self.world.devices[owner], session), succeeded=succeeded)

    def login_with(self, account: int, means: Means, *, succeeded: bool = True) -> Login:
        """Sign in with other means than usual; the owner's own session stays as it is."""
        accounts = self.world.accounts
        return Login(
            event_id=self.teller.next_id("L"),
            occurred_at=self.agenda.now.instant,
            channel="mobile",
            device=means.device,
            session=means.session,
            account=accounts.show(account),
            customer=accounts.parties[account],
            succeeded=succeeded,
        )

    def add_payee(self, account: int, creditor: int, means: Means) -> PayeeAdded:
        """Register `creditor` as a payee."""
        accounts = self.world.accounts
        return PayeeAdded(
            event_id=self.teller.next_id("P"),
            occurred_at=self.agenda.now.instant,
            channel="mobile",
            device=means.device,
            session=means.session,
            account=accounts.show(account),
            creditor_account=accounts.show(creditor),
            customer=accounts.parties[account],
            creditor=accounts.parties[creditor],
        )

    def change_limit(self, account: int, old_minor: int, new_minor: int, means: Means) -> LimitChanged:
        """Set the daily limit of `account`."""
        accounts = self.world.accounts
        return LimitChanged(
            event_id=self.teller.next_id("M"),
            occurred_at=self.agenda.now.instant,
            channel="mobile",
            device=means.device,
            session=means.session,
            account=accounts.show(account),
            old_limit_minor=old_minor,
            new_limit_minor=new_minor,
            currency="CNY",
            customer=accounts.parties[account],
        )

    def change_profile(
        self, account: int, changed: Literal["phone", "device", "password"], means: Means
    ) -> ProfileChanged:
        """Note that contact data, credentials or the bound device changed."""
        accounts = self.world.accounts
        return ProfileChanged(
            event_id=self.teller.next_id("G"),
            occurred_at=self.agenda.now.instant,
            channel="mobile",
            device=means.device,
            session=means.session,
            account=accounts.show(account),
            changed=changed,
            customer=accounts.parties[account],
        )

    def open_account(self, customer: int, outlet: int, companion: str | None = None) -> AccountOpened:
        """Open the first account of a newcomer at the counter of `outlet`; from now on he is lively."""
        world, event_id = self.world, self.teller.next_id("O")
        tellers = world.organisation.tellers[outlet]
        world.accounts.opened[customer] = self.agenda.now.instant
        world.people.activity[customer] = 0.6
        world.people.outlet[customer] = outlet
        world.accounts.homes[customer] = world.organisation.outlets[outlet].code
        return AccountOpened(
            event_id=event_id,
            occurred_at=self.agenda.now.instant,
            channel="counter",
            outlet=world.organisation.outlets[outlet].code,
            operator=tellers[customer % len(tellers)],
            account=world.accounts.show(customer),
            customer=world.accounts.parties[customer],
            companion=companion,
        )

    def report(self, payment: Payment, scam_kind: str) -> FraudReported:
        """Report a payment to a mule as what it was."""
        accounts = self.world.accounts
        home = accounts.owners[payment.debtor]
        outlet = (
            None if home == NOBODY else self.world.organisation.outlets[self.world.people.outlet[home]].code
        )
        return FraudReported(
            event_id=self.teller.next_id("F"),
            occurred_at=self.agenda.now.instant,
            outlet=outlet,
            creditor_account=accounts.show(payment.creditor),
            debtor_account=accounts.show(payment.debtor),
            transfer_event_id=payment.event_id,
            amount_minor=payment.amount,
            currency="CNY",
            label="confirmed_fraud",
            fraud_type="payer_manipulated",
            scam_kind=scam_kind,
        )
