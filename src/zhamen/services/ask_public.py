"""What anyone may ask: a caution or none, a report, an appeal; and a way to ask without telling."""

import secrets
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import OUTSIDE
from zhamen.ports.record_desk import Note, RecordDeskStore
from zhamen.ports.records import Actor, RecordStore
from zhamen.records.appeal import Appeal
from zhamen.records.claim import Claim
from zhamen.records.correction import LONGEST_NOTE
from zhamen.records.source import Source
from zhamen.screening.advice import PUBLIC_CAUTION, PUBLIC_NOTHING
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.forms import same_number
from zhamen.screening.grading import grade
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import POINT_BYTES, ObliviousKey
from zhamen.screening.screen import Screen
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.ask import Asker, Asking, Words
from zhamen.services.hear_appeals import AppealDesk, Received
from zhamen.services.import_records import import_records
from zhamen.services.proofs import Challenge, Proofs
from zhamen.services.visitors import Allowance, Visitors

__all__ = ["PREFIX_BITS", "PublicAnswer", "PublicDesk"]

PREFIX_BITS: Final = 12
"""An application tells these bits of a tag, which one in 4,096 of all numbers has."""
_ASKABLE: Final = frozenset(
    {SubjectKind.ACCOUNT, SubjectKind.CARD, SubjectKind.PHONE, SubjectKind.URL, SubjectKind.WALLET}
)
_PUBLIC: Final = Asker(who="public", unit=OUTSIDE, channel="public")
_QUESTIONS: Final = Allowance(10, 60.0), Allowance(500, 0.01)
_WRITINGS: Final = Allowance(3, 1_200.0), Allowance(100, 1.0)
_RECEIPTS: Final = Allowance(10, 60.0), Allowance(100, 0.1)
_BLIND: Final = Allowance(30, 10.0), Allowance(500, 0.01)


class PublicAnswer(Struct, frozen=True, kw_only=True):
    """What anyone is told: a caution, or that nothing was found, which is never called safe."""

    caution: bool
    kind: str
    masked: str
    words: Words


class PublicDesk:
    """Serves people who do not say who they are.

    Only records of sources that are for the public count, graded with all others, so that what was
    cleared cautions nobody. A report becomes a candidate that another person checks.

    Parameters
    ----------
    monotonic
        Seconds that only grow, for the allowances.
    """

    def __init__(
        self,
        asking: Asking,
        screen: Screen,
        *,
        oblivious: ObliviousKey,
        proofs: Proofs,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._asking = asking
        self._screen = screen
        self._oblivious = oblivious
        self._proofs = proofs
        self._clock = clock
        self._questions, self._writings, self._receipts, self._blind = (
            Visitors(*each, monotonic) for each in (_QUESTIONS, _WRITINGS, _RECEIPTS, _BLIND)
        )

    def identify(self, text: str) -> Identifier:
        """Give the account, card, phone, site or wallet that a text names.

        Raises
        ------
        InputError
            It names none: people cannot be looked up by anyone.
        """
        who = self._asking.identify("", text)
        if who.kind not in _ASKABLE:
            raise InputError("look up an account, a card, a phone number, a site or a wallet")
        return who

    async def ask(self, text: str, address: str) -> PublicAnswer:
        """Answer one question, when it is in the log.

        Raises
        ------
        QuotaExceeded
            This connection, or everybody together, asks too much.
        InputError
            As `identify`.
        StoreUnavailable
            The question could not be written down.
        """
        self._questions.take(address)
        started = perf_counter()
        who = self.identify(text)
        answer, known = self._answer(who), self._asking.know(who)
        await self._asking.note([(who, known)], _PUBLIC, "public", took=perf_counter() - started)
        return answer

    def report(
        self,
        stores: tuple[RecordStore, RecordDeskStore],
        source: Source,
        fields: tuple[str, str],
        address: str,
    ) -> None:
        """Keep a report of somebody for a person to check: the number, and what is said of it, if anything.

        Raises
        ------
        QuotaExceeded, InputError
            As `ask`; or too much is said.
        """
        self._writings.take(address)
        (store, desk), (text, said) = stores, fields
        who = self.identify(text)
        if len(said) > LONGEST_NOTE:
            raise InputError(f"what is said has up to {LONGEST_NOTE:,} characters", path="$.note")
        claim = Claim(
            who,
            ListKind.GREY,
            category("watch.public_report"),
            level=40,
            confidence=50,
            source_ref=secrets.token_hex(8),
        )
        import_records(store, source, iter([[claim]]), actor=Actor("public", OUTSIDE), clock=self._clock)
        if said:
            desk.note(source.code, claim.source_ref, Note(at=self._clock(), by="public", text=said))

    def appeal(self, desk: AppealDesk, ring: KeyRing, fields: tuple[str, str, str], address: str) -> Received:
        """Take in an appeal: the number, what is said, and where to answer.

        Raises
        ------
        QuotaExceeded, InputError
            As `ask`; or something is left out.
        """
        self._writings.take(address)
        text, claim, contact = fields
        who = self.identify(text)
        keys = [key for one in same_number(who) for key in ring.keys_to_ask(one)]
        return desk.receive(who, keys, claim=claim, contact=contact)

    def appeal_status(self, desk: AppealDesk, code: str, address: str) -> Appeal | None:
        """Give the appeal of a receipt; None when there is none, or no longer.

        Raises
        ------
        QuotaExceeded
            As `ask`.
        """
        self._receipts.take(address)
        return desk.find(code)

    def challenge(self, address: str) -> Challenge:
        """Set a proof of work."""
        return self._proofs.challenge(address, secrets.token_hex(8))

    def multiple(self, challenge: str, answer: str, blinded: bytes, address: str) -> bytes:
        """Multiply a blinded point by the server's secret, for a proof of work.

        Raises
        ------
        QuotaExceeded, InputError
            Asked too often; the proof does not hold; or what was sent is no point.
        """
        self._blind.take(address)
        self._proofs.check(challenge, answer, address)
        if len(blinded) != POINT_BYTES:
            raise InputError("the blinded point has 32 bytes", path="$.blinded")
        return self._oblivious.multiple(blinded)

    def tags(self, store: RecordStore, prefix: int, address: str) -> list[bytes]:
        """Give all tags that begin with some bits; comparing them is left to who asks.

        Raises
        ------
        QuotaExceeded, InputError
            Asked too often, or the prefix has more bits.
        """
        self._blind.take(address)
        if not 0 <= prefix < 1 << PREFIX_BITS:
            raise InputError(f"the prefix is a number of {PREFIX_BITS} bits", path="$.prefix")
        return store.tags(prefix, PREFIX_BITS, self._clock())

    def _answer(self, who: Identifier) -> PublicAnswer:
        sources = self._screen.sources
        entries = [hit.entry for one in same_number(who) for hit in self._screen.known(one)]
        graded = grade(entries, sources, to_micros(self._clock()))
        suspected = graded.list in (ListKind.GREY, ListKind.BLACK)
        caution = suspected and any(sources[one.source].public for one in graded.rests_on)
        words = PUBLIC_CAUTION if caution else PUBLIC_NOTHING
        return PublicAnswer(
            caution=caution, kind=who.kind.value, masked=who.masked, words=Words(words.zh, words.en)
        )
