"""What decisions and casework are called on pages."""

from collections.abc import Callable
from typing import Final

from zhamen.cases.acts import CLOCK, ActKind, Emergency
from zhamen.cases.case import CaseStatus, Why
from zhamen.cases.disposition import Disposition
from zhamen.cases.entries import PAYMENT_SYSTEM
from zhamen.cases.held import PaymentStatus

__all__ = [
    "ACTED_WORDS",
    "AT_EXPIRY_WORDS",
    "CHANNEL_WORDS",
    "DISPOSITION_WORDS",
    "EMERGENCY_WORDS",
    "ENDER_WORDS",
    "KIND_WORDS",
    "LINK_WORDS",
    "OUTCOME_WORDS",
    "PAYMENT_WORDS",
    "SCAM_WORDS",
    "STATUS_WORDS",
    "TYPOLOGY_WORDS",
    "WAY_WORDS",
    "spoken",
]

STATUS_WORDS: Final[dict[str, str]] = {
    CaseStatus.NEW: "待认领",
    CaseStatus.INVESTIGATING: "调查中",
    CaseStatus.SNOOZED: "已暂缓",
    CaseStatus.PROPOSED: "待复核",
    CaseStatus.CLOSED: "已办结",
    CaseStatus.MERGED: "已并入",
}
EMERGENCY_WORDS: Final[dict[str, str]] = {
    Emergency.NORMAL: "一般",
    Emergency.URGENT: "紧急",
    Emergency.CRITICAL: "特急",
}
OUTCOME_WORDS: Final[dict[str, str]] = {
    "allow": "放行",
    "warn": "提示",
    "challenge": "核验",
    "delay": "延迟到账",
    "hold": "暂缓",
    "decline": "拒绝",
}
PAYMENT_WORDS: Final[dict[str, str]] = {
    PaymentStatus.PENDING: "等待处置",
    PaymentStatus.RELEASED: "已放行",
    PaymentStatus.DECLINED: "已拒绝",
    PaymentStatus.CANCELLED: "付款人已取消",
}
AT_EXPIRY_WORDS: Final[dict[str, str]] = {
    PaymentStatus.RELEASED: "自动放行",
    PaymentStatus.DECLINED: "自动拒绝",
}
DISPOSITION_WORDS: Final[dict[str, str]] = {
    Disposition.CONFIRMED_FRAUD: "确认诈骗",
    Disposition.SUSPICIOUS: "可疑，未证实",
    Disposition.FALSE_POSITIVE: "误报",
    Disposition.DUPLICATE: "重复，另案处理",
    Disposition.NO_ANSWER: "无法联系，未见异常",
}
LINK_WORDS: Final[dict[str, str]] = {
    Why.SAME_PAYER: "同一付款人，可能是同一团伙",
    Why.SAME_RING: "资金或设备相连",
    Why.EARLIER: "同一嫌疑账户的另一案件",
    Why.SPLIT: "由拆分而来",
}
TYPOLOGY_WORDS: Final[dict[str, str]] = {
    "victim": "受害人付款",
    "mule": "涉案账户",
    "gambling": "赌博资金",
    "ato": "账户被盗用",
    "list": "名单命中",
    "other": "其他",
}
SCAM_WORDS: Final[dict[str, str]] = {
    "fake_police": "冒充公检法",
    "task": "刷单返利",
    "romance": "杀猪盘",
    "fake_refund": "冒充客服退款",
    "fake_loan": "虚假贷款",
    "impersonation": "冒充领导亲友",
}
CHANNEL_WORDS: Final[dict[str, str]] = {
    "counter": "柜面",
    "online": "网上银行",
    "mobile": "手机银行",
    "atm": "自助机具",
    "pos": "商户终端",
    "phone": "电话银行",
    "peer_bank": "他行来账",
}
KIND_WORDS: Final[dict[str, str]] = {
    "transfer": "转账",
    "cash_withdrawal": "取现",
    "fraud_reported": "诈骗报案",
    "account_opened": "开户",
    "login": "登录",
    "payee_added": "添加收款人",
    "limit_changed": "限额变更",
    "profile_changed": "资料变更",
    "account_credited": "入账",
    "transfer_settled": "付款结果",
}
WAY_WORDS: Final[dict[str, str]] = {"phone": "电话", "counter": "柜面", "visit": "上门", "message": "短信"}
ENDER_WORDS: Final[dict[str, str]] = {CLOCK: "系统时钟", PAYMENT_SYSTEM: "付款系统"}
"""Who ends a payment or acts on a case without being a member of staff."""
ACTED_WORDS: Final[dict[str, str]] = {
    ActKind.CLAIM: "认领案件",
    ActKind.ASSIGN: "分派案件",
    ActKind.PUT_BACK: "退回案件",
    ActKind.ACKNOWLEDGE: "响应案件",
    ActKind.ESCALATE: "上报案件",
    ActKind.HAND_OVER: "移交案件",
    ActKind.RAISE: "调整紧急程度",
    ActKind.CLASSIFY: "案件分类",
    ActKind.SNOOZE: "暂缓案件",
    ActKind.WAKE: "恢复案件",
    ActKind.NOTE: "添加备注",
    ActKind.EVIDENCE: "添加证据",
    ActKind.CONTACT: "联系客户",
    ActKind.MERGE: "合并案件",
    ActKind.SPLIT: "拆分案件",
    ActKind.DISPOSE: "办结案件",
    ActKind.REOPEN: "重开案件",
    ActKind.APPROVE: "复核通过",
    ActKind.RETURN: "复核退回",
    ActKind.RELEASE: "放行付款",
    ActKind.DECLINE: "拒绝付款",
    ActKind.EXTEND: "延长暂缓",
    ActKind.CANCEL: "取消付款",
    ActKind.EXPIRE: "暂缓到期",
    ActKind.APPROVE_PAYMENT: "付款复核通过",
    ActKind.RETURN_PAYMENT: "付款复核退回",
}


def spoken(say: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Give all tables in a language, by the names that templates know them by."""
    tables = {
        "statuses": STATUS_WORDS,
        "emergencies": EMERGENCY_WORDS,
        "outcomes": OUTCOME_WORDS,
        "payment_words": PAYMENT_WORDS,
        "at_expiry": AT_EXPIRY_WORDS,
        "dispositions": DISPOSITION_WORDS,
        "links": LINK_WORDS,
        "typologies": TYPOLOGY_WORDS,
        "scams": SCAM_WORDS,
        "channels": CHANNEL_WORDS,
        "kinds": KIND_WORDS,
        "ways": WAY_WORDS,
        "acted": ACTED_WORDS,
        "enders": ENDER_WORDS,
    }
    return {name: {code: say(word) for code, word in table.items()} for name, table in tables.items()}
