"""What do networks say of a transfer or an account, and why? Shown as its reader may see it."""

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from zhamen.core.errors import InputError, NotFoundError
from zhamen.core.identifiers import identity, mask
from zhamen.core.instants import from_micros
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.links.kinds import LINK_KIND_WORDS
from zhamen.networks.live import Networks
from zhamen.networks.mule.accounts import is_scored
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.mule.model import Contribution
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.typologies.kinds import COUNTED_KINDS, Typology
from zhamen.networks.typologies.names import TYPOLOGY_WORDS
from zhamen.organisation.scope import Scope
from zhamen.ports.profiles import AccountProfile, Profiles
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.explained import (
    AccountExplained,
    ClusterTold,
    ContributionTold,
    Explained,
    MemberTold,
    MovedTold,
    PatternTold,
    ScoreTold,
    TaintTold,
    TieTold,
    TransferExplained,
)
from zhamen.services.name_accounts import Named
from zhamen.services.trace import Tracing
from zhamen.services.traced import AccountTold

__all__ = ["ExplainAsked", "Explaining"]

_Word = Annotated[str, Meta(max_length=128)]
_MOST_TRANSFERS: Final = 50
_MOST_LOOKED_AT: Final = 100
_MOST_MEMBERS: Final = 20
_MOST_TIES: Final = 20
_NEWEST: Final = 64
"""Among so many of an account's newest edges the one that it is scored by is looked for."""
_PAID: Final = (*COUNTED_KINDS, EdgeKind.CASH_OUT)


class ExplainAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to explain, by exactly one of these.

    Parameters
    ----------
    event_id
        A transfer; or a report or settlement of one, which is then meant.
    account
        Any account that a payment named.
    """

    event_id: _Word = ""
    account: _Word = ""


class Explaining:
    """Explains networks to people and systems, each within its part of the bank.

    Parameters
    ----------
    tracing
        Gives the networks of the gate as it runs, finds transfers, names accounts.
    profiles
        What tells which accounts lie within a scope; None when all do, as for whoever runs the machine.

    Notes
    -----
    Any thread may ask while the gate decides. Besides the evidence, 50 µs for each event that is read.
    """

    def __init__(self, tracing: Tracing, profiles: Profiles | None) -> None:
        self._tracing = tracing
        self._profiles = profiles

    def explain(self, scope: Scope, asked: ExplainAsked) -> Explained:
        """Explain what was asked for.

        Raises
        ------
        InputError
            Neither is named, or both.
        NotFoundError, UnavailableError
            As `transfer` and `account`.
        """
        if bool(asked.event_id) == bool(asked.account):
            raise InputError("name one of event_id and account", path="$")
        if asked.event_id:
            transfer = self.transfer(scope, asked.event_id)
            return Explained(about=transfer.about, transfer=transfer)
        account = self.account(scope, asked.account)
        return Explained(about=account.about, account=account)

    def transfer(self, scope: Scope, event_id: str) -> TransferExplained:
        """Give the typologies that a transfer completed, with their evidence.

        What the gate recorded stands; of patterns that no rule of its pack reads, it is worked out again.

        Raises
        ------
        NotFoundError
            It is not there, not within the scope, or not in the transfer graph (any more).
        UnavailableError
            The gate keeps no transfer graph.
        """
        found = self._tracing.begin(scope, TraceAsked(event_id=event_id))
        networks, edge = found.networks, found.begun.seeds[0].edge
        named = self._tracing.named(networks, scope)
        named.learn([edge])
        complete = _completed(networks, edge, named)
        evidence = {each: networks.typologies.evidence(edge, each) for each in complete}
        named.learn(one for edges in evidence.values() for one in edges[-_MOST_TRANSFERS:])
        return TransferExplained(
            about=found.begun.about,
            currency=self._tracing.currency,
            event_id=named.event(edge)[1],
            patterns=tuple(_pattern(each, evidence[each], networks, named) for each in complete),
        )

    def account(self, scope: Scope, account: str) -> AccountExplained:
        """Give an account's mule scores, its cluster and the stolen money in it, as it stands.

        Raises
        ------
        NotFoundError
            It is not there, or not within the scope.
        UnavailableError
            The gate keeps no transfer graph.
        """
        networks, profile = self._tracing.networks(), None
        if self._profiles is not None:
            profile = self._profiles.find_account(scope, account)
        numbers = networks.accounts_of(account)
        if profile is None and (self._profiles is not None or not numbers):
            raise NotFoundError("there is no such account here; see that its number is right")
        named = self._tracing.named(networks, scope)
        taints = _taints(networks, numbers, named)
        return AccountExplained(
            about="account" if profile is None else f"account/{profile.number}",
            currency=self._tracing.currency,
            watermark=networks.typologies.watermark,
            account=_holder(account, profile, networks, numbers),
            scores=_scores(networks, account, numbers, named),
            cluster=self._cluster(networks, account, named),
            tainted_minor=sum(one.amount_minor for one in taints),
            taints=taints,
        )

    def _cluster(self, networks: Networks, account: str, named: Named) -> ClusterTold | None:
        links, own = networks.links, identity(account)
        cluster = links.cluster(own)
        if cluster is None:
            return None
        others = [one for one in links.members(own, _MOST_LOOKED_AT) if one != own]
        moved = [(one, int(at)) for one, at in zip(others, networks.graph.find_accounts(others), strict=True)]
        moved = [(one, at) for one, at in moved if at >= 0]
        named.learn(edge for _, at in moved for edge in _newest(networks, at)[:1])
        inside = [
            (one, told)
            for one, at in moved
            if (told := named.account(at)) is not None
            and (self._profiles is None or named.profile(at) is not None)
        ]
        return ClusterTold(
            size=cluster.size,
            reported=cluster.reported,
            opened_7d=cluster.opened_7d,
            growth_7d=cluster.growth_7d,
            risk=cluster.risk,
            suspicious=cluster.suspicious,
            ties=_ties(networks, own),
            members=tuple(
                MemberTold(account=told, ties=_kinds(networks, one)) for one, told in inside[:_MOST_MEMBERS]
            ),
            outside=len(moved) - len(inside),
            unmoved=len(others) - len(moved),
            more=max(0, cluster.size - 1 - len(others)) + max(0, len(inside) - _MOST_MEMBERS),
        )


def _completed(networks: Networks, edge: int, named: Named) -> list[Typology]:
    """Give the patterns that an edge completed, by what was recorded of it where that is known."""
    told, again = named.told(edge), networks.typologies.complete(edge)
    recorded = {each: told.get(f"transfer_t{int(each)}") for each in Typology}
    return [each for each, flag in recorded.items() if (each in again if flag is None else flag == 1)]


def _pattern(typology: Typology, edges: Sequence[int], networks: Networks, named: Named) -> PatternTold:
    zh, en = TYPOLOGY_WORDS[typology]
    shown = edges[-_MOST_TRANSFERS:]
    return PatternTold(
        typology=int(typology),
        zh=zh,
        en=en,
        transfers=tuple(_moved(edge, networks, named) for edge in shown),
        more=len(edges) - len(shown),
    )


def _moved(number: int, networks: Networks, named: Named) -> MovedTold:
    edge, (seq, event_id) = networks.graph.edge(number), named.event(number)
    return MovedTold(
        debtor=named.account(edge.debtor),
        creditor=named.account(edge.creditor),
        kind=edge.kind.name.lower(),
        at=from_micros(edge.posted_at),
        amount_minor=edge.amount_minor,
        seq=seq,
        event_id=event_id,
    )


def _holder(
    account: str, profile: AccountProfile | None, networks: Networks, numbers: Sequence[int]
) -> AccountTold:
    kind = networks.graph.kind(numbers[0]).name.lower() if numbers else "unknown"
    if profile is None:
        return AccountTold(masked=mask(account), kind=kind)
    return AccountTold(
        masked=profile.masked, kind=kind, number=profile.number, unit=profile.unit, agent=profile.agent
    )


def _newest(networks: Networks, account: int) -> list[int]:
    """Give the newest edges of an account, the newest first, as far as the typologies have come."""
    found = [
        int(edge)
        for as_debtor in (True, False)
        for edge in networks.graph.edges_of(
            account, as_debtor=as_debtor, watermark=networks.typologies.watermark, limit=_NEWEST
        )
    ]
    return sorted(found, reverse=True)


def _scores(networks: Networks, account: str, numbers: Sequence[int], named: Named) -> tuple[ScoreTold, ...]:
    """Give the inbound and the outbound score of an account; neither where none is of any use."""
    scores = []
    for side, kinds in (("inbound", COUNTED_KINDS), ("outbound", _PAID)):
        edges = [
            edge.number
            for number in numbers
            if is_scored(networks.graph.kind(number))
            for edge in map(networks.graph.edge, _newest(networks, number))
            if edge.kind in kinds and number == (edge.creditor if side == "inbound" else edge.debtor)
        ]
        if edges:
            named.learn([max(edges)])
            scores.append(_score(networks, account, side, max(edges), named))
    return tuple(scores)


def _score(networks: Networks, account: str, side: str, edge: int, named: Named) -> ScoreTold:
    model, role = (INBOUND, "creditor") if side == "inbound" else (OUTBOUND, "debtor")
    cluster = zip(CLUSTER_NAMES, networks.links.values(identity(account)), strict=True)
    values = networks.typologies.numbers(edge)
    score = model.score(values | {f"{role}_account_{name}": value for name, value in cluster})
    seq, event_id = named.event(edge)
    return ScoreTold(
        side=side,
        probability=score.probability,
        base=model.probability({}),
        at=from_micros(networks.graph.edge(edge).posted_at),
        seq=seq,
        event_id=event_id,
        contributions=tuple(map(_contribution, score.contributions)),
    )


def _contribution(one: Contribution) -> ContributionTold:
    words = NETWORK_NAMES[one.name]
    return ContributionTold(
        name=one.name, zh=words.zh, en=words.en, unit=words.unit, value=one.value, weight=one.weight
    )


def _ties(networks: Networks, account: int) -> tuple[TieTold, ...]:
    ties = []
    for one in networks.links.shared(account)[:_MOST_TIES]:
        zh, en = LINK_KIND_WORDS[one.kind]
        tie = TieTold(
            kind=one.kind.name.lower(),
            zh=zh,
            en=en,
            accounts=one.accounts,
            in_cluster=one.in_cluster,
            seen_at=from_micros(one.seen_at),
        )
        ties.append(tie)
    return tuple(ties)


def _kinds(networks: Networks, account: int) -> tuple[str, ...]:
    kinds = sorted({one.kind for one in networks.links.shared(account)})
    return tuple(kind.name.lower() for kind in kinds)


def _taints(networks: Networks, numbers: Sequence[int], named: Named) -> tuple[TaintTold, ...]:
    held = [
        (int(case), amount)
        for number in numbers
        for case, amount in networks.taint.amounts_in(number).items()
    ]
    named.learn(edge for edge, _ in held)
    found = []
    for edge, amount in held:
        seq, event_id = named.event(edge)
        at = from_micros(networks.graph.edge(edge).posted_at)
        found.append(TaintTold(amount_minor=amount, at=at, seq=seq, event_id=event_id))
    return tuple(found)
