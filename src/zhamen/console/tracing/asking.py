"""What an address of a trace asks for; numbers of accounts stand in none, only numbers of pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.services.begin_trace import RuleName, TraceAsked

__all__ = ["Asked", "asked_of"]

Subject = Literal["decision", "account", "case"]
_SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
_RULES: Final[tuple[RuleName, ...]] = get_args(RuleName)
_HUB: Final = 2000
_UNTIL: Final = "%Y%m%dT%H%M%SZ"


class Asked(Struct, frozen=True, kw_only=True):
    """A trace that an address asks for; without a subject, none."""

    subject: Subject | None = None
    number: int = 0
    rule: RuleName = "stolen_first"
    direction: Literal["forward", "backward"] = "forward"
    hops: int = 8
    hours: int = 72
    share: str = "1"
    """In percent, as typed."""
    least: str = ""
    """In the currency's units, as typed; nothing for no least amount."""
    hub: int = 2000
    everyone: bool = False
    """Also through merchants and the like."""
    until: datetime | None = None
    watermark: int | None = None

    def query(self, **changes: object) -> str:
        """Give the address's query of this with some changes.

        >>> Asked(subject="case", number=7).query(rule="fifo")
        'case=7&rule=fifo&direction=forward&hops=8&hours=72&share=1'
        """
        named: dict[str, object] = {} if self.subject is None else {self.subject: self.number}
        named |= {name: getattr(self, name) for name in ("rule", "direction", "hops", "hours", "share")}
        named |= {} if self.hub == _HUB else {"hub": self.hub}
        named |= {"everyone": 1} if self.everyone else {}
        named |= {"least": self.least, "until": self.until, "watermark": self.watermark} | changes
        if isinstance(named["until"], datetime):
            named["until"] = named["until"].astimezone(UTC).strftime(_UNTIL)
        return urlencode({name: value for name, value in named.items() if value not in (None, "")})

    def traced(self, *, event_id: str = "", account: str = "") -> TraceAsked:
        """Give the question for the service, once it is known what the number stands for."""
        return TraceAsked(
            event_id=event_id,
            account=account,
            case=self.number if self.subject == "case" else 0,
            rule=self.rule,
            direction=self.direction,
            hops=self.hops,
            hours=self.hours,
            minimum_share=_share(self.share),
            minimum_minor=_minor(self.least),
            hub_stop=self.hub,
            follow_all=self.everyone,
            until=self.until,
            watermark=self.watermark,
        )


def asked_of(typed: Mapping[str, str]) -> Asked:
    """Read what an address or a form asks for.

    Raises
    ------
    InputError
        A rule, a direction or a time that is none, or a number out of range.
    """
    subject = next((name for name in _SUBJECTS if typed.get(name)), None)
    rule = next((each for each in _RULES if each == typed.get("rule", "stolen_first")), None)
    if rule is None or typed.get("direction", "forward") not in ("forward", "backward"):
        raise InputError("there is no such rule or direction; choose one from the lists")
    share = typed.get("share", "1")
    _share(share)
    _minor(typed.get("least", ""))
    return Asked(
        subject=subject,
        number=_whole(typed, subject, 0, 1, 2**31 - 1) if subject else 0,
        rule=rule,
        direction="backward" if typed.get("direction") == "backward" else "forward",
        hops=_whole(typed, "hops", 8, 0, 64),
        hours=_whole(typed, "hours", 72, 1, 8_760),
        share=share,
        least=typed.get("least", ""),
        hub=_whole(typed, "hub", _HUB, 0, 2**31 - 1),
        everyone=typed.get("everyone") == "1",
        until=_until(typed.get("until", "")),
        watermark=_whole(typed, "watermark", 0, 0, 2**31 - 1) if typed.get("watermark") else None,
    )


def _whole(typed: Mapping[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    text = typed.get(name, "") or str(otherwise)
    if not (text.isascii() and text.isdigit() and len(text) < 11 and least <= int(text) <= most):
        raise InputError(f"{name} is a whole number from {least} to {most}")
    return int(text)


def _share(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise InputError("the least share is 0 to 100 percent")
    return percent / 100


def _minor(text: str) -> int:
    whole, _, rest = (text or "0").partition(".")
    if not (text.isascii() and f"{whole}{rest}".isdigit() and len(whole) < 14 and len(rest) < 3) and text:
        raise InputError("the least amount is a number with two places at most")
    return max(1, int(whole or 0) * 100 + int(rest.ljust(2, "0")))


def _until(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _UNTIL).replace(tzinfo=UTC) if text else None
    except ValueError:
        raise InputError("this is no time of the slider; open the trace again") from None
