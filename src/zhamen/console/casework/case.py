"""One case: what is known, what was done, and what can be done next."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import Tracers
from zhamen.cases.acts import ActKind, EvidenceFile
from zhamen.cases.alert import Alert
from zhamen.cases.case import Case
from zhamen.cases.evidence import SUFFIXES
from zhamen.cases.held import PaymentStatus
from zhamen.cases.lifecycle import STEPS
from zhamen.cases.permissions import NEEDED
from zhamen.cases.scripts import SCRIPTS
from zhamen.cases.ties import TieRole
from zhamen.console import speech
from zhamen.console.casework.acting import request_of
from zhamen.console.casework.flows import cells_of, flows_of, flows_traced
from zhamen.console.casework.payment import extension_of, payment_acts
from zhamen.console.casework.problems import PROBLEMS, problem_of
from zhamen.console.casework.story import parties_of, story_of
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS, lead_to
from zhamen.console.tracing.picture import labels_of
from zhamen.console.tracing.words import told
from zhamen.console.units import path_of, unit_names, units_offered
from zhamen.core.errors import CaseNotFound, NotFoundError, UnavailableError, ZhamenError
from zhamen.gate.decision import Decision
from zhamen.organisation.actor import Actor
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Done
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.casework import CaseFile

__all__ = ["CasePages"]

_DRAWN: Final = 40
"""How many places the picture of a case has at most."""
_APPROVE: Final = frozenset({ActKind.APPROVE.value})
_EXPLAINED: Final = 20
"""Of so many of the newest alerts, the reasons are shown."""


class Explained(Struct, frozen=True):
    """An alert with the decision behind it; None when the journal at hand does not have it."""

    alert: Alert
    decision: Decision | None


class CasePages:
    """The routes of one case; each look is written down. Times of forms are in the zone of the bank."""

    def __init__(self, house: Gatehouse, tracers: Tracers, door: Door, looking: Looking) -> None:
        self._tracing = tracers.tracing
        self._cases = house.cases
        self._profiles = house.insight.profiles
        self._work = house.work
        self._clock = house.desk.clock
        self._service = house.service
        self._zone = house.pack.zone
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/cases/{case:int}", self.show, methods=["GET"]),
            Route("/console/cases/{case:int}/evidence", self.add_evidence, methods=["POST"]),
            Route("/console/cases/{case:int}/evidence/{sha256}", self.give_evidence, methods=["GET"]),
            Route("/console/cases/{case:int}/{act}", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show a case."""
        return await self._show(request, await self._door.enter(request, "read-alerts"))

    async def act(self, request: Request) -> Response:
        """Do what a form of the page asks for."""
        signed, form = await self._door.enter_form(request, "read-alerts")
        case = request.path_params["case"]
        kind = next((each for each in STEPS if each == request.path_params["act"]), None)
        if kind is None:
            raise CaseNotFound("there is no such act")
        try:
            done = await asyncio.to_thread(self._do, signed.actor, kind, case, form)
        except PROBLEMS as error:
            return await self._show(request, signed, error, {**form, "act": kind.value})
        if not signed.actor.scope.covers(done.case.unit):
            return lead_to(f"/console/cases?{urlencode({'moved': case, 'to': done.case.unit})}")
        return lead_to(f"/console/cases/{case}")

    async def add_evidence(self, request: Request) -> Response:
        """Keep a file with the case."""
        case, evidence = request.path_params["case"], self._cases.evidence
        signed, upload = await self._door.enter_upload(request, "work-case", evidence.most_bytes)
        note = upload.fields.get("reason", "")
        try:
            await asyncio.to_thread(evidence.add, signed.actor, case, upload.name, upload.content, note)
        except PROBLEMS as error:
            return await self._show(request, signed, error, {**upload.fields, "act": ActKind.EVIDENCE.value})
        return lead_to(f"/console/cases/{case}")

    async def give_evidence(self, request: Request) -> Response:
        """Give a file of the case, to be kept and not shown in the browser."""
        signed = await self._door.enter(request, "read-customers")
        case, sha256 = request.path_params["case"], request.path_params["sha256"]
        shown = await asyncio.to_thread(self._cases.evidence.show, signed.actor, case, sha256)
        headers = HEADERS | {
            "content-security-policy": "default-src 'none'; sandbox",
            "content-disposition": _as_file(shown.file),
        }
        return Response(shown.content, media_type=shown.file.media_type, headers=headers)

    def _do(self, actor: Actor, kind: ActKind, case: int, form: Mapping[str, str]) -> Done:
        desk, reason = self._cases.desk, form.get("reason", "")
        if kind is ActKind.ESCALATE:
            return desk.escalate(actor, case, reason)
        if kind is ActKind.HAND_OVER:
            return desk.hand_over(
                actor, case, path_of(self._work.organisation.known.current, form.get("unit", "")), reason
            )
        return desk.do(actor, request_of(kind, case, form, self._zone))

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        error: ZhamenError | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        case = request.path_params["case"]
        desk = self._cases.desk
        file = await asyncio.to_thread(desk.show, signed.actor, case)
        await self._looking.note(signed, "show-case", f"case/{case}")
        explained = await asyncio.to_thread(self._explain, file.alerts)
        similar = await asyncio.to_thread(desk.similar, signed.actor, case)
        say, language = self._door.pages.say(request), self._door.pages.language(request)
        tree = self._work.organisation.known.current
        colleagues: list[Actor] = []
        if signed.actor.may("assign-case"):
            colleagues = await asyncio.to_thread(desk.assignable, signed.actor, case)
        flows = await asyncio.to_thread(self._flows, signed, file, say)
        now = self._clock()
        values = {
            "file": file,
            "case": file.case,
            "explained": explained,
            "flows": flows,
            "similar": similar,
            "story": story_of(file),
            "script": _script(request, file, typed or {}),
            "scripts": SCRIPTS,
            "asked_script": request.query_params.get("script", ""),
            "parties": parties_of(file),
            "spoken_with": {one.id: one for one in file.alerts},
            "acts": _possible(file.case, signed.actor),
            "payment_acts": {one.id: payment_acts(one, signed.actor) for one in file.payments},
            "pending": [one for one in file.payments if one.status is PaymentStatus.PENDING],
            "ended": [one for one in file.payments if one.status is not PaymentStatus.PENDING],
            "expected_minor": file.case.expected_minor(now),
            "now": now,
            "soonest": (now + timedelta(hours=24)).astimezone(self._zone).strftime("%Y-%m-%dT%H:%M"),
            "seen": await asyncio.to_thread(desk.seen_cases, signed.actor, _merges(file)),
            "suspect": await asyncio.to_thread(self._suspect, signed.actor, file),
            "colleagues": colleagues,
            "typed": typed or {},
            "unit_name": unit_names(tree, language),
            "units": units_offered(tree, Scope(tree.root.code), language),
            "problem": "" if error is None else say(problem_of(error)),
            "path": "/console/cases",
            **extension_of(desk.policy),
            **speech.spoken(say),
        }
        return self._door.show(request, signed, "case.html", values, 409 if error else 200)

    def _suspect(self, actor: Actor, file: CaseFile) -> int | None:
        """Give the number of the suspected account, to those who may look at it."""
        ties = (tie for one in file.alerts if one.suspect == file.case.suspect for tie in one.ties)
        number = next((tie.key for tie in ties if tie.role is TieRole.SUSPECT), None)
        if number is None or not actor.may("read-customers"):
            return None
        try:
            return self._profiles.account(actor.scope, number).number
        except NotFoundError:
            return None

    def _explain(self, alerts: list[Alert]) -> list[Explained]:
        return [Explained(alert, self._decision(alert.event_id)) for alert in alerts[:_EXPLAINED]]

    def _flows(
        self, signed: SignedIn, file: CaseFile, say: Callable[[str], str]
    ) -> list[list[dict[str, object]]]:
        """Give how money went: as the transfer graph knows, else as far as the alerts tell."""
        asked = TraceAsked(case=file.case.id)
        try:
            shown = self._tracing.trace(signed.actor.scope, asked, most_nodes=_DRAWN)
        except (NotFoundError, UnavailableError):
            return cells_of(flows_of(file.alerts))
        return cells_of(flows_traced(shown, labels_of(shown, told(say)["fates"])))

    def _decision(self, event_id: str) -> Decision | None:
        found = self._service.find(event_id)
        return None if found is None else msgspec.json.decode(found.decision_json, type=Decision)


def _possible(case: Case, actor: Actor) -> frozenset[str]:
    """Give the acts that the status of the case, the rights of the actor and the four eyes leave open."""
    return frozenset(
        kind.value
        for kind, (before, _) in STEPS.items()
        if case.status in before and (needed := NEEDED[kind]) is not None and actor.may(needed)
    ) - (_APPROVE if case.proposal and case.proposal.by == actor.name else frozenset())


def _script(request: Request, file: CaseFile, typed: Mapping[str, str]) -> str:
    """Give the name of the script to show: the one in use, the one asked for, or the one that fits."""
    asked = typed.get("script") or request.query_params.get("script", "")
    return asked if asked in SCRIPTS else file.script


def _merges(file: CaseFile) -> set[int]:
    """Give the cases into which this one was, or is to be, merged."""
    proposal = () if file.case.proposal is None else (file.case.proposal,)
    return {one.detail.into for one in (*file.acts, *proposal) if one.detail.into}


def _as_file(file: EvidenceFile) -> str:
    """Give the header by which a browser keeps a file under its own name; one in ASCII for old browsers."""
    plain = f"{file.sha256[:12]}.{SUFFIXES[file.media_type]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
