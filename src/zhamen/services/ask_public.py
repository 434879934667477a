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
from zhamen.screening.grading import cautions
from zhamen.screening.identifiers.identify import identify, recognise
from zhamen.screening.identifiers.parties import is_checked
from zhamen.screening.identifiers.phones import is_mobile
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import POINT_BYTES, ObliviousKey
from zhamen.screening.screen import Screen
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.ask import Asker, Asking, Words
from zhamen.services.hear_appeals import AppealDesk, Received
from zhamen.services.import_records import import_records
from zhamen.services.proofs import Challenge, Proofs
from zhamen.services.visitors import Allowance, Visitors

__all__ = ["PREFIX_BITS", "PublicAnswer", "PublicDesk", "readings"]

PREFIX_BITS: Final = 12
"""An application tells these bits of a tag, which one in 4,096 of all numbers has."""
_ASKABLE: Final = frozenset(
    {SubjectKind.ACCOUNT, SubjectKind.CARD, SubjectKind.PHONE, SubjectKind.URL, SubjectKind.WALLET}
)
_SURE: Final = frozenset({SubjectKind.CARD, SubjectKind.URL, SubjectKind.WALLET})
"""What is one of these is nothing else; a card is asked about as an account too."""
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


def readings(text: str) -> tuple[Identifier, ...]:
    """Give the accounts, cards, phones, sites or wallets that a text may name, the likeliest first.

    They hang on the text alone, never on what is listed: whatever is shown of them tells nothing.

    Raises
    ------
    InputError
        It names none of them, or a person or a firm: these cannot be looked up by anyone.

    Examples
    --------
    >>> [str(one.kind) for one in readings("01066558888")], [str(one.kind) for one in readings("12345678")]
    (['phone', 'account'], ['account'])
    """
    found = recognise(text)
    askable = tuple(one for one in found if one.kind in _ASKABLE)
    if not askable or is_checked(found[0]):
        raise InputError("look up an account, a card, a phone number, a site or a wallet")
    return askable[:1] if askable[0].kind in _SURE else askable


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

    def reported(self, text: str, kind: str = "") -> tuple[Identifier, ...]:
        """Give what a report is about; more than one when the person has to say which kind is meant.

        Raises
        ------
        InputError
            As `readings`, or it is none of the kind.
        """
        if kind:
            if kind not in _ASKABLE:
                raise InputError("report an account, a card, a phone number, a site or a wallet")
            return (identify(SubjectKind(kind), text),)
        found = readings(text)
        return found[:1] if is_mobile(found[0]) else found

    async def ask(self, text: str, address: str) -> PublicAnswer:
        """Answer one question, when it is in the log: a caution on any kind that the text may be.

        What is shown of the subject hangs on the text alone, so that it tells nothing of any list.

        Raises
        ------
        QuotaExceeded
            This connection, or everybody together, asks too much.
        InputError
            As `readings`.
        StoreUnavailable
            The question could not be written down.
        """
        self._questions.take(address)
        started = perf_counter()
        may_be = readings(text)
        who = may_be[0]
        cautioned = [one for one in may_be if self._cautions(one)]
        caution, noted = bool(cautioned), next(iter(cautioned), who)
        known = self._asking.know(noted)
        await self._asking.note([(noted, known)], _PUBLIC, "public", took=perf_counter() - started)
        words = PUBLIC_CAUTION if caution else PUBLIC_NOTHING
        return PublicAnswer(
            caution=caution, kind=who.kind.value, masked=who.masked, words=Words(words.zh, words.en)
        )

    def report(
        self,
        stores: tuple[RecordStore, RecordDeskStore],
        source: Source,
        reported: tuple[Identifier, str],
        address: str,
    ) -> None:
        """Keep a report for a person to check: about whom or what, and what is said of it, if anything.

        Raises
        ------
        QuotaExceeded, InputError
            As `ask`; or too much is said.
        """
        self._writings.take(address)
        (store, desk), (who, said) = stores, reported
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
        may_be = readings(text)
        forms = [one for who in may_be for one in same_number(who)]
        keys = [key for one in forms for key in ring.keys_to_ask(one)]
        return desk.receive(may_be[0], keys, claim=claim, contact=contact)

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

    def _cautions(self, who: Identifier) -> bool:
        entries = [hit.entry for one in same_number(who) for hit in self._screen.known(one)]
        return cautions(entries, self._screen.sources, to_micros(self._clock()))
