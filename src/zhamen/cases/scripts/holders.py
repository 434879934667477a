"""Talks with who holds an account that is used in an unusual way."""

from typing import Final

from zhamen.cases.scripts.questions import SCREEN, WHO
from zhamen.cases.scripts.script import Script
from zhamen.gate.decision import Bilingual

__all__ = ["HOLDERS"]

HOLDERS: Final[dict[str, Script]] = {
    "gambling": Script(
        title=Bilingual("涉赌资金", "Gambling"),
        opening=Bilingual(
            "您好，我是本行客服，您的一笔付款需要补充核实，请问现在方便吗？",
            "Hello, I call from the bank. One of your payments needs a further check; is this a good time?",
        ),
        questions=(
            Bilingual("这笔款项的用途是什么？", "What is the payment for?"),
            WHO,
            Bilingual(
                "是通过哪个网站或软件让您付到这个账户的？",
                "Which site or app told you to pay to this account?",
            ),
            Bilingual(
                "有没有把您的收款码或账户借给别人用？",
                "Have you lent your payment code or account to anybody?",
            ),
        ),
        facts=Bilingual(
            "为赌博转账不受法律保护；出借账户帮人收款可能承担法律责任，并影响以后开户和用卡。",
            "Money sent for gambling is not protected by law; who lends an account to collect for others "
            "may be liable, and may lose the use "
            "of accounts.",
        ),
        then=Bilingual(
            "记录用途和说明，只说明需要补充核实，不透露系统的判断依据；疑似参与经营的，报反诈专岗。",
            "Record purpose and explanation; say only that a further check is needed, never what the "
            "system rests on; pass on who seems to "
            "take part in running it.",
        ),
    ),
    "account_holder": Script(
        title=Bilingual("账户异常使用核实（涉案账户持有人）", "Unusual use of an account (its holder)"),
        opening=Bilingual(
            "您好，我是本行客服，为保障您的账户安全，需要核实近期的几笔交易，请问是您本人吗？",
            "Hello, I call from the bank. To keep your account safe we need to check some recent payments; "
            "am I speaking to the holder?",
        ),
        questions=(
            Bilingual(
                "这些交易是您本人办理的吗，卡、手机和密码都在您手上吗？",
                "Did you make these payments yourself; do you have the card, phone and passwords with you?",
            ),
            Bilingual("这几笔进账是谁转来的，因为什么事？", "Who sent you these sums, and what for?"),
            Bilingual("随后转出的款项是付给谁的？", "To whom did you then pay the money?"),
            Bilingual(
                "有没有人请您帮忙收款、取现、出借账户，并给您好处？",
                "Has anybody asked you to receive or draw money, or to lend the account, for a reward?",
            ),
        ),
        facts=Bilingual(
            "出租、出借账户或者帮人转账取现，可能涉嫌犯罪，也会影响本人名下所有账户。可携带身份证件和收支证明到网点说明情况。",
            "Renting or lending an account, or moving and drawing money for others, may be a crime and "
            "affects all accounts of the holder. You "
            "may come to an outlet with your identity document and papers on these payments.",
        ),
        then=Bilingual(
            "只说明需要核实，不得透露预警、线索上报或有权机关查询；如实记录回答，异常的不放行并报反诈专岗；确属误判的，立即恢复。",
            "Say only that a check is needed; never mention an alert, a report or a query of an authority. "
            "Record the answers; if they do not "
            "fit, do not release and pass it on; if it was a mistake, restore the account at once.",
        ),
    ),
    "takeover": Script(
        title=Bilingual("账户被盗用", "Account taken over"),
        opening=Bilingual(
            "您好，我是本行客服。我们注意到您的账户有一次不同以往的操作，先和您确认是不是本人。我不会向您要密码或验证码。",
            "Hello, I call from the bank. Your account was used in an unusual way, and we would like to "
            "know whether it was you. I will never "
            "ask for a password or a code.",
        ),
        questions=(
            Bilingual(
                "刚才的登录和付款是您本人操作的吗？", "Did you sign in and make this payment yourself?"
            ),
            Bilingual(
                "最近换过手机、补过卡，或收到过陌生的验证码吗？",
                "Have you changed the phone, replaced the SIM, or received codes that you did not ask for?",
            ),
            Bilingual(
                "有没有点过链接、扫过码，或把验证码告诉别人？",
                "Have you followed a link, scanned a code, or told anybody a code?",
            ),
            SCREEN,
        ),
        facts=Bilingual(
            "银行不会索要密码和验证码。请不要在对方发来的页面上操作。",
            "The bank never asks for passwords or codes. Do not use pages that somebody sent you.",
        ),
        then=Bilingual(
            "非本人操作：立即拒绝付款，协助挂失、解绑设备、更换凭证，请客户报警并保留记录。是本人：按刷单、退款等脚本继续询问。",
            "If it was not the customer: decline at once, help to lock the account, unbind the device and "
            "renew the credentials; have them "
            "report it and keep the records. If it was: go on with the script that fits.",
        ),
    ),
}
