"""One record: its versions, what else is known of its subject, and what people do to it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door, SignedIn
from zhamen.console.page import lead_to
from zhamen.console.records.queue import HOME
from zhamen.console.records.words import category_choices, category_names, enter_reader, spoken
from zhamen.core.errors import ConflictError, FourEyes, InputError, RecordNotFound, ZhamenError
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.records.correction import Correction
from zhamen.records.record import MOVES, Move, Record
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.keep_records import RecordKeeper
from zhamen.services.record_desk import RecordFile

__all__ = ["RecordPages"]

_BY_PEOPLE: Final = (Move.PUBLISH, Move.SUSPEND, Move.RESUME, Move.RELEASE)
_FIELDS: Final = (
    "kind",
    "value",
    "list",
    "category",
    "level",
    "confidence",
    "case_number",
    "until",
    "reason",
)
_FIRST: Final = {"list": "grey", "level": "60", "confidence": "70"}
_PROBLEM_WORDS: Final[dict[type[ZhamenError], str]] = {
    FourEyes: "您录入的记录要由另一个人复核发布。",
    ConflictError: "现在不能这样做：状态已经变化，或来源的记录只能由来源更正。",
    InputError: "请核对号码、类别、级别（0 到 100）、日期，并写明理由。",
}
_STATUSES: Final[dict[type[ZhamenError], int]] = {FourEyes: 409, ConflictError: 409, InputError: 422}
_PROBLEMS: Final = tuple(_PROBLEM_WORDS)


class RecordPages:
    """The routes of one record, and of one that is entered.

    Parameters
    ----------
    zone
        In which days end.
    """

    def __init__(self, desk: Desk, door: Door, zone: timezone) -> None:
        self._desk = desk
        self._door = door
        self._zone = zone
        self._keeper = RecordKeeper(desk.records.store, desk.clock)

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route(f"{HOME}/new", self.form, methods=["GET"]),
            Route(f"{HOME}/new", self.enter, methods=["POST"]),
            Route(f"{HOME}/{{number:int}}", self.show, methods=["GET"]),
            Route(f"{HOME}/{{number:int}}/correct", self.correct, methods=["POST"]),
            Route(f"{HOME}/{{number:int}}/move", self.move, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show the form of a new record."""
        signed = await self._door.enter(request, "enter-records")
        return self._entry(request, signed, _FIRST)

    async def enter(self, request: Request) -> Response:
        """Take in one record, which waits for another's check."""
        signed, form = await self._door.enter_form(request, "enter-records")
        try:
            claim = self._claim(form)
            actor = _acting(signed, form)
            made = await asyncio.to_thread(self._desk.records_desk.enter, claim, actor)
        except InputError as error:
            return self._entry(request, signed, form, error)
        return lead_to(f"{HOME}/{made}")

    async def show(self, request: Request) -> Response:
        """Show a record with its versions, what was done and what else is known of its subject."""
        signed = await enter_reader(self._door, request)
        return await self._show(request, signed)

    async def correct(self, request: Request) -> Response:
        """Make the next version of a record, which waits for another's check."""
        signed, form = await self._door.enter_form(request, "enter-records")
        desk, number = self._desk.records_desk, request.path_params["number"]
        try:
            correction = self._correction(form)
            given = (number, correction, _acting(signed, form), signed.actor.scope)
            made = await asyncio.to_thread(desk.correct, *given)
        except _PROBLEMS as error:
            return await self._show(request, signed, error)
        return lead_to(f"{HOME}/{made}")

    async def move(self, request: Request) -> Response:
        """Publish, suspend, resume or release; screening has taken it when the page answers."""
        signed, form = await self._door.enter_form(request, "publish-records")
        number = request.path_params["number"]
        await asyncio.to_thread(self._desk.records_desk.filed.find, number, signed.actor.scope)
        try:
            move = next((one for one in _BY_PEOPLE if one == form.get("move")), None)
            if move is None:
                raise InputError("choose what to do with the record")
            done = await asyncio.to_thread(self._keeper.act, number, move, _acting(signed, form))
        except _PROBLEMS as error:
            return await self._show(request, signed, error)
        await asyncio.to_thread(self._desk.follower.look)
        return lead_to(f"{HOME}/{done.id}")

    def _claim(self, form: Mapping[str, str]) -> Claim:
        kind = next((one for one in SubjectKind if one == form.get("kind")), None)
        if kind is None:
            raise InputError("choose what the record is about")
        return Claim(
            identify(kind, form.get("value", "")),
            _list_of(form),
            category(form.get("category", "")),
            _percent(form, "level"),
            _percent(form, "confidence"),
            case_number=form.get("case_number", ""),
            expires_at=self._until(form),
        )

    def _correction(self, form: Mapping[str, str]) -> Correction:
        return Correction(
            list=_list_of(form),
            category=category(form.get("category", "")),
            level=_percent(form, "level"),
            confidence=_percent(form, "confidence"),
            case_number=form.get("case_number", ""),
            expires_at=self._until(form),
            reason=form.get("reason", ""),
        )

    def _until(self, form: Mapping[str, str]) -> datetime | None:
        """Give the end of the day that a form names, in the bank's zone; it has to lie ahead."""
        if not form.get("until"):
            return None
        try:
            day = date.fromisoformat(form["until"])
            until = datetime.combine(day, time(), self._zone) + timedelta(days=1)
        except (ValueError, OverflowError):
            raise InputError("a day is written as 2027-11-28") from None
        if until <= self._desk.clock():
            raise InputError("the record would be over already; give a later day")
        return until.astimezone(UTC)

    async def _show(self, request: Request, signed: SignedIn, error: ZhamenError | None = None) -> Response:
        number, scope = request.path_params["number"], signed.actor.scope
        file = await asyncio.to_thread(self._desk.records_desk.open_file, number, scope)
        record = file.filed.record
        values: dict[str, object] = {
            **self._tables(request),
            "file": file,
            "record": record,
            "unit": file.filed.unit,
            "graded": self._graded(request, file),
            "seen": await asyncio.to_thread(self._seen, file.beside, signed),
            "possible": [one.value for one in _BY_PEOPLE if record.latest and record.status in MOVES[one][0]],
            "theirs": record.maker == signed.actor.name,
            "until": "" if record.claimed_until is None else self._last_day(record.claimed_until),
            "problem": self._problem(request, error),
            "path": f"{HOME}/{number}",
        }
        return self._door.show(request, signed, "record.html", values, _status(error))

    def _entry(
        self, request: Request, signed: SignedIn, typed: Mapping[str, str], error: ZhamenError | None = None
    ) -> Response:
        values = {
            **self._tables(request),
            "typed": {name: typed.get(name, "") for name in _FIELDS},
            "problem": self._problem(request, error),
        }
        return self._door.show(request, signed, "record_entry.html", values, _status(error))

    def _tables(self, request: Request) -> dict[str, object]:
        language = self._door.pages.language(request)
        return {
            **spoken(self._door.pages.say(request)),
            "categories": category_names(language),
            "choices": category_choices(language),
        }

    def _graded(self, request: Request, file: RecordFile) -> dict[str, object]:
        """Give what all that is in force on the subject comes to, in the reader's words."""
        chinese = self._door.pages.language(request) == "zh"
        whys = {one.entry.record_id: one.why.zh if chinese else one.why.en for one in file.grading.outranked}
        return {
            "list": file.grading.list.value if file.grading.list is not None else "",
            "level": file.grading.level,
            "conflict": file.grading.conflict,
            "whys": whys,
        }

    def _seen(self, beside: list[Record], signed: SignedIn) -> set[int]:
        """Give which of the records on a subject the reader has a page of."""
        found = set()
        for one in beside:
            try:
                self._desk.records_desk.filed.find(one.id, signed.actor.scope)
            except RecordNotFound:
                continue
            found.add(one.id)
        return found

    def _last_day(self, until: datetime) -> str:
        return (until.astimezone(self._zone) - timedelta.resolution).date().isoformat()

    def _problem(self, request: Request, error: ZhamenError | None) -> str:
        say: Callable[[str], str] = self._door.pages.say(request)
        return next((say(_PROBLEM_WORDS[kind]) for kind in _PROBLEM_WORDS if isinstance(error, kind)), "")


def _status(error: ZhamenError | None) -> int:
    return next((_STATUSES[kind] for kind in _STATUSES if isinstance(error, kind)), 200)


def _acting(signed: SignedIn, form: Mapping[str, str]) -> Actor:
    return Actor(signed.actor.name, signed.actor.unit, form.get("reason", ""))


def _list_of(form: Mapping[str, str]) -> ListKind:
    found = next((one for one in ListKind if one == form.get("list")), None)
    if found is None:
        raise InputError("choose the list that the record is on")
    return found


def _percent(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise InputError(f"{name} is a whole number from 0 to 100")
    return int(text)
