"""Talks with who may be deceived right now, by kind of scam."""

from typing import Final

from zhamen.cases.scripts.questions import SCREEN, WHO
from zhamen.cases.scripts.script import Script
from zhamen.gate.decision import Bilingual

__all__ = ["VICTIMS"]

_OPENING: Final = Bilingual(
    "您好，我是本行反诈专岗，工号可到任一网点核对。您有一笔付款正在核实，钱还在银行。请先挂断其他电话，"
    "找一个只有您自己的地方，我们用两分钟确认它是否安全。",
    "Hello, I call from the bank's anti-fraud desk; any outlet can confirm my staff number. One of your "
    "payments is "
    "being checked and the money is still with the bank. Please end any other call and find a place where "
    "you are "
    "alone; two minutes are enough to see whether the payment is safe.",
)
_TOLD: Final = Bilingual(
    "有没有人教您怎么回答银行的问题，或让您瞒着家人？",
    "Has anybody told you what to answer the bank, or to keep it from your family?",
)
_BEFORE: Final = Bilingual("之前还转过哪些钱，分别转给谁？", "What else have you paid before, and to whom?")
_STOP: Final = Bilingual(
    "客户确认受骗：协助撤销付款，请其立即拨打110报案并保留聊天和转账记录，把已转出的款项连同收款账户、时间报反诈专岗止付；"
    "请客户关闭屏幕共享、卸载对方让装的软件、修改密码。客户仍坚持：不放行，报上级，必要时请网点上门或联系家属、96110。",
    "If the customer sees the fraud: help to cancel the payment, have them call 110 at once and keep chats "
    "and receipts; "
    "report what has already gone, with account and time, so that it can be stopped; have screen sharing "
    "ended, the "
    "software removed and passwords changed. If the customer insists: do not release; escalate, and have "
    "the outlet "
    "visit, or call the family or 96110 where needed.",
)

