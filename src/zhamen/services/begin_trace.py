"""Where a trace begins: at the transfer of an event, at what an account received, at what a case is about."""

from collections.abc import Iterable, Set
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from zhamen.cases.held import PaymentStatus
from zhamen.core.errors import DecisionNotFound, InputError, NotFoundError
from zhamen.core.instants import to_micros
from zhamen.events.model import AnyEvent, FraudReported
from zhamen.gate.decision import Outcome
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.graph.view import GraphView
from zhamen.networks.live import Networks
from zhamen.networks.tracing.request import NOT_FOLLOWED, Seed, TraceRequest, seeds_of_account
from zhamen.networks.tracing.rules import Direction, Rule
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework
from zhamen.ports.decisions import DecisionSearch
from zhamen.ports.journal import Entry, JournalRead
from zhamen.ports.profiles import Profiles

__all__ = ["Beginnings", "Begun", "RuleName", "TraceAsked", "request_of"]

RuleName = Literal["stolen_first", "fifo", "haircut", "libr", "poison"]
_Word = Annotated[str, Meta(max_length=128)]
_Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
_MOST_SEEDS: Final = 1000
_MOST_ALERTS: Final = 1000
_YEAR: Final = 8_760
_MICROSECOND: Final = timedelta(microseconds=1)
_MOVED: Final = (EdgeKind.TRANSFER, EdgeKind.ENTRY, EdgeKind.EXIT)
_EVENT: Final = msgspec.json.Decoder(AnyEvent)


class TraceAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to trace, by exactly one of the first three, and how far; see `TraceRequest`.

    Parameters
    ----------
    event_id
        A transfer; or a report or settlement of one, which is then meant.
    account
        What it received in the last ``hours`` that it received anything in (backward: what it paid).
    case
        Its reported transfers; where none is reported, the transfers of its alerts.
    follow_all
        Also through merchants, wallets, payrolls and the like, which hold the money of many.
    most_pieces
        A trace that comes to more stops there and says so.
    until
        As it was then: what came later is not looked at.
    watermark
        As of an earlier answer.
    """

    event_id: _Word = ""
    account: _Word = ""
    case: _Count = 0
    rule: RuleName = "stolen_first"
    direction: Literal["forward", "backward"] = "forward"
    hops: Annotated[int, Meta(ge=0, le=64)] = 8
    hours: Annotated[int, Meta(ge=0, le=_YEAR)] = 72
    minimum_share: Annotated[float, Meta(ge=0, le=1)] = 0.01
    minimum_minor: Annotated[int, Meta(ge=1, le=10**15)] = 1
    hub_stop: _Count = 2000
    follow_all: bool = False
    most_pieces: Annotated[int, Meta(ge=1, le=100_000)] = 20_000
    until: Annotated[datetime, Meta(tz=True)] | None = None
    watermark: _Count | None = None


class Begun(NamedTuple):
    """Where a trace begins.

    ``about`` is what it is about, as the audit trail names it. ``left_out`` counts transfers that are not
    begun with, as another one's money is in them. ``reported`` says that whoever paid is known to have been
    robbed.
    """

    seeds: tuple[Seed, ...]
    about: str
    left_out: int = 0
    reported: bool = False

    def without(self, payers: Set[int], graph: GraphView) -> "Begun":
        """Give the same without what these accounts paid."""
        kept = tuple(seed for seed in self.seeds if graph.edge(seed.edge).debtor not in payers)
        return self._replace(seeds=kept, left_out=self.left_out + len(self.seeds) - len(kept))


def request_of(asked: TraceAsked, seeds: tuple[Seed, ...], rule: Rule | None = None) -> TraceRequest:
    """Give what to ask the tracer; `rule` takes the place of the one that was asked for."""
    return TraceRequest(
        seeds=seeds,
        rule=Rule[asked.rule.upper()] if rule is None else rule,
        direction=Direction[asked.direction.upper()],
        max_hops=asked.hops,
        within=timedelta(hours=asked.hours),
        minimum_share=asked.minimum_share,
        minimum_minor=asked.minimum_minor,
        hub_stop=asked.hub_stop,
        not_followed=() if asked.follow_all else NOT_FOLLOWED,
        watermark=asked.watermark,
        max_pieces=asked.most_pieces,
    )


class Beginnings:
    """Finds where traces begin, within somebody's part of the bank.

    Parameters
    ----------
    views
        What tells whether an event and an account lie within a scope; None when everything does.
    """

    def __init__(
        self, journal: JournalRead, casework: Casework, views: tuple[DecisionSearch, Profiles] | None
    ) -> None:
        self._journal = journal
        self._casework = casework
        self._views = views

    def find(self, networks: Networks, scope: Scope, asked: TraceAsked) -> Begun:
        """Give where to begin.

        Raises
        ------
        InputError
            None of the three is named, or more than one.
        NotFoundError
            It is not there, not within the scope, or nothing of it is in the transfer graph.
        """
        if bool(asked.event_id) + bool(asked.account) + bool(asked.case) != 1:
            raise InputError("name one of event_id, account and case", path="$")
        if asked.event_id:
            return self._of_event(networks, scope, asked.event_id)
        if asked.account:
            return self._of_account(networks, scope, asked)
        return self._of_case(networks, scope, asked)

    def _of_event(self, networks: Networks, scope: Scope, event_id: str) -> Begun:
        entry = self._entry(event_id)
        if self._views is not None:
            self._views[0].get(scope, entry.seq)
        edge = networks.edge_of(entry.seq)
        event = _EVENT.decode(entry.event)
        of = getattr(event, "transfer_event_id", None)
        if of is not None:
            edge = networks.edge_of(self._entry(of).seq)
        elif isinstance(event, FraudReported):
            edge = networks.reported_by(entry.seq)
        if edge is None:
            raise NotFoundError("the event moved no money that the transfer graph still has")
        return Begun((Seed(edge),), f"decision/{entry.seq}")

    def _entry(self, event_id: str) -> Entry:
        entry = self._journal.find(event_id)
        if entry is None:
            raise DecisionNotFound(
                f"the journal has no event {event_id[:128]!r}; see that the id is the sender's"
            )
        return entry

    def _of_account(self, networks: Networks, scope: Scope, asked: TraceAsked) -> Begun:
        about = "account"
        if self._views is not None:
            profile = self._views[1].find_account(scope, asked.account)
            if profile is None:
                raise NotFoundError("there is no such account here; see that its number is right")
            about = f"account/{profile.number}"
        graph, direction = networks.graph, Direction[asked.direction.upper()]
        accounts = networks.accounts_of(asked.account)
        if not accounts:
            raise NotFoundError("no movement of this account is in the transfer graph")
        found = [
            graph.edge(seed.edge)
            for account in accounts
            for seed in seeds_of_account(graph, account, direction=direction, limit=_MOST_SEEDS)
            if asked.watermark is None or seed.edge < asked.watermark
        ]
        if asked.until is not None:
            until = to_micros(asked.until)
            found = [edge for edge in found if edge.posted_at <= until]
        newest = max((edge.posted_at for edge in found), default=0)
        since = newest - timedelta(hours=asked.hours) // _MICROSECOND
        edges = [
            edge.number
            for edge in found
            if edge.posted_at > since and edge.kind not in (EdgeKind.REVERSAL, EdgeKind.UNEXPLAINED)
        ]
        return _independent(graph, edges, asked, about)

    def _of_case(self, networks: Networks, scope: Scope, asked: TraceAsked) -> Begun:
        store = self._casework
        store.get_case(scope, asked.case)
        alerts = store.list_alerts(scope, asked.case, limit=_MOST_ALERTS)
        page = store.list_payments(scope, case=asked.case, pending=False, limit=_MOST_ALERTS)
        stayed = {one.event_id for one in page.payments if one.status is not PaymentStatus.RELEASED}
        stayed |= {alert.event_id for alert in alerts if alert.outcome is Outcome.DECLINE}
        reports = [alert for alert in alerts if alert.type == "fraud_reported"]
        edges = self._edges(networks, {report.payment for report in reports})
        # A report that names no transfer is about the one that networks found and follow.
        found = {networks.reported_by(report.id) for report in reports if not report.payment}
        edges |= {edge for edge in found if edge is not None}
        about = f"case/{asked.case}"
        if edges:
            return _independent(networks.graph, edges, asked, about)._replace(reported=True)
        left = self._edges(networks, {alert.payment for alert in alerts} - stayed)
        if stayed and not left:
            raise NotFoundError("no money of this case has left: its payments wait here or were refused")
        return _independent(networks.graph, left, asked, about)

    def _edges(self, networks: Networks, event_ids: Iterable[str]) -> set[int]:
        entries = [entry for event_id in event_ids if event_id and (entry := self._journal.find(event_id))]
        return {edge for entry in entries if (edge := networks.edge_of(entry.seq)) is not None}


def _independent(graph: GraphView, edges: Iterable[int], asked: TraceAsked, about: str) -> Begun:
    """Keep transfers of which none pays out of what another brought: the first (backward: the last)."""
    seeds: list[Seed] = []
    debtors: set[int] = set()
    creditors: set[int] = set()
    left_out = 0
    for number in sorted(edges, reverse=asked.direction == "backward"):
        edge = graph.edge(number)
        if edge.kind not in _MOVED and not asked.account:
            continue
        if edge.debtor == edge.creditor or edge.debtor in creditors or edge.creditor in debtors:
            left_out += 1
            continue
        debtors |= {edge.debtor} - {NOBODY}
        creditors |= {edge.creditor} - {NOBODY}
        seeds.append(Seed(number))
    if not seeds:
        raise NotFoundError("there is no transfer here that the transfer graph knows")
    return Begun(tuple(sorted(seeds, key=lambda seed: seed.edge)), about, left_out)
