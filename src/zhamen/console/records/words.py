"""What the pages of records say of their codes, and who may see the pages."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from starlette.requests import Request

from zhamen.console.door import Door, SignedIn
from zhamen.organisation.actor import Actor
from zhamen.records.record import Move, Status
from zhamen.screening.categories import CATEGORIES, GROUPS
from zhamen.screening.entries import ListKind
from zhamen.screening.subjects import SubjectKind

__all__ = ["category_choices", "category_names", "enter_reader", "require_reader", "spoken"]

_Code = TypeVar("_Code", bound=StrEnum)
_STATUS_WORDS: Final = {
    Status.CANDIDATE: "待复核",
    Status.ACTIVE: "生效中",
    Status.SUSPENDED: "已暂停",
    Status.RELEASED: "已解除",
    Status.EXPIRED: "已到期",
}
_LIST_WORDS: Final = {
    ListKind.WHITE: "白名单",
    ListKind.WATCH: "关注名单",
    ListKind.GREY: "灰名单",
    ListKind.BLACK: "黑名单",
}
_KIND_WORDS: Final = {
    SubjectKind.PERSON: "个人",
    SubjectKind.ENTERPRISE: "企业",
    SubjectKind.ACCOUNT: "银行账户",
    SubjectKind.CARD: "银行卡",
    SubjectKind.PHONE: "手机号",
    SubjectKind.DEVICE: "设备",
    SubjectKind.IP: "网络地址",
    SubjectKind.URL: "网址",
    SubjectKind.WALLET: "钱包地址",
    SubjectKind.MERCHANT: "商户",
}
_MOVE_WORDS: Final = {
    Move.PUBLISH: "发布",
    Move.SUSPEND: "暂停",
    Move.RESUME: "恢复生效",
    Move.RELEASE: "解除",
    Move.EXPIRE: "到期",
}


def spoken(say: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Give all tables in a language, by the names that templates know them by."""
    return {
        "statuses": _said(_STATUS_WORDS, say),
        "lists": _said(_LIST_WORDS, say),
        "kinds": _said(_KIND_WORDS, say),
        "moves": _said(_MOVE_WORDS, say),
    }


def _said(words: Mapping[_Code, str], say: Callable[[str], str]) -> dict[str, str]:
    return {code.value: say(word) for code, word in words.items()}


def category_names(language: str) -> dict[str, str]:
    """Give the name of every category in a language, by code."""
    return {code: one.zh if language == "zh" else one.en for code, one in CATEGORIES.items()}


def category_choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the categories to choose from, code and name, under the names of their groups."""
    chinese = language == "zh"
    return [
        (
            group.zh if chinese else group.en,
            [(one.code, one.zh if chinese else one.en) for one in CATEGORIES.values() if one.group is group],
        )
        for group in GROUPS.values()
    ]


def require_reader(actor: Actor) -> None:
    """Go on only for somebody who enters records or publishes them.

    Raises
    ------
    MissingPermission
        The roles allow neither.
    """
    if not actor.may("publish-records"):
        actor.require("enter-records")


async def enter_reader(door: Door, request: Request) -> SignedIn:
    """Give who is signed in and enters records or publishes them; raises as `Door.enter`."""
    signed = await door.enter(request)
    require_reader(signed.actor)
    return signed
