"""What is known of a subject, said to whoever may ask, and written down before it is said."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InvalidIdentifier, StoreUnavailable
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.queries import Purpose, Query, QueryLog
from zhamen.screening.advice import advice_on
from zhamen.screening.categories import category_at
from zhamen.screening.entries import EVER, Entry
from zhamen.screening.forms import same_number
from zhamen.screening.grading import Grading, grade
from zhamen.screening.identifiers.bins import BinTable
from zhamen.screening.identifiers.identify import identify, recognise
from zhamen.screening.keys import KeyRing
from zhamen.screening.screen import ListHit, Screen
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.commit import Committer, Waiting

__all__ = ["Asker", "Asking", "Coded", "Finding", "Known", "Outranked", "Words"]


_ISSUED = (SubjectKind.ACCOUNT, SubjectKind.CARD)
_KINDS: Final = {kind.value: kind for kind in SubjectKind}


class Words(Struct, frozen=True):
    """The same words in Chinese and English."""

    zh: str
    en: str


class Coded(Struct, frozen=True):
    """A code and what it means."""

    code: str
    zh: str
    en: str


class Finding(Struct, frozen=True, kw_only=True):
    """One record on the subject; ``form`` says whether it, its network, host or a domain above is listed."""

    record_id: int
    list: str
    level: int
    confidence: int
    category: Coded
    source: Coded
    form: str
    matched: str
    in_force_from: datetime
    in_force_until: datetime | None = None


class Outranked(Struct, frozen=True):
    """A record that counts for less than its source says, and why."""

    record_id: int
    why: Coded


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a subject as of an instant.

    ``list`` is empty when nothing is known, which is no proof of safety. ``conflict`` says that sources
    contradict each other.
    """

    kind: str
    masked: str
    issuer: str
    """The bank that issued a card, where that is known."""
    list: str
    level: int
    conflict: bool
    findings: tuple[Finding, ...]
    outranked: tuple[Outranked, ...]
    meaning: Words
    script: Words
    next_step: Words
    as_of: datetime


class Asker(Struct, frozen=True, kw_only=True):
    """Who asks: an API key, a member of staff, or the public."""

    who: str
    unit: str = "head"
    channel: str = "api"


class _Logged(Waiting):
    __slots__ = ("queries", "reply")

    def __init__(
        self, queries: Sequence[Query], since: float, reply: Callable[[StoreUnavailable | None], None]
    ) -> None:
        super().__init__(since)
        self.queries = queries
        self.reply = reply


