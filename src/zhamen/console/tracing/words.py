"""What traces and freeze plans are called on pages."""

from collections.abc import Callable
from typing import Final

from zhamen.networks.freeze import Action
from zhamen.networks.returns import Method

__all__ = ["told"]

_RULE_WORDS: Final[dict[str, str]] = {
    "stolen_first": "赃款先出",
    "fifo": "先进先出",
    "haircut": "按比例",
    "libr": "最低余额",
    "poison": "全部沾染",
}
_RULE_MEANING_WORDS: Final[dict[str, str]] = {
    "stolen_first": "账户付出的钱先算被骗的钱；找得最全，用来止付。",
    "fifo": "先到的钱先付出；账户自有资金多时会漏。",
    "haircut": "按被骗资金占余额的比例计算。",
    "libr": "其他钱不够付时才动用被骗的钱；可主张的最多。",
    "poison": "收到过被骗资金的账户，此后付出的都算；只看涉及谁，不看金额。",
}
_DIRECTION_WORDS: Final[dict[str, str]] = {"forward": "去向", "backward": "来源"}
_FATE_WORDS: Final[dict[str, str]] = {
    "resting": "仍在账户",
    "hub": "在大户账户，不再追",
    "hops": "在账户，层数已满",
    "late": "在账户，超出时限",
    "below": "金额太小，不再追",
    "exited": "已到他行",
    "cashed": "现金",
    "charged": "手续费",
    "unexplained": "账务缺口",
    "recovered": "已回到受害人",
    "met_again": "回到已查账户",
    "nobody": "现金或其他入账",
}
_SOURCE_FATE_WORDS: Final[dict[str, str]] = {
    "resting": "账户原有的钱",
    "exited": "来自他行",
    "cashed": "现金或其他入账",
}
"""Backward, where they are other words."""
_STATE_WORDS: Final[dict[str, str]] = {
    "begin": "起点",
    "passed": "已转走",
    "held": "钱还在",
    "gone": "已离开本行或取走",
    "left_off": "金额太小，不再追",
    "again": "回流",
}
_SOURCE_STATE_WORDS: Final[dict[str, str]] = {
    "passed": "转手",
    "held": "原有资金",
    "gone": "来自行外或现金",
}
_EDGE_WORDS: Final[dict[str, str]] = {
    "transfer": "行内转账",
    "exit": "转往他行",
    "entry": "他行转入",
    "cash_out": "现金支取",
    "cash_in": "其他入账",
    "fee": "收费",
    "reversal": "冲回",
    "unexplained": "不明变动",
}
_HOLDER_WORDS: Final[dict[str, str]] = {
    "unknown": "未知",
    "person": "个人",
    "enterprise": "单位",
    "merchant": "商户",
    "wallet": "支付机构",
    "payroll": "代发工资",
    "clearing": "内部账户",
    "government": "机关",
    "external": "他行账户",
}
_MEASURE_WORDS: Final[dict[str, str]] = {
    Action.STOP_PAYMENT: "止付",
    Action.DELAY: "延迟转出并联系户主",
    Action.PARTIAL_HOLD: "只冻结这一金额",
    Action.INTERBANK_NOTICE: "通报对方机构",
    Action.RECALL: "立即追回在途转账",
}
_METHOD_WORDS: Final[dict[str, str]] = {
    Method.SINGLE: "单笔汇入，直接返还",
    Method.BY_TIME: "按时间可逐笔认定",
    Method.PRO_RATA: "按损失比例，公告三十日",
}


def told(say: Callable[[str], str], *, backward: bool = False) -> dict[str, dict[str, str]]:
    """Give all tables in a language, by the names that templates know them by."""
    tables = {
        "rules": _RULE_WORDS,
        "rule_meanings": _RULE_MEANING_WORDS,
        "directions": _DIRECTION_WORDS,
        "fates": _FATE_WORDS | (_SOURCE_FATE_WORDS if backward else {}),
        "states": _STATE_WORDS | (_SOURCE_STATE_WORDS if backward else {}),
        "edge_kinds": _EDGE_WORDS,
        "holders": _HOLDER_WORDS,
        "measures": _MEASURE_WORDS,
        "methods": _METHOD_WORDS,
    }
    return {name: {code: say(word) for code, word in table.items()} for name, table in tables.items()}
