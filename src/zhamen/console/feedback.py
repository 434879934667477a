"""What came of warnings: told from the page that warned, and shown in figures."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door
from zhamen.console.words import translator
from zhamen.core.errors import InputError
from zhamen.core.money import format_minor, minor_digits, parse_minor
from zhamen.ports.feedback import GROUPINGS, Grouping
from zhamen.records.feedback import Effect, Feedback, FeedbackOutcome, together
from zhamen.screening.categories import category
from zhamen.services.interventions import read_sealed

__all__ = ["CHANNEL_WORDS", "OUTCOME_WORDS", "FeedbackPages", "read_amount"]

OUTCOME_WORDS: Final = {
    FeedbackOutcome.STOPPED: "已劝阻，客户没有付款",
    FeedbackOutcome.CONTINUED: "客户坚持付款",
    FeedbackOutcome.FALSE_ALARM: "误报，没有风险",
}
CHANNEL_WORDS: Final = {
    "counter": "柜面",
    "online": "网上银行",
    "mobile": "手机银行",
    "atm": "自助设备",
    "pos": "商户收单",
    "phone": "电话银行",
}
_GROUPING_WORDS: Final = {"source": "来源", "category": "类别", "channel": "渠道", "unit": "机构"}
_GROUPED: Final = re.compile(r"[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?")
"""As pages show amounts; a comma elsewhere is a mistake, or another country's point."""
_PERIODS: Final = (7, 30, 90, 365)
_DAY: Final = timedelta(days=1)
Say = Callable[[str], str]


class FeedbackPages:
    """The routes of feedback and of its figures.

    Parameters
    ----------
    currency
        Of the amounts that are typed and shown.
    """

    def __init__(self, desk: Desk, door: Door, currency: str) -> None:
        self._desk = desk
        self._door = door
        self._currency = currency

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/feedback", self.give, methods=["POST"]),
            Route("/console/figures", self.figures, methods=["GET"]),
        ]

    async def give(self, request: Request) -> Response:
        """Keep what came of a warning that this session was given; later word takes its place."""
        signed, form = await self._door.enter_form(request, "give-feedback")
        warning = read_sealed(form.get("warning", ""), signed.token)
        outcome = next((one for one in OUTCOME_WORDS if one == form.get("outcome")), None)
        channel = form.get("channel", "")
        if outcome is None or channel not in CHANNEL_WORDS:
            raise InputError("choose what came of it, and the channel")
        given = Feedback(
            id=warning.id,
            at=self._desk.clock(),
            by=signed.actor.name,
            outcome=outcome,
            amount_minor=read_amount(form, "amount", self._currency),
            unit=signed.actor.unit,
            channel=channel,
            source=warning.source,
            category=warning.category,
            lost_minor=read_amount(form, "lost", self._currency),
        )
        await asyncio.to_thread(self._desk.feedback.give, given)
        say = self._door.pages.say(request)
        number, thanks = say("提示编号"), say("谢谢。它会计入名单的查准率和避免的损失。")
        told = {
            "kind": "calm",
            "heading": say("结果已登记"),
            "text": f"{number} {warning.id} · {thanks}",
            "back": "/console/feedback",
        }
        return self._door.show(request, signed, "told_staff.html", told)

    async def figures(self, request: Request) -> Response:
        """Show what warnings achieved within the reader's part of the organisation."""
        signed = await self._door.enter(request, "read-dashboard")
        by: Grouping = next((one for one in GROUPINGS if one == request.query_params.get("by")), "source")
        days = next((one for one in _PERIODS if str(one) == request.query_params.get("days")), 30)
        until, scope = self._desk.clock() + timedelta.resolution, signed.actor.scope
        since = until - days * _DAY
        effects = await asyncio.to_thread(self._desk.feedback.effects, by, since, until, scope=scope)
        sources = await asyncio.to_thread(self._desk.records.store.list_sources)
        language = self._door.pages.language(request)
        say = translator(language)
        of_source = {one.code: one.zh if language == "zh" else one.en for one in sources}
        names = {one.group: _name(by, one.group, of_source, say, language) for one in effects}
        values: dict[str, object] = {
            "by": by,
            "days": days,
            "groupings": [(code, say(word)) for code, word in _GROUPING_WORDS.items()],
            "periods": _PERIODS,
            "rows": [self._row(one, names[one.group]) for one in effects],
            "total": self._row(together("", effects), say("合计")) if effects else (),
            "amounts": [self._amounts(one, names[one.group]) for one in effects],
            "currency": self._currency,
        }
        return self._door.show(request, signed, "figures.html", values)

    def _row(self, effect: Effect, name: str) -> list[str]:
        return [
            name,
            f"{effect.warnings:,}",
            _percent(effect.precision),
            _percent(effect.recall),
            self._money(effect.prevented_minor),
            self._money(effect.lost_minor),
        ]

    def _amounts(self, effect: Effect, name: str) -> list[dict[str, object]]:
        unit = 10 ** minor_digits(self._currency)
        shown = (effect.prevented_minor, effect.lost_minor)
        return [{"text": name}, *[{"text": self._money(one), "value": one / unit} for one in shown]]

    def _money(self, amount_minor: int) -> str:
        return format_minor(amount_minor, self._currency)


def read_amount(form: Mapping[str, str], name: str, currency: str) -> int:
    """Give an amount of a form in minor units, 0 where nothing is written; as pages group it: ``12,345.60``.

    Raises
    ------
    InputError
        It is no amount of the currency, or below 0.
    """
    text = form.get(name, "").strip() or "0"
    if _GROUPED.fullmatch(text):
        text = re.sub("[,，]", "", text)
    amount = parse_minor(text, currency)
    if amount < 0:
        raise InputError("an amount is not below 0", path=f"$.{name}")
    return amount


def _name(by: Grouping, group: str, sources: Mapping[str, str], say: Say, language: str) -> str:
    """Give what a group is called."""
    if by == "source":
        return sources.get(group, group or "–")
    if by == "channel":
        return say(CHANNEL_WORDS[group]) if group in CHANNEL_WORDS else group or "–"
    if by == "category" and group:
        try:
            found = category(group)
        except InputError:
            return group
        return found.zh if language == "zh" else found.en
    return group or "–"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
