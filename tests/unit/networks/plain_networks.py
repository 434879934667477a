"""What `Networks` does with an event, in plain Python: what the compiled step is held against."""

from collections.abc import Mapping
from math import nan
from typing import Any, Final

from zhamen.core.errors import InputError
from zhamen.core.identifiers import identity
from zhamen.networks.cases import OpenCases
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.intake.fields import elsewhere
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.live import Links
from zhamen.networks.live import Networks
from zhamen.networks.mule.accounts import is_scored
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.tracing.request import NOT_FOLLOWED
from zhamen.networks.typologies.live import Typologies

DAY: Final = 86_400_000_000
NIGHT: Final = 19 * 3_600_000_000
KINDS: Final = {
    "person": AccountKind.PERSON,
    "enterprise": AccountKind.ENTERPRISE,
    "merchant": AccountKind.MERCHANT,
    "wallet": AccountKind.WALLET,
    "payroll": AccountKind.PAYROLL,
    "government": AccountKind.GOVERNMENT,
    "internal": AccountKind.CLEARING,
}
SIDES: Final = {"debtor": EdgeKind.EXIT, "creditor": EdgeKind.ENTRY}
NOTHING: Final = [nan] * len(Networks.names)

Event = Mapping[str, Any]
Ends = tuple[int | None, int | None]


