"""What to stop for a case, what first, and who would get it back: the plans of a case, as documents."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from zhamen.core.errors import InputError
from zhamen.core.instants import from_micros, to_micros
from zhamen.networks.freeze import Action, Facts, FreezeLine, FreezePlan, plan_freeze, plan_waiting
from zhamen.networks.holding import median_holding
from zhamen.networks.statement import plan_returns
from zhamen.networks.taint import LiveTaint
from zhamen.networks.tracing.result import Step, Trace
from zhamen.networks.tracing.rules import HELD, Fate, Rule
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework
from zhamen.services.begin_trace import TraceAsked, request_of
from zhamen.services.name_accounts import Named
from zhamen.services.passages import Passages
from zhamen.services.trace import Traced, Tracing
from zhamen.services.traced import FreezeShown, LineShown, ReturnShown, ShareShown, StepShown

__all__ = ["FreezePlanning"]

_REPORTED: Final = 0.95
"""How likely an account that a confirmed fraud was paid to is a mule's; as for alerts on reports."""
_TELLING: Final = 0.5
_MOST_ROUNDS: Final = 8
"""How often a case is traced anew because money went by a transfer that stayed."""
_KEPT_HERE: Final = (Action.STOP_PAYMENT, Action.DELAY, Action.PARTIAL_HOLD)


class FreezePlanning:
    """Makes freeze plans for people and systems, each within its part of the bank."""

    def __init__(self, tracing: Tracing, casework: Casework, clock: Callable[[], datetime]) -> None:
        self._tracing = tracing
        self._casework = casework
        self._clock = clock

    def plan(self, scope: Scope, asked: TraceAsked, *, whole: bool = False) -> FreezeShown:
        """Make the freeze plan of what was asked for, and the return plans of what it would hold.

        Parameters
        ----------
        asked
            A case as a rule. Stolen-first and forward; first in first out and lowest balance stand beside.
        whole
            Give identifiers of accounts in full.

        Raises
        ------
        InputError
            Another rule or direction, or a question that is none.
        NotFoundError, UnavailableError
            As `Tracing.trace`.
        """
        if asked.rule != "stolen_first" or asked.direction != "forward":
            raise InputError("a freeze plan is made stolen-first and forward", path="$.rule")
        begun, now = self._tracing.run(scope, asked), self._clock()
        named = self._tracing.named(begun.networks, scope, whole=whole)
        passages = Passages(begun.networks, self._casework, scope, named, now)
        seeds = [seed.edge for seed in begun.begun.seeds]
        waiting = sorted(passages.stayed(seeds))
        left = tuple(seed for seed in begun.begun.seeds if seed.edge not in waiting)
        if not left:
            named.learn(waiting)
            request = replace(request_of(asked, begun.begun.seeds), watermark=begun.trace.watermark)
            plan = plan_waiting(begun.networks.graph, waiting, request, as_of=to_micros(now))
            return self._shown(begun, plan, {}, named, asked, frozenset(waiting))
        begun = begun._replace(begun=begun.begun._replace(seeds=left))
        found, older, stayed = self._follow(begun, asked, passages)
        lots = [piece for piece in found.trace.lots() if piece.fate in HELD or piece.fate is Fate.EXITED]
        named.learn({step.edge for piece in lots for step in found.trace.path(piece.number)} | {*waiting})
        facts = self._facts(found, named, older, stayed)
        plan = plan_freeze(
            found.trace,
            self._tracing.beside(found, asked, (Rule.FIFO, Rule.LIBR)),
            facts,
            as_of=to_micros(now),
            unsettled=passages.flying(piece.edge for piece in lots),
            waiting=waiting,
            withheld=stayed,
        )
        return self._shown(found, plan, facts, named, asked, stayed.union(waiting))

    def _follow(
        self, begun: Traced, asked: TraceAsked, passages: Passages
    ) -> tuple[Traced, LiveTaint, frozenset[int]]:
        """Trace a case behind older ones, through no transfer that stayed; give those that did."""
        stayed: frozenset[int] = frozenset()
        for _ in range(_MOST_ROUNDS):
            found, older = self._tracing.behind(begun, asked, stayed)
            more = passages.stayed(found.trace.edges.tolist()) - stayed
            if not more:
                break
            stayed |= more
        return found, older, stayed

    def _facts(
        self, found: Traced, named: Named, older: LiveTaint, stayed: frozenset[int]
    ) -> dict[int, Facts]:
        """Give what is known beside the graph of each account that holds money of the case."""
        graph, trace, claimed = found.networks.graph, found.trace, older.holds()
        waits: Counter[int] = Counter()
        for edge in map(graph.edge, stayed):
            waits[edge.debtor] += edge.amount_minor
            waits[edge.creditor] -= edge.amount_minor
        facts = {}
        for account in trace.held():
            facts[account] = Facts(
                available_minor=max(0, graph.balance(account, trace.watermark) + waits[account]),
                held_minor=claimed.get(account, 0),
                mule_score=named.mule_score(account),
                reported=named.reports(account) > 0,
                mule_probability=_likelihood(named, account),
                median_holding=median_holding(graph, account, trace.watermark),
            )
        return facts

    def _shown(
        self,
        found: Traced,
        plan: FreezePlan,
        facts: Mapping[int, Facts],
        named: Named,
        asked: TraceAsked,
        withheld: frozenset[int],
    ) -> FreezeShown:
        now = from_micros(plan.as_of)
        return FreezeShown(
            about=found.begun.about,
            currency=self._tracing.currency,
            as_of=now,
            watermark=plan.watermark,
            seeds=len(found.begun.seeds),
            left_out=found.begun.left_out,
            stolen_minor=plan.stolen_minor,
            recovered_minor=plan.recovered_minor,
            hold_minor=plan.hold_minor,
            lines=tuple(_line(line, facts.get(line.account, Facts()), named) for line in plan.lines),
            gone_minor=plan.gone_minor,
            max_hops=plan.max_hops,
            hours=asked.hours,
            minimum_share=plan.minimum_share,
            estimated=plan.estimated,
            truncated=plan.truncated,
            returns=tuple(_returns(found.trace, plan, named, now, withheld)),
        )


