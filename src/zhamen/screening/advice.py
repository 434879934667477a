"""What to say and do about a subject that a list knows, for tellers and for the public."""

from dataclasses import dataclass
from typing import Final

from zhamen.screening.entries import ListKind

__all__ = ["PUBLIC_CAUTION", "PUBLIC_NOTHING", "Advice", "Words", "advice_on"]


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Advice:
    """For the one who stands before a customer: what it means, what to say, what to do next."""

    meaning: Words
    script: Words
    next_step: Words


_KNOWN: Final = {
    ListKind.BLACK: Advice(
        Words(
            "已确认的涉案或违规对象。",
            "Confirmed: part of a case, or barred by an authority or by this bank.",
        ),
        Words(
            "“这个收款方已被确认与案件有关，为了您的资金安全，我们不能办理这笔转账。是谁让您转的？有没有人在电话里指导您？”",
            "“This payee is confirmed as part of a case. To protect your money we cannot make this transfer."
            " Who asked you to make it? Is anyone on the phone telling you what to do?”",
        ),
        Words(
            "不办理。报主管；客户坚持的，请客户与 96110 或 110 通话，并登记干预结果。",
            "Do not go on. Tell the supervisor; if the customer insists, have them speak to 96110 or 110, "
            "and record the outcome.",
        ),
    ),
    ListKind.GREY: Advice(
        Words("可疑，尚未确认。", "Suspected, not confirmed."),
        Words(
            "“系统提示这个收款方有风险。您认识对方吗？见过面吗？钱是做什么用的？”",
            "“There is a warning on this payee. Do you know them? Have you met? What is the money for?”",
        ),
        Words(
            "核实收款人与用途；解释不清的按延迟到账办理或报主管。登记干预结果。",
            "Verify payee and purpose; where the answers do not hold, delay the transfer or ask the"
            " supervisor. Record the outcome.",
        ),
    ),
    ListKind.WATCH: Advice(
        Words("关注对象，没有认定任何问题。", "Under watch; nothing is held against it."),
        Words(
            "“和您核对一下：收款人姓名、账号和用途都对吗？”",
            "“May I check with you: are the payee's name, the number and the purpose right?”",
        ),
        Words("按常规核对后办理。", "Check as usual, then go on."),
    ),
    ListKind.WHITE: Advice(
        Words(
            "已在有效期内核实为正常。",
            "Checked and found in order, for the time stated.",
        ),
        Words("“可以办理。请再核对一次金额。”", "“We can go on. Please check the amount once more.”"),
        Words("按常规办理。", "Go on as usual."),
    ),
}
_UNKNOWN: Final = Advice(
    Words("没有记录。没有记录不等于安全。", "No record. That is no proof of safety."),
    Words(
        "“没有查到记录，但新骗局往往还没有记录。您认识收款人吗？”",
        "“There is no record, but new scams have none yet. Do you know the payee?”",
    ),
    Words("按常规核实后办理；觉得不对就报主管。", "Verify as usual; if it feels wrong, ask the supervisor."),
)

PUBLIC_CAUTION: Final = Words(
    "这个号码出现在涉诈风险信息中。请不要向它转账，也不要按对方的要求操作。"
    "如果已经转了钱，立即拨打 110 或 96110，并联系您的银行。",
    "This number appears in scam risk information. Do not send it money and do not do what its owner"
    " asks. If you have already paid, call 110 or 96110 at once, and your bank.",
)
"""What anyone is told of a subject that public sources warn of."""

PUBLIC_NOTHING: Final = Words(
    "没有查到提示。这不表示对方可信：骗子的号码往往还没有被举报。"
    "凡是催促转账、要验证码、要共享屏幕的，都先停下来，拨打 96110 问一问。",
    "Nothing was found. That does not mean you can trust them: scammers' numbers have often not been reported"
    " yet. Whoever hurries you to pay, or wants codes or your screen: stop, and ask 96110 first.",
)
"""What anyone is told otherwise."""


def advice_on(kind: ListKind | None) -> Advice:
    """Give what to say and do about a subject with this grade; None is one that no list knows.

    Examples
    --------
    >>> advice_on(None).meaning.en
    'No record. That is no proof of safety.'
    """
    return _UNKNOWN if kind is None else _KNOWN[kind]