class PlainNetworks:
    """The same rooms, told one thing after the other."""

    def __init__(self, budget_bytes: int) -> None:
        self.graph = TransferGraph(budget_bytes)
        self.typologies = Typologies(self.graph, budget_bytes=budget_bytes)
        self.links = Links(budget_bytes=budget_bytes)
        self.cases = OpenCases(self.graph)
        self.events = 0
        self.edge_of: dict[int, int] = {}
        """By ordinal of its event."""
        self.under_way: dict[int, int] = {}
        """By edge: what has not arrived."""
        self.ids: dict[int, str] = {}
        """By edge: the id of the event."""
        self.came_back: dict[int, int] = {}
        """By edge."""

    def advance(self, event: Event) -> list[float]:
        """Take one event and give what is told of it."""
        self.events += 1
        self._tell_links(event)
        match event["type"]:
            case "transfer_settled":
                self._settle(event)
            case "fraud_reported":
                self._report(event)
            case "transfer" | "cash_withdrawal" | "account_credited" if event.get("amount_minor"):
                return self._move(event)
        return NOTHING

    # -- Links ------------------------------------------------------------------------------------

    def _tell_links(self, event: Event) -> None:
        at, kind, links = event["occurred_at"], event["type"], self.links
        if links.clock is not None and (at - NIGHT) // DAY > (links.clock - NIGHT) // DAY:
            links.rebuild(at)
        links.advance(at)
        if kind in ("transfer", "cash_withdrawal"):
            if event.get("customer_side") != "creditor":
                self._note_held(event, "debtor_account_id", "debtor_id")
        elif kind in ("login", "payee_added", "limit_changed", "profile_changed"):
            if event.get("succeeded") is not False:
                self._note_held(event, "account_id", "customer_id")
                self._note_reached(event)
        elif kind == "account_opened":
            links.opened(identity(event["account_id"]), at)
            self._note(event, "account_id", LinkKind.ID_NUMBER, "customer_id")
            self._note(event, "account_id", LinkKind.COMPANION, "customer_id")
            self._note(event, "account_id", LinkKind.COMPANION, "companion")
            self._note(event, "account_id", LinkKind.OUTLET, "outlet")
            self._note_reached(event)
        elif kind == "fraud_reported" and event["label"] == "confirmed_fraud":
            links.reported(identity(event["creditor_account_id"]), at)
        elif kind == "fraud_reported" and event["label"] == "false_positive":
            links.cleared(identity(event["creditor_account_id"]), at)

    def _note_held(self, event: Event, account: str, party: str) -> None:
        self._note(event, account, LinkKind.DEVICE, "device_id")
        self._note(event, account, LinkKind.IP, "device_ip")
        self._note(event, account, LinkKind.ID_NUMBER, party)

    def _note_reached(self, event: Event) -> None:
        self._note(event, "account_id", LinkKind.PHONE, "customer_phone")
        self._note(event, "account_id", LinkKind.ADDRESS, "customer_address")

    def _note(self, event: Event, account: str, kind: LinkKind, thing: str) -> None:
        if event.get(thing) is not None:
            self.links.note(identity(event[account]), kind, identity(event[thing]), event["occurred_at"])

    # -- Money ------------------------------------------------------------------------------------

    def _move(self, event: Event) -> list[float]:
        kind, ends = movement_of(event)
        names = ("", "account") if kind is EdgeKind.CASH_IN else ("debtor_account", "creditor_account")
        tainted = [
            self._tainted(end, event.get(f"{name}_kind")) for end, name in zip(ends, names, strict=True)
        ]
        first = self.graph.watermark
        held = [
            self._after(ends[side], event, f"{names[side]}_balance_minor", sign)
            if kind is not (EdgeKind.EXIT if side else EdgeKind.ENTRY)
            else None
            for side, sign in ((0, -1), (1, 1))
        ]
        party = event.get("debtor_id")
        try:
            edge = self.graph.append(
                Posting(
                    posted_at=event["occurred_at"],
                    kind=kind,
                    amount_minor=event["amount_minor"],
                    debtor=ends[0],
                    creditor=ends[1],
                    debtor_balance_after=held[0],
                    creditor_balance_after=held[1],
                    same_owner=party is not None and party == event.get("creditor_id"),
                )
            )
        except InputError:
            return NOTHING
        assert first <= edge
        self.ids[edge], self.edge_of[self.events] = event["event_id"], edge
        if kind in (EdgeKind.TRANSFER, EdgeKind.ENTRY):
            self.under_way[edge] = event["amount_minor"]
        self._tell_accounts(event, edge, ends, names)
        self.typologies.follow()
        self.cases.taint.follow()
        return NOTHING if kind is EdgeKind.CASH_IN else self._told(edge, ends, tainted)

    def _after(self, end: int | None, event: Event, name: str, sign: int) -> int | None:
        before = event.get(name)
        if end is None or before is None:
            return None
        account, change = self.graph.enrol(end), sign * int(event["amount_minor"])
        edges = [self.graph.degree(account, as_debtor=side) for side in (True, False)]
        ours = self.graph.balance(account)
        if not any(edges) or before > ours:
            return int(before) + change
        coming = sum(
            amount for edge, amount in self.under_way.items() if self.graph.edge(edge).creditor == account
        )
        return ours - max(0, ours - coming - int(before)) + change

    def _tell_accounts(self, event: Event, edge: int, ends: Ends, names: tuple[str, str]) -> None:
        sides = self.graph.edge(edge).debtor, self.graph.edge(edge).creditor
        for account, end, name in zip(sides, ends, names, strict=True):
            kind = KINDS.get(event.get(f"{name}_kind") or "", AccountKind.UNKNOWN)
            if end is not None and end in (elsewhere(event.get(f"{name}_id") or ""),):
                kind = AccountKind.EXTERNAL
            if end is not None and self.graph.kind(account) is AccountKind.UNKNOWN:
                self.graph.enrol(end, kind, since=edge)
            opened = event.get(f"{name}_opened_at")
            if account != NOBODY and opened is not None and not self.typologies.knows_opening(account):
                self.typologies.opened(account, opened)

    def _settle(self, event: Event) -> None:
        edge = self._edge(event["transfer_event_id"], event["debtor_account_id"], as_debtor=True)
        if edge is None:
            return
        self.under_way.pop(edge, None)
        original = self.graph.edge(edge)
        left = original.amount_minor - self.came_back.get(edge, 0)
        amount = min(left, event.get("amount_minor") or left)
        if event["settlement"] == "settled" or not amount or original.kind is EdgeKind.REVERSAL:
            return
        self.came_back[edge] = self.came_back.get(edge, 0) + amount
        back = Posting(
            posted_at=event["occurred_at"],
            kind=EdgeKind.REVERSAL,
            amount_minor=amount,
            original=edge,
        )
        self.edge_of[self.events] = self.graph.append(back)
        self.typologies.follow()
        self.cases.taint.follow()

    def _edge(self, event_id: Any, account: str, *, as_debtor: bool) -> int | None:
        """Give the newest edge of an account, ours first, that came of an event."""
        for end in (identity(account), elsewhere(account)):
            number = self.graph.find_account(end)
            for edge in sorted((e for e, its in self.ids.items() if its == event_id), reverse=True):
                found = self.graph.edge(edge)
                if number is not None and number == (found.debtor if as_debtor else found.creditor):
                    return edge
        return None

    # -- Reports ----------------------------------------------------------------------------------

    def _report(self, event: Event) -> None:
        edge = self._reported(event)
        if edge is not None and event["label"] == "confirmed_fraud":
            self.cases.report(edge, event["occurred_at"], self.events)
        elif edge is not None and event["label"] == "false_positive":
            self.cases.withdraw(edge)

    def _reported(self, event: Event) -> int | None:
        creditor, debtor = event["creditor_account_id"], event.get("debtor_account_id")
        if event.get("transfer_event_id") is not None:
            return self._edge(event["transfer_event_id"], creditor, as_debtor=False)
        if debtor is None:
            return None
        ends = [
            [self.graph.find_account(end) for end in (identity(account), elsewhere(account))]
            for account in (debtor, creditor)
        ]
        fitting = [
            edge
            for edge in self.ids
            if (found := self.graph.edge(edge)).debtor in ends[0]
            and found.creditor in ends[1]
            and found.kind in (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.ENTRY)
            and not found.reversed
            and event.get("amount_minor") in (None, found.amount_minor)
        ]
        return max(fitting, default=None)

    # -- What is told -----------------------------------------------------------------------------

    def _tainted(self, end: int | None, told: str | None) -> float:
        account = None if end is None else self.graph.find_account(end)
        if end is None:
            return nan
        if account is None:
            return 0.0
        kind = self.graph.kind(account) or KINDS.get(told or "", AccountKind.UNKNOWN)
        if kind in NOT_FOLLOWED:
            return 0.0
        return float(self.cases.taint.tainted_amount(account))

    def _told(self, edge: int, ends: Ends, tainted: list[float]) -> list[float]:
        values = tainted + self.typologies.values()
        for end in ends:
            values += [nan] * 6 if end is None else self.links.values(end)
        named = dict(zip(Networks.names, values, strict=False))
        sides = self.graph.edge(edge).debtor, self.graph.edge(edge).creditor
        for account, model in zip(sides, (OUTBOUND, INBOUND), strict=True):
            scored = account != NOBODY and is_scored(self.graph.kind(account))
            values.append(model.probability(named) if scored else nan)
        return values


def movement_of(event: Event) -> tuple[EdgeKind, Ends]:
    """Give by which kind of edge an event moves money, and from whom to whom."""
    if event["type"] == "account_credited":
        return EdgeKind.CASH_IN, (None, identity(event["account_id"]))
    if event["type"] == "cash_withdrawal":
        return EdgeKind.CASH_OUT, (identity(event["debtor_account_id"]), None)
    kind = SIDES.get(event.get("customer_side") or "", EdgeKind.TRANSFER)
    debtor, creditor = event["debtor_account_id"], event["creditor_account_id"]
    return kind, (
        elsewhere(debtor) if kind is EdgeKind.ENTRY else identity(debtor),
        elsewhere(creditor) if kind is EdgeKind.EXIT else identity(creditor),
    )
