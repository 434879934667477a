"""Payments of a synthetic bank as the mule score sees them: values of each side, and the truth.

Every payment is posted, followed and linked one by one, in the order of time, as the gate does it.
The synthetic bank lets no two customers share anything, so `Town` adds what innocent people share:
homes with one network and one address, tablets, offices. Without it a cluster would be proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from zhamen.networks.typologies.live import Typologies
from zhamen.networks.typologies.names import TYPOLOGY_NAMES

from zhamen.core.identifiers import identity
from zhamen.core.instants import to_micros
from zhamen.events.model import (
    AccountCredited,
    AccountOpened,
    CashWithdrawal,
    Event,
    FraudReported,
    Login,
    Transfer,
)
from zhamen.events.parts import Account, Party
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.live import Links
from zhamen.simulate import Bank, BankConfig, Role, Truth

__all__ = ["CREDITOR", "DEBTOR", "NAMES", "Days", "Town", "live_through"]

DEBTOR, CREDITOR = 0, 1
_ROLES: Final = ("debtor_account", "creditor_account")
NAMES: Final = (*TYPOLOGY_NAMES, *(f"{role}_{name}" for role in _ROLES for name in CLUSTER_NAMES))

_DAY: Final = 86_400_000_000
_BUDGET: Final = 1 << 28
_KINDS: Final = {
    "person": AccountKind.PERSON,
    "enterprise": AccountKind.ENTERPRISE,
    "merchant": AccountKind.MERCHANT,
    "internal": AccountKind.CLEARING,
    None: AccountKind.UNKNOWN,
}
_SCORED: Final = ("person", "enterprise")
_SIDES: Final = {"debtor": EdgeKind.EXIT, "creditor": EdgeKind.ENTRY, "both": EdgeKind.TRANSFER}


@dataclass(frozen=True)
class Town:
    """Who lives and works where, by customer; drawn once for each bank."""

    customers: int
    seed: int

    def things_of(self, customer: str) -> list[tuple[LinkKind, int]]:
        """Give what a customer shares: a home of 2.6 persons, for one in five its tablet, an office of 30."""
        drawn = identity(customer, self.seed)
        home = drawn % max(1, self.customers * 10 // 26)
        things = [(LinkKind.IP, identity(f"home {home}")), (LinkKind.ADDRESS, identity(f"home {home}"))]
        if drawn >> 20 & 1023 < 205:
            things.append((LinkKind.DEVICE, identity(f"tablet {home}")))
        if drawn >> 30 & 1023 < 400:
            things.append((LinkKind.IP, identity(f"office {(drawn >> 40) % max(1, self.customers // 75)}")))
        return things


@dataclass(frozen=True)
class Days:
    """Payments in order of time; arrays of one length, `values` with the columns of `NAMES`."""

    at: npt.NDArray[np.int64]
    debtor: npt.NDArray[np.int64]
    """Identity of an account of ours; -1 for another's, and for cash."""
    creditor: npt.NDArray[np.int64]
    scored: npt.NDArray[np.bool_]
    """For each side, whether it is an account of ours that is scored at all."""
    truth: tuple[Truth | None, ...]
    values: npt.NDArray[np.float32]
    mules: Mapping[int, str]
    """Every account that a ring or a gambling den used, and which."""
    reported_at: Mapping[int, int]
    """When an account was first reported."""

    @property
    def illicit(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """For each side, whether the payment is one in which its account does a mule's work."""
        roles = [None if each is None else each.role for each in self.truth]
        paying = np.array([role in (Role.MULE, Role.CASH_OUT) for role in roles])
        receiving = np.array([role in (Role.VICTIM, Role.MULE, Role.PROBE) for role in roles])
        mine = [
            np.array([self.of_ring(one) for one in side.tolist()]) for side in (self.debtor, self.creditor)
        ]
        return paying & mine[DEBTOR], receiving & mine[CREDITOR]

    def of_ring(self, account: int) -> bool:
        """Whether an account is a mule ring's."""
        return self.mules.get(account, "").startswith("ring")


class _Desk:
    """Networks of one bank, as far as the score needs them."""

    def __init__(self, town: Town) -> None:
        self.town, self.known = town, set[int]()
        self.reported_at: dict[int, int] = {}
        self.graph = TransferGraph(_BUDGET)
        self.typologies = Typologies(self.graph, budget_bytes=_BUDGET)
        self.links = Links(budget_bytes=_BUDGET)
        self.day = 0

    def see(self, event: Event) -> None:
        """Take what an event tells of accounts, without its money."""
        at = to_micros(event.occurred_at)
        if at // _DAY > self.day:
            self.day = at // _DAY
            self.links.rebuild(at)
        match event:
            case Transfer(debtor_account=account, debtor=party) if event.customer_side != "creditor":
                self._seen(event, account, party, at)
            case Login(account=account, customer=party):
                self._seen(event, account, party, at)
            case AccountOpened(account=account, customer=party):
                self._opened(event, account, party, at)
            case FraudReported(creditor_account=account, label="confirmed_fraud"):
                self.links.reported(identity(account.id), at)
                self.reported_at.setdefault(identity(account.id), at)
            case _:
                self.links.advance(at)

    def _seen(self, event: Event, account: Account, party: Party | None, at: int) -> None:
        things = [] if party is None or party.id is None else [(LinkKind.ID_NUMBER, identity(party.id))]
        if event.device is not None and event.device.id is not None:
            things.append((LinkKind.DEVICE, identity(event.device.id)))
        if event.device is not None and event.device.ip is not None:
            things.append((LinkKind.IP, identity(event.device.ip)))
        known = identity(account.id)
        if known not in self.known and party is not None and party.id is not None:
            self.known.add(known)
            things += self.town.things_of(party.id)
        self.links.note_all(known, things, at)

    def _opened(self, event: AccountOpened, account: Account, party: Party | None, at: int) -> None:
        things = [(LinkKind.COMPANION, identity(event.companion))] if event.companion else []
        if party is not None and party.id is not None:
            things += [(LinkKind.ID_NUMBER, identity(party.id)), (LinkKind.COMPANION, identity(party.id))]
        if event.outlet is not None:
            things.append((LinkKind.OUTLET, identity(event.outlet)))
        self.links.opened(identity(account.id), at)
        self.links.note_all(identity(account.id), things, at)

    def enrol(self, account: Account, *, ours: bool) -> int:
        """Let the graph know an account; give its identity."""
        known = identity(account.id)
        number = self.graph.enrol(known, _KINDS[account.kind] if ours else AccountKind.EXTERNAL)
        if account.opened_at is not None:
            self.typologies.opened(number, to_micros(account.opened_at))
        return known

    def post(self, event: Transfer | CashWithdrawal | AccountCredited) -> tuple[int, int]:
        """Post what an event moves; give the accounts of ours that pay and receive."""
        match event:
            case Transfer():
                kind = _SIDES[event.customer_side or "both"]
                debtor = self.enrol(event.debtor_account, ours=kind is not EdgeKind.ENTRY)
                creditor = self.enrol(event.creditor_account, ours=kind is not EdgeKind.EXIT)
                own = event.debtor is not None and event.creditor is not None and event.debtor.id is not None
                same = own and event.debtor.id == event.creditor.id  # type: ignore[union-attr]
            case CashWithdrawal():
                kind, same = EdgeKind.CASH_OUT, False
                debtor, creditor = self.enrol(event.debtor_account, ours=True), -1
            case AccountCredited():
                kind, same = EdgeKind.CASH_IN, False
                debtor, creditor = -1, self.enrol(event.account, ours=True)
        self.graph.append(
            Posting(
                posted_at=to_micros(event.occurred_at),
                kind=kind,
                amount_minor=event.amount_minor,
                debtor=None if debtor < 0 else debtor,
                creditor=None if creditor < 0 else creditor,
                same_owner=same,
            )
        )
        self.typologies.follow()
        return -1 if kind is EdgeKind.ENTRY else debtor, -1 if kind is EdgeKind.EXIT else creditor

    def values(self, debtor: int, creditor: int) -> list[float]:
        """Give all that is told of the newest payment, as `NAMES`."""
        return [
            *self.typologies.values(),
            *self.links.values(max(debtor, 0)),
            *self.links.values(max(creditor, 0)),
        ]


def live_through(config: BankConfig) -> Days:
    """Take every event of a bank and keep what was told of each payment."""
    bank, desk = Bank(config), _Desk(Town(config.customers, config.seed))
    truths: dict[str, Truth] = {}
    rows: list[tuple[str, int, int, int, tuple[bool, bool]]] = []
    values: list[npt.NDArray[np.float32]] = []
    for event in bank.events():
        desk.see(event)
        if not isinstance(event, Transfer | CashWithdrawal | AccountCredited):
            continue
        debtor, creditor = desk.post(event)
        if not isinstance(event, AccountCredited):
            rows.append((event.event_id, to_micros(event.occurred_at), debtor, creditor, _scored(event)))
            values.append(np.array(desk.values(debtor, creditor), np.float32))
            truths.update((truth.event_id, truth) for truth in bank.truth.take())
    truths.update((truth.event_id, truth) for truth in bank.truth.take())
    ids, at, debtors, creditors, scored = zip(*rows, strict=True)
    return Days(
        at=np.array(at),
        debtor=np.array(debtors),
        creditor=np.array(creditors),
        scored=np.array(scored).T,
        truth=tuple(truths.get(each) for each in ids),
        values=np.array(values),
        mules={identity(account): ring for account, ring in bank.truth.mules.items()},
        reported_at=desk.reported_at,
    )


def _scored(event: Transfer | CashWithdrawal) -> tuple[bool, bool]:
    """Whether each side is an account of ours, of a person or an enterprise."""
    debtor = event.debtor_account.kind in _SCORED
    if isinstance(event, CashWithdrawal):
        return debtor, False
    creditor = event.creditor_account.kind in _SCORED
    return debtor and event.customer_side != "creditor", creditor and event.customer_side != "debtor"
