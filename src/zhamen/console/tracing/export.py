"""A freeze plan as files for the police desk: a table and JSON."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from zhamen.core.money import format_minor
from zhamen.services.traced import AccountTold, FreezeShown, LineShown, StepShown

__all__ = ["as_csv", "as_json"]

_FORMULA: Final = ("=", "+", "-", "@", "\r")
_KEPT_DIGITS: Final = 11
"""Longer numbers turn into powers of ten in a spreadsheet."""
_COLUMNS: Final = (
    "案件 about",
    "截至 as_of",
    "水位 watermark",
    "追踪范围 bounds",
    "顺序 order",
    "措施 action",
    "措施代码 action_code",
    "账号 account",
    "账户类别 kind",
    "机构 institution",
    "金额 amount",
    "币种 currency",
    "案内资金 residual",
    "先进先出 fifo",
    "最低余额 libr",
    "剩余分钟 minutes_left",
    "每分钟风险金额 urgency",
    "到账时间 arrived_at",
    "层 hop",
    "证据事件 evidence",
    "路径 path",
)

Clock = Callable[[datetime], str]
Words = Mapping[str, Mapping[str, str]]


def as_json(plan: FreezeShown) -> bytes:
    """Give a plan as JSON for people and programs."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def as_csv(plan: FreezeShown, clock: Clock, words: Words) -> bytes:
    """Give the lines of a plan as a table that spreadsheets open; none of it is a formula to them.

    Each line says of which case, as of when and within which bounds; `words` are those of a language
    (`told`). A number of more digits than a spreadsheet keeps stands behind a tab, which makes it a text.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    about = [plan.about, clock(plan.as_of), str(plan.watermark), _bounds(plan)]
    for order, line in enumerate(plan.lines, 1):
        cells = [*about, *_cells(order, line, plan.currency, clock, words)]
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return f"\ufeff{text.getvalue()}".encode()


def _bounds(plan: FreezeShown) -> str:
    share = f"{plan.minimum_share * 100:g}%"
    return f"最多 {plan.max_hops} 层 hops; {plan.hours} 小时 hours; 最低 {share} least share"


def _cells(order: int, line: LineShown, currency: str, clock: Clock, words: Words) -> list[str]:
    account = line.account
    return [
        str(order),
        words["measures"][line.action],
        line.action,
        _text(_number(account)),
        "" if account is None else words["holders"][account.kind],
        "" if account is None else _text(account.agent or account.unit),
        _amount(line.amount_minor, currency),
        currency,
        _amount(line.residual_minor, currency),
        _amount(line.fifo_minor, currency),
        _amount(line.libr_minor, currency),
        f"{line.minutes_left:.0f}",
        _amount(round(line.urgency), currency),
        clock(line.arrived_at),
        str(line.hop),
        " ".join(line.evidence),
        " | ".join(_step(step, currency, clock) for step in line.path),
    ]


def _step(step: StepShown, currency: str, clock: Clock) -> str:
    amount = format_minor(step.carried_minor, currency)
    return (
        f"{clock(step.at)} {_number(step.debtor)}>{_number(step.creditor)} {amount} {step.event_id}".strip()
    )


def _amount(minor: int, currency: str) -> str:
    """Give an amount without its currency, which has a column of its own."""
    return format_minor(minor, currency).partition(" ")[0]


def _text(number: str) -> str:
    return f"\t{number}" if number.isdigit() and len(number) > _KEPT_DIGITS else number


def _number(account: AccountTold | None) -> str:
    return "" if account is None else account.identifier or account.masked
