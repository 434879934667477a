"""What can be permitted, as verb and noun, and which role may do it."""

from enum import StrEnum
from typing import Final, Literal, get_args

__all__ = [
    "APART",
    "GIVES",
    "PERMISSIONS",
    "PERMISSION_WORDS",
    "ROLE_WORDS",
    "Permission",
    "Role",
    "permissions_of",
]

Permission = Literal[
    "read-alerts",
    "claim-case",
    "assign-case",
    "work-case",
    "escalate-case",
    "snooze-case",
    "merge-cases",
    "dispose-case",
    "approve-disposition",
    "decide-payment",
    "approve-payment",
    "read-customers",
    "see-identifiers",
    "search-decisions",
    "replay-decisions",
    "read-dashboard",
    "export-figures",
    "ask-records",
    "read-queries",
    "enter-records",
    "publish-records",
    "enter-appeals",
    "decide-appeals",
    "give-feedback",
    "manage-staff",
    "manage-organisation",
    "read-audit",
    "read-health",
    "plan-outreach",
    "handle-orders",
]
PERMISSIONS: Final[tuple[Permission, ...]] = get_args(Permission)

PERMISSION_WORDS: Final[dict[Permission, tuple[str, str]]] = {
    "read-alerts": ("查看预警与案件", "see alerts and cases"),
    "claim-case": ("认领案件", "take a case from the queue"),
    "assign-case": ("分派案件", "give a case to somebody"),
    "work-case": ("记录案件：备注、证据、联系客户", "add notes, evidence and contacts to a case"),
    "escalate-case": ("上报案件", "pass a case to the level above"),
    "snooze-case": ("暂缓案件", "let a case rest until a day"),
    "merge-cases": ("合并与拆分案件", "merge and split cases"),
    "dispose-case": ("办结案件", "close a case with its disposition"),
    "approve-disposition": ("复核结案意见", "approve a disposition that another proposed"),
    "decide-payment": ("处置暂缓付款：放行、拒绝、延长", "release, decline or extend a held payment"),
    "approve-payment": ("复核付款处置", "approve a decision on a payment that another proposed"),
    "read-customers": ("查看客户与账户（脱敏）", "see customers and accounts, masked"),
    "see-identifiers": ("查看完整号码", "see account numbers and names in full"),
    "search-decisions": ("检索决策", "search decisions"),
    "replay-decisions": ("回放决策", "replay decisions with a pack"),
    "read-dashboard": ("查看成效看板", "see the dashboard"),
    "export-figures": ("导出统计数据", "export figures"),
    "ask-records": ("查询风险信息", "ask about risk information"),
    "read-queries": ("查看查询日志", "see who asked what"),
    "enter-records": ("录入与更正风险信息", "enter and correct records of risk"),
    "publish-records": ("复核发布、暂停与解除风险信息", "publish, suspend and release records of risk"),
    "enter-appeals": ("代客户录入申诉", "enter an appeal for a customer"),
    "decide-appeals": ("处理申诉", "decide appeals"),
    "give-feedback": ("反馈干预结果", "tell what became of a warning"),
    "manage-staff": ("管理员工账号", "keep the accounts of staff"),
    "manage-organisation": ("管理机构", "import the organisation"),
    "read-audit": ("查看审计记录", "read and verify the audit trail"),
    "read-health": ("查看系统运行状况", "see the health of the system"),
    "plan-outreach": ("策划宣传教育", "plan campaigns of public education"),
    "handle-orders": ("办理有权机关协助事项", "handle orders of authorities"),
}
"""Each permission in Chinese and English."""


class Role(StrEnum):
    """What somebody does."""

    ANALYST = "analyst"
    INVESTIGATOR = "investigator"
    SUPERVISOR = "supervisor"
    STRATEGIST = "strategist"
    APPROVER = "approver"
    TELLER = "teller"
    JUDICIAL_DESK = "judicial_desk"
    OUTREACH = "outreach"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    BRANCH_MANAGER = "branch_manager"