class Asking:
    """Answers questions; an answer is given when the question is in the log.

    Parameters
    ----------
    bins
        Which bank issued which cards.
    deliver
        Called once for each group of questions, on the log's thread, with what gives the answers; it has to
        run that on the loop that waits for them.

    Notes
    -----
    Questions that come while the log is written go into its next group, as decisions do.
    """

    def __init__(
        self,
        screen: Screen,
        ring: KeyRing,
        log: QueryLog,
        *,
        clock: Callable[[], datetime],
        deliver: Callable[[Callable[[], None]], None],
        bins: BinTable | None = None,
    ) -> None:
        self._bins = bins or BinTable()
        self._screen = screen
        self._ring = ring
        self._log = log
        self._clock = clock
        self._deliver = deliver
        self._committer: Committer[_Logged] = Committer(self._write, self._on_durable, self._on_failure)

    def start(self) -> None:
        """Begin to write the log."""
        self._committer.start()

    def stop(self) -> None:
        """Write what waits and end."""
        self._committer.stop()

    def identify(self, kind: str, text: str) -> Identifier:
        """Give the subject that a text names; without a kind, the likeliest that is on a list.

        Raises
        ------
        InvalidIdentifier
            The text names nothing of the kind, or nothing at all; or there is no such kind.
        """
        if kind:
            if kind not in _KINDS:
                raise InvalidIdentifier(f"{kind[:20]!r} is no kind; choose from {', '.join(_KINDS)}")
            return identify(_KINDS[kind], text)
        found = recognise(text)
        if not found:
            raise InvalidIdentifier("this is no number, address or name that can be looked up; check it")
        now = to_micros(self._clock())
        return next((one for one in found if self._screen.find(one, now)), found[0])

    def keys_of(self, who: Identifier) -> list[bytes]:
        """Give the keys that a subject may stand under."""
        return [key for one in same_number(who) for key in self._ring.keys_to_ask(one)]

    def know(self, who: Identifier) -> Known:
        """Give what is known of a subject now, without writing it down."""
        now = self._clock()
        hits = [hit for one in same_number(who) for hit in self._screen.known(one)]
        micros = to_micros(now)
        graded = grade([hit.entry for hit in hits], self._screen.sources, micros)
        return self._told(who, [hit for hit in hits if hit.entry.in_force(micros)], graded, now)

    async def note(
        self, asked: Sequence[tuple[Identifier, Known]], asker: Asker, purpose: Purpose, *, took: float
    ) -> None:
        """Write questions down; they are on disk when this returns.

        Parameters
        ----------
        took
            Seconds that the answers took.

        Raises
        ------
        StoreUnavailable
            They could not be written: nothing may be answered.
        """
        waiting: asyncio.Future[StoreUnavailable | None] = asyncio.get_running_loop().create_future()

        def reply(refusal: StoreUnavailable | None) -> None:
            if not waiting.done():
                waiting.set_result(refusal)

        queries = [
            Query(
                at=known.as_of,
                who=asker.who,
                unit=asker.unit,
                channel=asker.channel,
                purpose=purpose,
                kind=known.kind,
                masked=known.masked,
                key=self._ring.key_of(who),
                list=known.list,
                level=known.level,
                took_us=round(took * 1e6),
            )
            for who, known in asked
        ]
        self._committer.put(_Logged(queries, perf_counter(), reply))
        refusal = await waiting
        if refusal is not None:
            raise refusal

    def _told(self, who: Identifier, hits: Sequence[ListHit], graded: Grading, now: datetime) -> Known:
        advice = advice_on(graded.list)
        counted = set(graded.rests_on)
        ordered = sorted(hits, key=lambda hit: (hit.entry not in counted, -hit.entry.level))
        return Known(
            kind=who.kind.value,
            masked=who.masked,
            issuer=self._issuer(who),
            list="" if graded.list is None else graded.list.value,
            level=graded.level,
            conflict=graded.conflict,
            findings=tuple([self._finding(hit.entry, hit) for hit in ordered]),
            outranked=tuple(
                [
                    Outranked(one.entry.record_id, Coded(one.why.value, one.why.zh, one.why.en))
                    for one in graded.outranked
                ]
            ),
            meaning=Words(advice.meaning.zh, advice.meaning.en),
            script=Words(advice.script.zh, advice.script.en),
            next_step=Words(advice.next_step.zh, advice.next_step.en),
            as_of=now,
        )

    def _issuer(self, who: Identifier) -> str:
        issuer = self._bins.issuer(who.canonical) if who.kind in _ISSUED else None
        return "" if issuer is None else f"{issuer.bank} {issuer.card_type}"

    def _finding(self, entry: Entry, hit: ListHit) -> Finding:
        category, source = category_at(entry.category), self._screen.sources[entry.source]
        return Finding(
            record_id=entry.record_id,
            list=entry.list.value,
            level=entry.level,
            confidence=entry.confidence,
            category=Coded(category.code, category.zh, category.en),
            source=Coded(source.code, source.zh, source.en),
            form=hit.form.value,
            matched=hit.masked,
            in_force_from=from_micros(entry.effective_from),
            in_force_until=None if entry.expires_at == EVER else from_micros(entry.expires_at),
        )

    def _write(self, group: list[_Logged]) -> None:
        self._log.append([query for each in group for query in each.queries])

    def _on_durable(self, group: list[_Logged], started: float) -> None:  # noqa: ARG002  # not measured
        self._deliver(lambda: _reply(group, None))

    def _on_failure(self, group: list[_Logged], error: Exception) -> None:
        refusal = StoreUnavailable(
            f"the question could not be written down ({type(error).__name__}); it is not answered: ask again"
        )
        self._deliver(lambda: _reply(group, refusal))


def _reply(group: Sequence[_Logged], refusal: StoreUnavailable | None) -> None:
    for each in group:
        each.reply(refusal)