VICTIMS: Final[dict[str, Script]] = {
    "fake_police": Script(
        title=Bilingual("冒充公检法", "Impersonated police or court"),
        opening=_OPENING,
        questions=(
            Bilingual(
                "是不是有人自称公安、检察院、法院或通管局，说您涉案？",
                "Did somebody who claims to be police, a prosecutor, a court or a regulator say that you "
                "are involved in a case?",
            ),
            Bilingual(
                "对方有没有给您看过“通缉令”“逮捕令”，或要求您到宾馆等地方独处？",
                "Were you shown a warrant, or told to stay alone in a hotel?",
            ),
            Bilingual(
                "是不是让您把钱转到“安全账户”或“核查账户”？",
                "Were you told to move money to a safe or checking account?",
            ),
            SCREEN,
            _TOLD,
            _BEFORE,
        ),
        facts=Bilingual(
            "公安机关不会通过电话、网络办案，没有“安全账户”，也不会把文书发到聊天软件里。可以请您的家人或就近派出所当面核实。",
            "The police do not investigate by phone or online, there is no safe account, and no document "
            "is ever sent by chat. Your family "
            "or the nearest police station can confirm this in person.",
        ),
        then=_STOP,
    ),
    "task": Script(
        title=Bilingual("刷单返利", "Task and rebate scam"),
        opening=_OPENING,
        questions=(
            Bilingual(
                "您是在做点赞、关注、刷单、抢单之类的任务吗，从哪个群或软件接的？",
                "Are you doing likes, follows, orders or similar tasks, and in which group or app?",
            ),
            Bilingual(
                "开始时有没有小额返过钱，现在要做“连单”“组合单”才能提现？",
                "Were small sums paid back at first, and must you now finish a series before you can "
                "withdraw?",
            ),
            Bilingual(
                "对方有没有说操作失误要补款，或要交保证金、解冻金？",
                "Were you told to pay more because of a mistake, or a deposit to unfreeze the money?",
            ),
            WHO,
            _BEFORE,
        ),
        facts=Bilingual(
            "凡是要先垫钱的任务都是诈骗，开头的返利是诱饵，软件里的余额是假的，再转多少都提不出来。",
            "Every task that asks you to pay first is a scam; the first rebates are bait, the balance in "
            "the app is not real, and no "
            "further payment will release it.",
        ),
        then=_STOP,
    ),
    "romance": Script(
        title=Bilingual("交友投资（杀猪盘）", "Romance and investment scam"),
        opening=_OPENING,
        questions=(
            Bilingual(
                "推荐您投资的人是怎么认识的，视频或当面见过吗？",
                "How did you meet who recommends the investment; have you seen each other by video or in "
                "person?",
            ),
            Bilingual(
                "平台是对方发的链接，还是您在应用商店找到的？",
                "Did you get the platform by a link from them, or find it in an app store yourself?",
            ),
            Bilingual(
                "您提现过吗，是不是每次都转到不同的个人账户？",
                "Have you ever withdrawn money; do you pay to a different person's account each time?",
            ),
            Bilingual(
                "提现时有没有被要求先交税、保证金或会员费？",
                "Were you asked for tax, a deposit or a fee before a withdrawal?",
            ),
            _TOLD,
            _BEFORE,
        ),
        facts=Bilingual(
            "正规投资不会让您把钱转给个人。没有见过面的人带您赚钱，几乎都是骗局；后台数字由对方随意修改。",
            "No licensed investment has you pay a private person. Somebody you never met who helps you "
            "earn is nearly always a scam; the "
            "figures on the screen are theirs to change.",
        ),
        then=_STOP,
    ),
    "fake_refund": Script(
        title=Bilingual("冒充客服退款", "Fake customer service refund"),
        opening=_OPENING,
        questions=(
            Bilingual(
                "是不是有“客服”说要给您理赔、退款，或要关闭百万保障、会员、白条？",
                "Did a customer service offer compensation or a refund, or say that a subscription or "
                "insurance must be cancelled?",
            ),
            Bilingual(
                "对方有没有让您下载会议软件、开启屏幕共享？",
                "Were you told to install a meeting app or to share your screen?",
            ),
            Bilingual(
                "有没有让您转账来“验证”银行卡或“刷流水”？",
                "Were you told to transfer money to verify your card or to create turnover?",
            ),
            SCREEN,
            _BEFORE,
        ),
        facts=Bilingual(
            "退款只会原路退回，不需要您转账。平台客服不会让您共享屏幕，取消服务也不需要验证资金。",
            "A refund comes back the way you paid; you never pay to get it. No customer service asks to "
            "see your screen, and no cancellation "
            "needs your money to be verified.",
        ),
        then=_STOP,
    ),
    "fake_loan": Script(
        title=Bilingual("虚假贷款", "Fake loan"),
        opening=_OPENING,
        questions=(
            Bilingual(
                "您是不是在申请贷款，从电话、短信还是广告得知的？",
                "Are you applying for a loan, and did it come by call, message or advertisement?",
            ),
            Bilingual(
                "放款前有没有让您先交手续费、保证金、解冻费？",
                "Were you asked for a fee, a deposit or an unfreezing charge before the money is paid out?",
            ),
            Bilingual(
                "有没有说您银行卡号填错，要转钱认证？",
                "Were you told that a card number was wrong and you must pay to verify it?",
            ),
            WHO,
            _BEFORE,
        ),
        facts=Bilingual(
            "正规贷款放款前不收任何费用。需要资金可以到本行网点咨询，我们当面为您办理。",
            "No licensed lender charges anything before paying out. If you need money, our outlets will "
            "gladly advise you in person.",
        ),
        then=_STOP,
    ),
    "impersonation": Script(
        title=Bilingual("冒充领导或熟人", "Impersonated boss, relative or friend"),
        opening=_OPENING,
        questions=(
            Bilingual(
                "让您付款的人是通过什么方式联系您的，号码或账号是新的吗？",
                "How did who asks for the payment reach you; is the number or account a new one?",
            ),
            Bilingual(
                "您有没有用以前就存着的号码，打电话跟本人确认过？",
                "Have you called that person on a number you had before, and heard the voice?",
            ),
            Bilingual(
                "对方有没有催得很急，说正在开会、不方便接电话？",
                "Are you being hurried, and told that a call is not possible now?",
            ),
            Bilingual(
                "公司付款：负责人当面或电话同意了吗，走审批了吗？",
                "For a company: has its head agreed in person or by phone, and was the approval followed?",
            ),
            _BEFORE,
        ),
        facts=Bilingual(
            "头像、昵称和声音都可以伪造。请挂断后用您自己存的号码打给本人，现在就可以打，我们等您。",
            "Pictures, names and voices can be forged. Please hang up and call the person on a number of "
            "your own; do it now, we will wait.",
        ),
        then=_STOP,
    ),
    "other": Script(
        title=Bilingual("其他可疑付款", "Other suspicious payments"),
        opening=_OPENING,
        questions=(
            WHO,
            Bilingual("这笔钱是做什么用的，谁提出来的？", "What is the money for, and whose idea was it?"),
            SCREEN,
            _TOLD,
            _BEFORE,
        ),
        facts=Bilingual(
            "转出的钱很难追回，多等一天不会有损失。拿不准时，请拨打96110，或先和家人商量。",
            "Money that has gone is hard to get back; to wait a day costs nothing. If in doubt, call 96110 "
            "or talk to your family first.",
        ),
        then=_STOP,
    ),
}
