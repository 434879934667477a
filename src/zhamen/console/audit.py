"""The audit trail for auditors: deeds found and exported, the heads of the chains, their verification."""

import asyncio
import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.audit import Trails
from zhamen.bootstrap.clock import utc_now
from zhamen.console.door import Door, SignedIn
from zhamen.console.page import HEADERS
from zhamen.core.audit import AuditEntry, Deed
from zhamen.core.errors import InputError, MissingPermission
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import AuditPage, Place, Wanted
from zhamen.services.check_trail import VERIFIED, ChainReport, deed_of_check

__all__ = ["AuditPages"]

_PAGE: Final = 50
_EXPORTED: Final = 10_000
_VERIFIED_HERE: Final = 100_000
_FIELDS: Final = ("actor", "act", "subject", "since", "until")
_COLUMNS: Final = ("at", "actor", "unit", "act", "subject", "detail", "chain", "number", "digest")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CHAIN_WORDS: Final = {
    "work": "业务操作",
    "records": "风险信息",
    "queries": "查询日志",
    "keys": "接口密钥",
    "retention": "到期删除",
}
_ACT_WORDS: Final = {
    "sign-in": "登录",
    "fail-sign-in": "登录失败",
    "end-session": "退出登录",
    "end-sessions": "结束全部会话",
    "change-password": "更改口令",
    "reset-password": "重置口令",
    "set-authenticator": "设置验证器",
    "reset-authenticator": "重置验证器",
    "renew-codes": "更换恢复码",
    "drop-codes": "作废恢复码",
    "add-member": "新增员工账号",
    "give-rights": "授予岗位",
    "disable-member": "停用账号",
    "enable-member": "启用账号",
    "link-identity": "关联统一登录",
    "import-organisation": "导入机构",
    "create-key": "新建接口密钥",
    "rotate-key": "更换接口密钥",
    "revoke-key": "撤销接口密钥",
    "put-pack-in-force": "启用策略包",
    "describe-source": "登记来源",
    "begin-import": "开始导入名单",
    "import-records": "导入名单",
    "publish-record": "发布记录",
    "suspend-record": "暂停记录",
    "resume-record": "恢复记录",
    "release-record": "解除记录",
    "publish-run": "整批发布记录",
    "correct-record": "更正记录",
    "search-records": "按号码查找记录",
    "expire-record": "记录到期",
    "expire-records": "记录批量到期",
    "delete-records": "到期删除记录",
    "delete-appeals": "到期删除申诉",
    "delete-queries": "到期删除查询",
    "delete-subscriptions": "到期删除订阅",
    "hand-on-subscriptions": "订阅移交新密钥",
    "receive-appeal": "收到申诉",
    "take-appeal": "受理申诉",
    "uphold-appeal": "支持申诉",
    "correct-appeal": "以更正办结申诉",
    "search-appeals": "按号码查找申诉",
    "reject-appeal": "驳回申诉",
    "refer-appeal": "转交申诉",
    "withdraw-appeal": "撤回申诉",
    "give-feedback": "反馈结果",
    "correct-feedback": "更正反馈",
    "watch-subject": "订阅对象",
    "unwatch-subject": "退订对象",
    "show-customer": "查看客户",
    "show-account": "查看账户",
    "miss-account": "查找不存在的账户",
    "show-decision": "查看决策",
    "show-case": "查看案件",
    "show-payment": "查看暂缓付款",
    "show-evidence": "查看证据文件",
    "trace-funds": "追踪资金",
    "explain-networks": "查看资金网络",
    "plan-freeze": "查看止付方案",
    "export-freeze-plan": "导出止付方案",
    "search-decisions": "按号码检索决策",
    "replay-decision": "重演决策",
    "show-identifier": "查看完整号码",
    "export-figures": "导出统计",
    "export-audit": "导出审计记录",
    "verify-audit": "校验审计记录",
    "claim-case": "认领案件",
    "assign-case": "分派案件",
    "put-back-case": "退回案件",
    "acknowledge-case": "响应案件",
    "escalate-case": "上报案件",
    "hand-over-case": "移交案件",
    "raise-case": "调整紧急程度",
    "classify-case": "案件分类",
    "snooze-case": "暂缓案件",
    "wake-case": "恢复案件",
    "note-case": "添加备注",
    "add-evidence": "添加证据",
    "contact-customer": "联系客户",
    "merge-cases": "合并案件",
    "split-case": "拆分案件",
    "dispose-case": "办结案件",
    "reopen-case": "重开案件",
    "approve-act": "复核通过",
    "return-act": "复核退回",
    "release-payment": "放行付款",
    "decline-payment": "拒绝付款",
    "extend-payment": "延长暂缓",
    "cancel-payment": "取消付款",
    "expire-payment": "暂缓到期",
    "approve-payment": "付款复核通过",
    "return-payment": "付款复核退回",
    "keep-statement": "保存付款人陈述",
    "replay-message": "重发消息",
}
"""Acts in Chinese; one that is not here is shown by its code."""


