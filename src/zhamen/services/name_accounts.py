"""What a reader may see of the accounts and events behind a graph, which knows both by number only."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.core.errors import NotFoundError
from zhamen.core.identifiers import identity, mask
from zhamen.events.model import AnyEvent, Event
from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.intake.fields import elsewhere
from zhamen.networks.live import Networks
from zhamen.organisation.scope import Scope
from zhamen.ports.decisions import DecisionSearch
from zhamen.ports.journal import JournalRead
from zhamen.ports.profiles import AccountProfile, Profiles
from zhamen.services.traced import AccountTold

__all__ = ["Named"]


class _Told(Struct):
    """Of a decision, its outcome, and what networks told of its payment."""

    outcome: str = ""
    networks: dict[str, float | None] | None = None


_EVENT: Final = msgspec.json.Decoder(AnyEvent)
_TOLD: Final = msgspec.json.Decoder(_Told)
_SIDES: Final = ("debtor_account", "creditor_account", "account")


class Named:
    """Accounts and events of one answer, as one reader may see them.

    Accounts get their identifiers from the events behind their edges: `learn` the edges first.

    Parameters
    ----------
    views
        What tells which accounts and decisions lie within the reader's scope; None when all do, and
        nothing is known of their pages.
    whole
        Also give identifiers in full, of accounts within the scope.
    """

    def __init__(
        self,
        networks: Networks,
        journal: JournalRead,
        views: tuple[DecisionSearch, Profiles] | None,
        scope: Scope,
        *,
        whole: bool = False,
    ) -> None:
        self._networks = networks
        self._journal = journal
        self._views = views
        self._scope = scope
        self._whole = whole
        self._events: dict[int, Event] = {}
        self._outcomes: dict[int, str] = {}
        self._told: dict[int, dict[str, float | None]] = {}
        self._agents: dict[int, str] = {}
        self._scores: dict[int, float] = {}
        self._visible: frozenset[int] = frozenset()
        self._identifiers: dict[int, str] = {}
        self._profiles: dict[str, AccountProfile] = {}

    def learn(self, edges: Iterable[int]) -> None:
        """Read the events behind edges, and what is known of their accounts."""
        for seq in sorted({self._networks.seq_of(edge) for edge in edges} - self._events.keys()):
            entry = self._journal.at(seq)
            if entry is None:
                raise NotFoundError(f"the journal has no entry {seq}, which the transfer graph came from")
            event = self._events[seq] = _EVENT.decode(entry.event)
            told_of = _TOLD.decode(entry.decision)
            self._outcomes[seq] = told_of.outcome
            self._note_agents(event)
            self._told[seq] = told_of.networks or {}
            self._note_scores(event, self._told[seq])
        told = {each for event in self._events.values() for each in _accounts(event)}
        self._identifiers = {elsewhere(each): each for each in told} | {identity(each): each for each in told}
        if self._views is None:
            self._visible = frozenset(self._events)
            return
        decisions, profiles = self._views
        self._visible = decisions.visible(self._scope, self._events)
        self._profiles = profiles.find_accounts(self._scope, told)

    def account(self, number: int) -> AccountTold | None:
        """Give an account of the graph; None for nobody's."""
        graph = self._networks.graph
        if number == NOBODY:
            return None
        identifier, kind = self._identifiers.get(graph.identity(number), ""), graph.kind(number).name.lower()
        seen = self._profiles.get(identifier)
        if seen is None and self._views is not None:
            return AccountTold(masked=mask(identifier), kind=kind)
        told = AccountTold(masked=mask(identifier), kind=kind, identifier=identifier if self._whole else "")
        if seen is None:
            return msgspec.structs.replace(told, agent=self._agents.get(graph.identity(number), ""))
        return msgspec.structs.replace(told, number=seen.number, unit=seen.unit, agent=seen.agent)

    def profile(self, number: int) -> AccountProfile | None:
        """Give what the views know of an account of the graph; None when that is nothing."""
        return self._profiles.get(self._identifiers.get(self._networks.graph.identity(number), ""))

    def reports(self, number: int) -> int:
        """Give how many confirmed frauds were paid to an account; without views, those that are followed."""
        if self._views is None:
            return self._followed[number]
        profile = self.profile(number)
        return 0 if profile is None else profile.reports

    @cached_property
    def _followed(self) -> Counter[int]:
        return Counter(self._networks.graph.edge(edge).creditor for edge in self._networks.reported)

    def mule_score(self, number: int) -> float | None:
        """Give the highest mule score that the gate told of an account; None for none.

        Of payments that were learned; only a gate whose pack reads the score tells it.
        """
        return self._scores.get(self._networks.graph.identity(number))

    def event(self, edge: int) -> tuple[int | None, str]:
        """Give the place in the journal and the id of the event behind an edge; none of it when hidden."""
        seq = self._networks.seq_of(edge)
        return (seq, self._events[seq].event_id) if seq in self._visible else (None, "")

    def event_id(self, edge: int) -> str:
        """Give the id of the event behind an edge, whoever asks: for our own use."""
        return self._events[self._networks.seq_of(edge)].event_id

    def outcome(self, edge: int) -> str:
        """Give what was decided of the event behind an edge: for our own use."""
        return self._outcomes[self._networks.seq_of(edge)]

    def told(self, edge: int) -> dict[str, float | None]:
        """Give what networks told of the event behind an edge, of what the pack read: for our own use."""
        return self._told[self._networks.seq_of(edge)]

    def speed(self, edge: int) -> str | None:
        """Give how fast the transfer behind an edge goes; None when nobody said: for our own use."""
        speed: str | None = getattr(self._events[self._networks.seq_of(edge)], "speed", None)
        return speed

    def _note_agents(self, event: Event) -> None:
        for side in ("debtor", "creditor"):
            account, agent = getattr(event, f"{side}_account", None), getattr(event, f"{side}_agent", None)
            if account is not None and agent is not None:
                for of in (identity(account.id), elsewhere(account.id)):
                    self._agents.setdefault(of, agent.id)

    def _note_scores(self, event: Event, told: dict[str, float | None]) -> None:
        for side in ("debtor_account", "creditor_account"):
            account, score = getattr(event, side, None), told.get(f"{side}_mule_score")
            if account is not None and score is not None:
                of = identity(account.id)
                self._scores[of] = max(score, self._scores.get(of, 0.0))


def _accounts(event: Event) -> Iterable[str]:
    for side in _SIDES:
        account = getattr(event, side, None)
        if account is not None:
            yield account.id