ROLE_WORDS: Final[dict[Role, tuple[str, str]]] = {
    Role.ANALYST: ("分析员", "analyst"),
    Role.INVESTIGATOR: ("调查员", "investigator"),
    Role.SUPERVISOR: ("主管", "supervisor"),
    Role.STRATEGIST: ("策略岗", "strategist"),
    Role.APPROVER: ("复核岗", "approver"),
    Role.TELLER: ("柜员", "teller"),
    Role.JUDICIAL_DESK: ("司法协助岗", "judicial desk"),
    Role.OUTREACH: ("宣教岗", "outreach"),
    Role.AUDITOR: ("审计员", "auditor"),
    Role.ADMINISTRATOR: ("管理员", "administrator"),
    Role.BRANCH_MANAGER: ("机构负责人", "branch manager"),
}
"""Each role in Chinese and English."""


def _these(*permissions: Permission) -> frozenset[Permission]:
    return frozenset(permissions)


_ANALYST: Final = _these(
    "read-alerts",
    "claim-case",
    "work-case",
    "escalate-case",
    "snooze-case",
    "dispose-case",
    "decide-payment",
    "read-customers",
    "search-decisions",
    "read-dashboard",
    "ask-records",
    "enter-records",
    "enter-appeals",
    "give-feedback",
)
_INVESTIGATOR: Final = _ANALYST | _these("merge-cases", "see-identifiers", "replay-decisions")
_SUPERVISOR: Final = _INVESTIGATOR | _these(
    "assign-case",
    "approve-disposition",
    "approve-payment",
    "export-figures",
    "read-queries",
    "publish-records",
    "decide-appeals",
)
_STRATEGIST: Final = _these(
    "read-alerts",
    "search-decisions",
    "replay-decisions",
    "read-dashboard",
    "export-figures",
    "ask-records",
    "read-health",
)
_APPROVER: Final = _these(
    "read-alerts",
    "approve-disposition",
    "approve-payment",
    "read-customers",
    "search-decisions",
    "read-dashboard",
    "ask-records",
    "publish-records",
)
_JUDICIAL_DESK: Final = _these(
    "read-alerts",
    "work-case",
    "read-customers",
    "see-identifiers",
    "search-decisions",
    "ask-records",
    "enter-records",
    "enter-appeals",
    "decide-appeals",
    "handle-orders",
)
_AUDITOR: Final = _these(
    "read-alerts",
    "read-customers",
    "search-decisions",
    "replay-decisions",
    "read-dashboard",
    "export-figures",
    "ask-records",
    "read-queries",
    "read-audit",
    "read-health",
)
_BRANCH_MANAGER: Final = _these(
    "read-alerts",
    "assign-case",
    "escalate-case",
    "read-customers",
    "search-decisions",
    "read-dashboard",
    "export-figures",
    "ask-records",
    "read-queries",
    "enter-appeals",
    "give-feedback",
    "manage-staff",
)
_MAY: Final[dict[Role, frozenset[Permission]]] = {
    Role.ANALYST: _ANALYST,
    Role.INVESTIGATOR: _INVESTIGATOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.STRATEGIST: _STRATEGIST,
    Role.APPROVER: _APPROVER,
    Role.TELLER: _these("ask-records", "enter-appeals", "give-feedback"),
    Role.JUDICIAL_DESK: _JUDICIAL_DESK,
    Role.OUTREACH: _these("read-dashboard", "read-customers", "plan-outreach"),
    Role.AUDITOR: _AUDITOR,
    Role.ADMINISTRATOR: _these("read-queries", "manage-staff", "manage-organisation", "read-health"),
    Role.BRANCH_MANAGER: _BRANCH_MANAGER,
}

GIVES: Final[dict[Role, frozenset[Role]]] = {
    Role.ADMINISTRATOR: frozenset(Role),
    Role.BRANCH_MANAGER: frozenset({Role.TELLER, Role.ANALYST, Role.OUTREACH}),
}
"""Which roles somebody may give to others, and take from them; a role that is not here gives none."""

APART: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles that nobody has beside another: who gives the rights does not use them, who checks does not act."""


def permissions_of(*roles: Role) -> frozenset[Permission]:
    """Give all that somebody of these roles may do.

    >>> sorted(permissions_of(Role.TELLER))
    ['ask-records', 'enter-appeals', 'give-feedback']
    >>> sorted(permissions_of())
    []
    """
    return frozenset[Permission]().union(*(_MAY[role] for role in roles))
