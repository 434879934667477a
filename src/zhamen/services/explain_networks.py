"""What do networks say of a transfer or an account, and why? Shown as its reader may see it."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from zhamen.core.errors import InputError, NotFoundError
from zhamen.core.identifiers import mask
from zhamen.core.instants import from_micros
from zhamen.networks.live import Networks
from zhamen.organisation.scope import Scope
from zhamen.ports.profiles import AccountProfile, Profiles
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.explain_clusters import cluster_of
from zhamen.services.explain_patterns import patterns_of
from zhamen.services.explain_scores import scores_of
from zhamen.services.explained import (
    AccountExplained,
    Explained,
    TaintTold,
    TransferExplained,
)
from zhamen.services.name_accounts import Named
from zhamen.services.trace import Tracing
from zhamen.services.traced import AccountTold

__all__ = ["ExplainAsked", "Explaining"]

_Word = Annotated[str, Meta(max_length=128)]


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
        return TransferExplained(
            about=found.begun.about,
            currency=self._tracing.currency,
            event_id=named.event(edge)[1],
            patterns=patterns_of(networks, edge, named),
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
            scores=scores_of(networks, account, numbers, named),
            cluster=cluster_of(networks, account, named, profiled=self._profiles is not None),
            tainted_minor=sum(one.amount_minor for one in taints),
            taints=taints,
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
