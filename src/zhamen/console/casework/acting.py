"""What a form of a case page asks for, as an act."""

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from enum import StrEnum
from typing import Final, Literal, TypeVar, get_args

from zhamen.cases.acts import NO_DETAIL, ActKind, Contact, Detail, Emergency
from zhamen.cases.disposition import Disposition
from zhamen.core.errors import InputError
from zhamen.services.casework import Request

__all__ = ["chosen", "request_of"]

_Way = Literal["phone", "counter", "visit", "message"]
_WAYS: Final[tuple[_Way, ...]] = get_args(_Way)
_E = TypeVar("_E", bound=StrEnum)
_MOST_ANSWERS: Final = 12
_MOST_DIGITS: Final = 18


def request_of(kind: ActKind, case: int, form: Mapping[str, str], zone: timezone) -> Request:
    """Give the act that a form asks for.

    Parameters
    ----------
    zone
        In which the form's times are written.

    Raises
    ------
    InputError
        A field is not of its kind; whether the act may be done is not looked at.
    """
    make = _DETAILS.get(kind)
    return Request(
        case=case,
        kind=kind,
        payment=_number(form, "payment"),
        reason=form.get("reason", ""),
        detail=NO_DETAIL if make is None else make(form, zone),
    )


def _assign(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001  # the shape of all
    return Detail(to=form.get("to", ""))


def _raise(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001
    return Detail(emergency=_choice(Emergency, form, "emergency"))


def _classify(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001
    return Detail(scam_kind=form.get("scam_kind", "")[:40])


def _until(form: Mapping[str, str], zone: timezone) -> Detail:
    text = form.get("until", "")
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        raise InputError("give a day and a time", path="$.until") from None
    if until.tzinfo is not None:
        raise InputError("give a local time, without a zone", path="$.until")
    return Detail(until=until.replace(tzinfo=zone))


def _contact(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001
    way = next((each for each in _WAYS if each == form.get("way")), None)
    if way is None:
        raise InputError("say how the customer was contacted", path="$.way")
    answers = [form.get(f"answer.{number}", "") for number in range(_MOST_ANSWERS)]
    while answers and not answers[-1]:
        answers.pop()
    reached = form.get("reached") == "yes"
    number, _, side = form.get("party", "").partition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise InputError("say with whom the talk was", path="$.party")
    return Detail(
        contact=Contact(
            script=form.get("script", ""),
            alert=int(number),
            side="creditor" if side == "creditor" else "debtor",
            way=way,
            reached=reached,
            answers=tuple(answers),
        )
    )


def _merge(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001
    return Detail(into=_number(form, "into"))


def _split(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001
    return Detail(alerts=chosen(form, "alert."))


def _dispose(form: Mapping[str, str], zone: timezone) -> Detail:  # noqa: ARG001
    return Detail(disposition=_choice(Disposition, form, "disposition"))


def chosen(form: Mapping[str, str], prefix: str) -> tuple[int, ...]:
    """Give the numbers of the boxes that were ticked, whose names begin so.

    >>> chosen({"case.12": "on", "case.7": "on", "case.x": "on", "other": "on"}, "case.")
    (12, 7)
    """
    ticked = (name.removeprefix(prefix) for name in form if name.startswith(prefix))
    return tuple(int(number) for number in ticked if number.isascii() and number.isdigit())


def _number(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InputError("this is no number", path=f"$.{name}")
    return int(text)


def _choice(kind: type[_E], form: Mapping[str, str], name: str) -> _E | None:
    return next((each for each in kind if each.value == form.get(name)), None)


_DETAILS: Final[dict[ActKind, Callable[[Mapping[str, str], timezone], Detail]]] = {
    ActKind.ASSIGN: _assign,
    ActKind.RAISE: _raise,
    ActKind.CLASSIFY: _classify,
    ActKind.SNOOZE: _until,
    ActKind.EXTEND: _until,
    ActKind.CONTACT: _contact,
    ActKind.MERGE: _merge,
    ActKind.SPLIT: _split,
    ActKind.DISPOSE: _dispose,
}
