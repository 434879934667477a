"""How the facts at the end of a command are written: Chinese names first, values in plain words."""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.cells import cell_len

__all__ = ["LABELS", "fact_lines"]

LABELS: Final = {
    "area_under_curve": "曲线下面积",
    "auc": "曲线下面积",
    "average_precision": "平均精确率",
    "behind": "落后条数",
    "behaviour_changes": "影响决策的改动",
    "card_precision_100": "每日前百卡精确率",
    "changed": "变更",
    "changes": "改动",
    "created": "新增",
    "data": "数据文件夹",
    "deleted": "已删除",
    "distinct_scores": "不同的分数",
    "durable_ms_p50_p95_p99": "落盘毫秒",
    "events": "事件",
    "events_per_second": "每秒事件",
    "expired": "到期",
    "false_alarms_per_10000": "每万笔误报",
    "features": "特征",
    "features_differing": "不符的特征",
    "file": "文件",
    "first_event": "最早事件",
    "frauds": "欺诈",
    "hash": "内容指纹",
    "hits": "命中",
    "id": "编号",
    "keys": "密钥",
    "last_change": "最近变更号",
    "last_event": "最近事件",
    "lists": "名单",
    "mule_accounts": "涉案账户",
    "mule_payments": "涉案账户付款",
    "mule_payments_stopped": "其中拦下",
    "name": "名称",
    "never_fired": "从未触发",
    "new_version": "新版本",
    "outcomes": "处置",
    "pack": "策略包",
    "pack_hash": "策略包指纹",
    "password": "口令",
    "payments": "付款",
    "payments_with_a_story": "有故事的付款",
    "projected": "已入视图",
    "quality": "区分能力",
    "questions_deleted": "已删除查询日志",
    "records": "记录",
    "records_by_key_version": "各密钥版本记录数",
    "recovered_in_s": "恢复用时秒",
    "released": "解除记录",
    "rejected": "拒收",
    "replayed": "重放条数",
    "rules": "规则",
    "scorecards": "评分卡",
    "seconds": "秒",
    "snapshot": "快照",
    "status": "状态",
    "unchanged": "未变",
    "unknown": "无法判断",
    "url": "地址",
    "value_saved": "保住金额",
    "values_compared": "比对的值",
    "values_differing": "不符的值",
    "version": "版本",
    "victims_elsewhere_payments": "他行受害人付款",
    "victims_elsewhere_stopped": "其中拦下",
    "victims_payments": "受害人付款",
    "victims_payments_stopped": "其中拦下",
    "victims_payments_warned": "其中提示核验",
    "withdrawn": "撤回",
}
"""Chinese names of facts; those that are not here carry theirs already."""

_WIDTH: Final = 46


def fact_lines(facts: Mapping[str, object]) -> Iterable[str]:
    """Write each fact as a line, names in one column.

    >>> list(fact_lines({"payments": 12_000, "outcomes": {"allow": 11_999, "hold": 1, "warn": 0}}))[1].split()
    ['处置', 'outcomes', 'allow', '11,999', '·', 'hold', '1']
    """
    for name, value in facts.items():
        label = f"{LABELS[name]} {name.replace('_', ' ')}" if name in LABELS else name
        yield f"  {label}{' ' * max(1, _WIDTH - cell_len(label))}{_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        told = {name: each for name, each in value.items() if each}
        return " · ".join(f"{name} {_shown(each)}" for name, each in told.items()) or "–"
    if isinstance(value, list | tuple):
        return " · ".join(_shown(each) for each in value) or "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "–" if value is None else str(value)
