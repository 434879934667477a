"""Errors as pages: what a visitor may hear of each, and what to do now."""

from typing import Final

from starlette.exceptions import HTTPException

from zhamen.core.errors import (
    ConflictError,
    FourEyes,
    InputError,
    InvalidIdentifier,
    MisconfiguredError,
    MissingPermission,
    NotFoundError,
    QuotaExceeded,
    TooLarge,
    UnavailableError,
    UnknownKey,
    ZhamenError,
)

__all__ = ["PAGES", "status_and_words"]

PAGES: Final[dict[type[ZhamenError], tuple[int, str, str]]] = {
    InputError: (422, "请检查输入", "这不是可以查询的号码或网址，或有必填项没有填写。请核对后再试。"),
    InvalidIdentifier: (422, "请检查输入", "这不是可以查询的号码或网址，或有必填项没有填写。请核对后再试。"),
    TooLarge: (413, "内容太长", "请缩短后再试。"),
    NotFoundError: (404, "没有这一页", "请从首页重新进入。"),
    FourEyes: (409, "要由另一个人来做", "这一步不能由您自己完成，请交给另一位有权限的同事。"),
    ConflictError: (409, "现在不能这样做", "情况已经变化，请刷新后再试。"),
    QuotaExceeded: (429, "查询太频繁", "请稍等一会儿再试。急事请拨打 96110。"),
    UnavailableError: (503, "暂时无法查询", "请稍后再试。急事请拨打 96110。"),
    UnknownKey: (401, "请先登录", "请登录后再试。"),
    MissingPermission: (403, "没有权限", "您的岗位不能查看这一页。需要时请联系管理员。"),
    MisconfiguredError: (500, "系统出错", "已经记录，请稍后再试。"),
}
"""The status, heading and words of each error; one that is not here has its branch's."""

_FAILED: Final = (500, "系统出错", "已经记录，请稍后再试。")
_HTTP: Final = {404: PAGES[NotFoundError], 405: (405, "没有这一页", "请从首页重新进入。")}


def status_and_words(error: Exception) -> tuple[int, str, str]:
    """Give the status of an error's page, its heading and its text, in Chinese.

    Examples
    --------
    >>> from zhamen.core.errors import RecordNotFound
    >>> status_and_words(RecordNotFound(""))[0], status_and_words(KeyError("6222"))[0]
    (404, 500)
    """
    if isinstance(error, HTTPException):
        return _HTTP.get(error.status_code, _FAILED)
    return next((PAGES[kind] for kind in type(error).__mro__ if kind in PAGES), _FAILED)
