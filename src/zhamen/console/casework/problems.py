"""Why an act on a case or a payment was not done, in words that say what to do now."""

from typing import Final

from zhamen.core.errors import (
    CaseConflict,
    CaseNotFound,
    FourEyes,
    InputError,
    TooLarge,
    UnitNotFound,
    UnreadableFile,
    ZhamenError,
)

__all__ = ["PROBLEMS", "problem_of"]

PROBLEMS: Final = (CaseConflict, CaseNotFound, FourEyes, InputError, TooLarge, UnitNotFound)
"""What a page tells above its forms, which keep what was typed."""
_CAUSE_WORDS: Final = {
    "payments_wait": "案件还有付款等待处置：先放行或拒绝它们，再做这一步。填写的内容还在下面。",
    "proposed": "已有处置意见等待复核：先复核通过或退回，再做别的。",
    "extended": "这笔付款已到延长次数上限，请放行或拒绝。",
    "too_many": "两案合起来的预警太多，不能合并；保持关联即可。",
    "into_closed": "要并入的案件已经办结或待复核，请换一个未结的案件。",
    "highest": "案件已在总行，没有上级机构可以上报。",
    "acknowledged": "案件已有人响应，不用再响应。",
    "status": "案件或付款的状态已经变化，这一步现在不能做；下面是最新情况。",
}
_FIELD_WORDS: Final = {
    "$.reason": "请写明理由（最多 4000 字），它会留在案件里。",
    "$.until": "请填写时间，并核对是否超出允许的范围。",
    "$.to": "请选择能办理这个案件的在岗同事。",
    "$.unit": "没有这个机构，或案件已经在那里；请从列表中选择。",
    "$.into": "没有这个案件，或不在您的管辖范围；请核对编号。",
    "$.alerts": "请勾选要拆出的预警；立案的那一条留在本案。",
    "$.party": "请选择这次联系的客户。",
    "$": "请补全必填项（理由、时间、对象），并核对格式。",
}
_OTHER_WORDS: Final = {
    FourEyes: "提出人不能复核自己的意见，请由另一位同事复核。",
    TooLarge: "文件或文字太长，请缩短或分开上传。",
    UnreadableFile: "这个文件不是 PDF、PNG、JPEG、WAV、MP3 或文本，请转换后再传。",
    UnitNotFound: _FIELD_WORDS["$.unit"],
    CaseNotFound: _FIELD_WORDS["$.into"],
}


def problem_of(error: ZhamenError) -> str:
    """Give what a page says of an error, in Chinese.

    Examples
    --------
    >>> problem_of(InputError("no", path="$.until")), problem_of(InputError("no", path="$.what"))
    ('请填写时间，并核对是否超出允许的范围。', '请补全必填项（理由、时间、对象），并核对格式。')
    """
    if isinstance(error, CaseConflict):
        return _CAUSE_WORDS[error.cause]
    for kind, words in _OTHER_WORDS.items():
        if isinstance(error, kind):
            return words
    return _FIELD_WORDS.get(getattr(error, "path", ""), _FIELD_WORDS["$"])