def _likelihood(named: Named, account: int) -> float | None:
    """Give how likely an account is a mule's; None where it is not known.

    A score below one half says nothing here: it is of everyday payments, and reported money came to this
    account.
    """
    reported = _REPORTED if named.reports(account) else 0.0
    likelihood = max(named.mule_score(account) or 0.0, reported)
    return likelihood if likelihood >= _TELLING else None


def _line(line: FreezeLine, facts: Facts, named: Named) -> LineShown:
    profile = named.profile(line.account)
    return LineShown(
        account=named.account(line.account),
        action=line.action.value,
        amount_minor=line.amount_minor,
        residual_minor=line.residual_minor,
        fifo_minor=line.fifo_minor,
        libr_minor=line.libr_minor,
        likelihood=facts.mule_probability,
        mule_score=named.mule_score(line.account),
        reports=named.reports(line.account),
        alerts=0 if profile is None else profile.alerts,
        held_for_others_minor=facts.held_minor,
        minutes_left=line.minutes_left,
        urgency=line.urgency,
        arrived_at=from_micros(line.arrived_at),
        hop=line.hop,
        path=tuple(_step(step, named) for step in line.path),
        parts_left_out=line.parts_left_out,
        evidence=tuple(event_id for edge in line.edges if (event_id := named.event(edge)[1])),
    )


def _step(step: Step, named: Named) -> StepShown:
    seq, event_id = named.event(step.edge)
    return StepShown(
        debtor=named.account(step.debtor),
        creditor=named.account(step.creditor),
        kind=step.kind.name.lower(),
        at=from_micros(step.posted_at),
        amount_minor=step.edge_amount_minor,
        carried_minor=step.amount_minor,
        hop=step.hop,
        seq=seq,
        event_id=event_id,
    )


def _returns(
    trace: Trace, plan: FreezePlan, named: Named, now: datetime, withheld: frozenset[int]
) -> list[ReturnShown]:
    """Propose who gets how much of each account that is to be held, once it is, in the order of the plan."""
    kept = [line for line in plan.lines if line.action in _KEPT_HERE and line.amount_minor]
    held, found = [(line.account, line.amount_minor) for line in kept], list[ReturnShown]()
    for account, proposed in plan_returns(trace, held, announced_at=now, withheld=withheld):
        shares = tuple(
            ShareShown(
                victim=named.account(int(share.victim)),
                defrauded_minor=share.defrauded_minor,
                returned_minor=share.returned_minor,
            )
            for share in proposed.lines
        )
        found.append(
            ReturnShown(
                account=named.account(account),
                method=proposed.method.value,
                frozen_minor=proposed.frozen_minor,
                shares=shares,
                stays_frozen_minor=proposed.stays_frozen_minor,
                notice_until=proposed.notice_until,
            )
        )
    return found