class AuditPages:
    """The routes of the audit trail, for those who may read-audit: what those of their units did.

    Parameters
    ----------
    zone
        In which days begin.
    """

    def __init__(self, trails: Trails, door: Door, zone: timezone) -> None:
        self._trails = trails
        self._zone = zone
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/audit", self.show, methods=["GET"]),
            Route("/console/audit/verify", self.verify, methods=["POST"]),
            Route("/console/audit/export", self.export, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show deeds, the newest first, and the state of the chains to the head office."""
        signed = await self._door.enter(request, "read-audit")
        return await self._show(request, signed, request.query_params)

    async def verify(self, request: Request) -> Response:
        """Follow the newest entries of every chain, and write down that it was done."""
        signed, _ = await self._door.enter_form(request, "read-audit")
        if _scope(signed) is not None:
            raise MissingPermission("chains belong to the whole bank; the head office's auditors verify them")
        reports = await asyncio.to_thread(self._verify, signed)
        return await self._show(request, signed, {}, reports)

    async def export(self, request: Request) -> Response:
        """Give the deeds that a filter finds as a table, and write down that it was done."""
        signed, form = await self._door.enter_form(request, "read-audit")
        table = await asyncio.to_thread(self._export, signed, form)
        headers = {**HEADERS, "content-disposition": 'attachment; filename="audit.csv"'}
        return Response(table, media_type="text/csv; charset=utf-8", headers=headers)

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        typed: Mapping[str, str],
        reports: list[ChainReport] | None = None,
    ) -> Response:
        say, scope, wanted = self._door.pages.say(request), _scope(signed), _wanted(typed, self._zone)
        page = await asyncio.to_thread(
            self._trails.search.list_entries, scope, wanted, after=_place(typed.get("after", "")), limit=_PAGE
        )
        filters = {name: typed.get(name, "") for name in _FIELDS}
        values = {
            "path": "/console/audit",
            "entries": [(entry, _detail(entry)) for entry in page.entries],
            "acts": {code: say(name) for code, name in _ACT_WORDS.items()},
            "chains": {code: say(name) for code, name in _CHAIN_WORDS.items()},
            "filters": filters,
            "paged": "after" in typed,
            "following": _following(filters, page),
            "heads": [] if scope is not None else await asyncio.to_thread(self._trails.heads),
            "last": None if scope is not None else await asyncio.to_thread(self._last_verification),
            "reports": reports or (),
        }
        return self._door.show(request, signed, "audit.html", values)

    def _verify(self, signed: SignedIn) -> list[ChainReport]:
        reports = self._trails.check(newest=_VERIFIED_HERE)
        name, unit = signed.actor.name, signed.actor.unit
        self._trails.deeds.note(deed_of_check(reports, at=utc_now(), actor=name, unit=unit))
        return reports

    def _export(self, signed: SignedIn, typed: Mapping[str, str]) -> str:
        page = self._trails.search.list_entries(_scope(signed), _wanted(typed, self._zone), limit=_EXPORTED)
        filters = [name for name in _FIELDS if typed.get(name)]
        actor = signed.actor
        deed = Deed(
            at=utc_now(),
            actor=actor.name,
            unit=actor.unit,
            act="export-audit",
            detail={"filters": filters, "entries": len(page.entries)},
        )
        self._trails.deeds.note(deed)
        return _table(page)

    def _last_verification(self) -> AuditEntry | None:
        found = self._trails.search.list_entries(None, Wanted(act=VERIFIED), limit=1).entries
        return next(iter(found), None)


def _scope(signed: SignedIn) -> Scope | None:
    """Give what somebody sees; None for the head office, which sees also what no unit did."""
    scope = signed.actor.scope
    return scope if "/" in scope.path else None


def _wanted(typed: Mapping[str, str], zone: timezone) -> Wanted:
    since, until = _day(typed.get("since", ""), zone), _day(typed.get("until", ""), zone)
    return Wanted(
        actor=typed.get("actor", "").strip(),
        act=typed.get("act", "").strip(),
        subject=typed.get("subject", "").strip(),
        since=since,
        until=until and until + timedelta(days=1),
    )


def _day(text: str, zone: timezone) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone) if text else None
    except ValueError:
        raise InputError("a day is written as 2026-11-28") from None


def _place(text: str) -> Place | None:
    """Read where the page before ended."""
    parts = text.split(".")
    if not text:
        return None
    if len(parts) != 3 or not (parts[0].isdecimal() and parts[2].isdecimal()):
        raise InputError("this is no page of the audit trail; begin at the first")
    return Place(int(parts[0]), parts[1], int(parts[2]))


def _following(filters: Mapping[str, str], page: AuditPage) -> str:
    if page.after is None:
        return ""
    return urlencode(
        {name: value for name, value in filters.items() if value} | {"after": ".".join(map(str, page.after))}
    )


def _detail(entry: AuditEntry) -> str:
    return msgspec.json.encode(entry.detail).decode() if entry.detail else ""


def _table(page: AuditPage) -> str:
    """Give entries as CSV; what a spreadsheet would take for a formula is kept from being one."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for entry in page.entries:
        values = {**msgspec.structs.asdict(entry), "at": entry.at.isoformat(), "detail": _detail(entry)}
        cells = [str(values[name]) for name in _COLUMNS]
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return f"\ufeff{text.getvalue()}"
