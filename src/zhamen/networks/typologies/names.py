"""What is told of a transfer: a column each, in their order, with what it means."""

from dataclasses import dataclass
from typing import Final

from zhamen.networks.typologies.kinds import Typology

__all__ = [
    "ACCOUNT_COLUMNS",
    "CHAIN",
    "COLUMNS",
    "CREDITOR",
    "CYCLE",
    "C_AGE",
    "C_FAN_IN",
    "C_FAN_IN_SUM",
    "C_FAN_OUT",
    "C_FAN_OUT_SUM",
    "C_GATHERED",
    "C_IDLE",
    "C_LARGEST_SHARE",
    "C_NEW_PAYERS",
    "C_PASSED",
    "C_PROBE",
    "C_SPLITS",
    "C_SPLITS_OVER",
    "C_WOKEN_IN",
    "C_WOKEN_SHARE",
    "DEBTOR",
    "FIRES",
    "F_CHAIN",
    "F_CYCLE",
    "F_FAN_IN",
    "F_FAN_OUT",
    "F_GATHER_SCATTER",
    "F_NEW_PAYERS",
    "F_PASS_THROUGH",
    "F_SCATTER_GATHER",
    "F_SPLITTING",
    "F_WOKEN",
    "SCATTER_GATHER",
    "TRUNCATED",
    "TYPOLOGY_NAMES",
    "TYPOLOGY_WORDS",
    "TypologyColumn",
]


@dataclass(frozen=True, slots=True)
class TypologyColumn:
    """A number that is told of a transfer; NaN where there is nothing to tell."""

    name: str
    zh: str
    en: str
    unit: str
    """``count``, ``minor``, ``share``, ``days`` or ``flag`` (0 or 1)."""


ACCOUNT_COLUMNS: Final = (
    ("fan_in", "24小时内不同付款人数", "distinct payers in 24 hours", "count"),
    ("fan_in_sum", "24小时内收到的金额", "received in 24 hours", "minor"),
    ("fan_out", "24小时内不同收款人数", "distinct payees in 24 hours", "count"),
    ("fan_out_sum", "24小时内付出的金额", "paid in 24 hours", "minor"),
    (
        "fan_out_largest_share",
        "付出金额中最大收款人的占比",
        "share of the largest payee in what it paid",
        "share",
    ),
    (
        "pass_through_share",
        "大额到账后30分钟内转出的比例",
        "share of a large receipt that left again within 30 minutes",
        "share",
    ),
    ("gather_scatter", "先归集后分散", "many payers first, then many payees", "flag"),
    ("splits", "24小时内略低于限额的转账笔数", "transfers just below the limit in 24 hours", "count"),
    (
        "splits_over",
        "24小时内达到限额的转账笔数",
        "transfers at or just above the limit in 24 hours",
        "count",
    ),
    ("idle_days", "启用前沉寂的天数", "days without movement before it woke", "days"),
    ("woken_probe", "启用后首笔为小额试探", "the first movement after waking was a small probe", "flag"),
    ("woken_in_sum", "启用后收到的金额", "received since it woke", "minor"),
    ("woken_share", "启用后收付金额之比", "the smaller of in and out since it woke, by the larger", "share"),
    (
        "new_payers",
        "新开账户24小时内的首次付款人数",
        "first-time payers of a young account in 24 hours",
        "count",
    ),
    ("age_days", "开户天数", "days since it was opened", "days"),
)
"""What is told of each of the two accounts, as it is after the transfer."""

_TRANSFER_COLUMNS: Final = (
    ("cycle_length", "资金回流环的转账笔数", "transfers in the cycle that it closes; 0 for none", "count"),
    (
        "scatter_gather",
        "同一来源经多少个账户汇入收款账户",
        "accounts through which one payer's money came to the creditor",
        "count",
    ),
    (
        "chain_length",
        "以此笔结尾的快速转移链长度",
        "transfers in the chain of quick moves that it ends",
        "count",
    ),
    ("truncated", "查找达到上限", "a look ended at its bound; there may be more", "flag"),
)

TYPOLOGY_WORDS: Final = {
    Typology.FAN_IN: ("归集", "fan-in"),
    Typology.FAN_OUT: ("分散", "fan-out"),
    Typology.PASS_THROUGH: ("快进快出", "pass-through"),
    Typology.CYCLE: ("资金回流", "cycle"),
    Typology.SCATTER_GATHER: ("分散后归集", "scatter-gather"),
    Typology.GATHER_SCATTER: ("归集后分散", "gather-scatter"),
    Typology.CHAIN: ("多层转移", "layering chain"),
    Typology.SPLITTING: ("拆分规避限额", "splitting below a limit"),
    Typology.WOKEN: ("沉睡账户启用", "woken account"),
    Typology.NEW_PAYERS: ("新户突增付款人", "burst of new payers"),
}
"""What each pattern is called, in Chinese and English."""

COLUMNS: Final = (
    *(
        TypologyColumn(f"{role}_account_{name}", f"{zh_role}{zh}", f"{role}: {en}", unit)
        for role, zh_role in (("debtor", "付款账户"), ("creditor", "收款账户"))
        for name, zh, en, unit in ACCOUNT_COLUMNS
    ),
    *(TypologyColumn(f"transfer_{name}", zh, en, unit) for name, zh, en, unit in _TRANSFER_COLUMNS),
    *(
        TypologyColumn(f"transfer_t{int(typology)}", f"{zh}成立", f"{en} is complete", "flag")
        for typology, (zh, en) in TYPOLOGY_WORDS.items()
    ),
)

TYPOLOGY_NAMES: Final = tuple(column.name for column in COLUMNS)

DEBTOR: Final = 0
"""Where the columns of each begin."""
CREDITOR: Final = len(ACCOUNT_COLUMNS)
CYCLE: Final = 2 * len(ACCOUNT_COLUMNS)
SCATTER_GATHER: Final = CYCLE + 1
CHAIN: Final = CYCLE + 2
TRUNCATED: Final = CYCLE + 3
FIRES: Final = CYCLE + 4

# Where the columns of an account stand among its own, and the flags among theirs.
(
    C_FAN_IN,
    C_FAN_IN_SUM,
    C_FAN_OUT,
    C_FAN_OUT_SUM,
    C_LARGEST_SHARE,
    C_PASSED,
    C_GATHERED,
    C_SPLITS,
    C_SPLITS_OVER,
    C_IDLE,
    C_PROBE,
    C_WOKEN_IN,
    C_WOKEN_SHARE,
    C_NEW_PAYERS,
    C_AGE,
) = range(len(ACCOUNT_COLUMNS))
(
    F_FAN_IN,
    F_FAN_OUT,
    F_PASS_THROUGH,
    F_CYCLE,
    F_SCATTER_GATHER,
    F_GATHER_SCATTER,
    F_CHAIN,
    F_SPLITTING,
    F_WOKEN,
    F_NEW_PAYERS,
) = range(len(TYPOLOGY_WORDS))
