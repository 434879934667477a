"""Where did money go, or come from? One question, traced and shown as its reader may see it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from zhamen.core.errors import UnavailableError
from zhamen.core.instants import from_micros, to_micros
from zhamen.networks.flow import MOST_NODES, Flow, FlowEdge, FlowNode, flow_of, watermark_at
from zhamen.networks.live import Networks
from zhamen.networks.taint import LiveTaint
from zhamen.networks.tracing.request import TraceRequest
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Fate, Rule
from zhamen.networks.tracing.tracer import Tracer
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework
from zhamen.ports.decisions import DecisionSearch
from zhamen.ports.journal import JournalRead
from zhamen.ports.profiles import Profiles
from zhamen.services.begin_trace import Beginnings, Begun, TraceAsked, request_of
from zhamen.services.name_accounts import Named
from zhamen.services.passed_on import passed_on
from zhamen.services.traced import PlaceShown, RestShown, TraceShown, TransferShown

__all__ = ["Found", "Traced", "Tracing", "words_of"]


class Found(NamedTuple):
    """Where a trace begins, and the networks that it was found in."""

    networks: Networks
    begun: Begun


class Traced(NamedTuple):
    """A trace, where it began, and the networks that it was made in."""

    networks: Networks
    begun: Begun
    trace: Trace


class Tracing:
    """Traces money for people and systems, each within its part of the bank.

    Parameters
    ----------
    networks
        Gives those of the gate as it runs; None when its pack reads none.
    views
        What tells which accounts and decisions lie within a scope; None when all do, as for whoever runs
        the machine.
    currency
        In which the bank counts.

    Notes
    -----
    Any thread may ask while the gate decides. An answer takes a millisecond for the trace and its
    picture, and 50 µs for each event that is read.
    """

    def __init__(
        self,
        networks: Callable[[], Networks | None],
        journal: JournalRead,
        casework: Casework,
        views: tuple[DecisionSearch, Profiles] | None,
        *,
        currency: str,
    ) -> None:
        self._networks = networks
        self._journal = journal
        self._views = views
        self._beginnings = Beginnings(journal, casework, views)
        self.currency = currency

    def trace(self, scope: Scope, asked: TraceAsked, *, most_nodes: int = MOST_NODES) -> TraceShown:
        """Trace what was asked for, and show it, of more places than `most_nodes` those most came to.

        Raises
        ------
        InputError
            The question is none, or a bound is out of range.
        NotFoundError
            What the trace would begin with is not there, or not within the scope.
        UnavailableError
            The gate keeps no transfer graph.
        """
        found = self.run(scope, asked)
        flow = flow_of(found.trace, most_nodes=most_nodes)
        return self._shown(found, flow, asked, self.named(found.networks, scope))

    def begin(self, scope: Scope, asked: TraceAsked) -> Found:
        """Find where a trace would begin; raises as `trace`."""
        networks = self.networks()
        return Found(networks, self._beginnings.find(networks, scope, asked))

    def run(self, scope: Scope, asked: TraceAsked) -> Traced:
        """Trace what was asked for; raises as `trace`."""
        networks, begun = self.begin(scope, asked)
        tracer = Tracer(networks.graph)
        request = request_of(asked, begun.seeds)
        trace = tracer.trace(request)
        while not begun.reported and (payers := passed_on(trace)):
            begun = begun.without(payers, networks.graph)
            request = request_of(asked, begun.seeds)
            trace = tracer.trace(request)
        if asked.until is not None:
            trace = tracer.trace(_as_of(trace, request, to_micros(asked.until)))
        return Traced(networks, begun, trace)

    def behind(self, found: Traced, asked: TraceAsked, stayed: frozenset[int]) -> tuple[Traced, LiveTaint]:
        """Trace the same at the same watermark from what older cases left, as if some edges carried nothing.

        Gives what the older cases hold beside. Of the seeds none may have stayed.
        """
        networks, seeds, at = found.networks, found.begun.seeds, found.trace.watermark
        older = networks.older_cases((seed.edge for seed in seeds), at, stayed)
        request = replace(request_of(asked, seeds), watermark=at)
        trace = Tracer(networks.graph).trace(request, older.memory)
        return found._replace(trace=trace), older

    def networks(self) -> Networks:
        """Give the networks as they are now.

        Raises
        ------
        UnavailableError
            The gate keeps none.
        """
        networks = self._networks()
        if networks is None:
            raise UnavailableError(
                "the gate keeps no transfer graph; put a pack in force whose rules read one"
            )
        return networks

    def beside(self, found: Traced, asked: TraceAsked, rules: tuple[Rule, ...]) -> Mapping[Rule, Trace]:
        """Trace the same by other rules, at the same watermark."""
        tracer, at = Tracer(found.networks.graph), found.trace.watermark
        return {
            rule: tracer.trace(replace(request_of(asked, found.begun.seeds, rule), watermark=at))
            for rule in rules
        }

    def named(self, networks: Networks, scope: Scope, *, whole: bool = False) -> Named:
        """Give what names accounts for one reader."""
        return Named(networks, self._journal, self._views, scope, whole=whole)

    def _shown(self, found: Traced, flow: Flow, asked: TraceAsked, named: Named) -> TraceShown:
        trace = found.trace
        named.learn(edge.number for edge in flow.edges)
        return TraceShown(
            about=found.begun.about,
            currency=self.currency,
            rule=asked.rule,
            direction=asked.direction,
            watermark=trace.watermark,
            seeds=len(found.begun.seeds),
            left_out=found.begun.left_out,
            total_minor=trace.total_minor,
            by_fate=words_of(trace.left_by_fate()),
            truncated=trace.truncated,
            estimated=trace.estimated,
            layers=flow.layers,
            places=tuple(_place(node, named) for node in flow.nodes),
            transfers=tuple(_transfer(edge, named) for edge in flow.edges),
            rest=_rest(flow),
        )


def words_of(sums: Mapping[Fate, int]) -> dict[str, int]:
    """Give sums by the names of their fates.

    >>> words_of({Fate.RESTING: 5, Fate.CASHED: 3})
    {'resting': 5, 'cashed': 3}
    """
    return {fate.name.lower(): amount for fate, amount in sums.items()}


def _as_of(trace: Trace, request: TraceRequest, until: int) -> TraceRequest:
    """Give the request as of an instant, but never before the seeds were posted."""
    last = max(seed.edge for seed in request.seeds)
    return replace(request, watermark=max(watermark_at(trace, until), last + 1))


def _place(node: FlowNode, named: Named) -> PlaceShown:
    return PlaceShown(
        account=named.account(node.account),
        ends="" if node.ends is None else node.ends.name.lower(),
        layer=node.layer,
        row=node.row,
        begins=node.begins,
        again=node.again,
        arrived_minor=node.arrived_minor,
        held_minor=node.held_minor,
        gone_minor=node.gone_minor,
        left=words_of(node.left),
    )


def _transfer(edge: FlowEdge, named: Named) -> TransferShown:
    seq, event_id = named.event(edge.number)
    return TransferShown(
        source=edge.source,
        target=edge.target,
        kind=edge.kind.name.lower(),
        at=from_micros(edge.posted_at),
        amount_minor=edge.amount_minor,
        carried_minor=edge.carried_minor,
        share=edge.carried_minor / edge.amount_minor,
        seq=seq,
        event_id=event_id,
    )


def _rest(flow: Flow) -> RestShown | None:
    rest = flow.rest
    if rest is None:
        return None
    return RestShown(
        places=rest.places, transfers=rest.transfers, left=words_of(rest.left), by_place=rest.by_node
    )
