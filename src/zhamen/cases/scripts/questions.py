"""Questions that several talks share."""

from typing import Final

from zhamen.gate.decision import Bilingual

__all__ = ["SCREEN", "WHO"]

WHO: Final = Bilingual("收款人是谁，您和对方当面见过吗？", "Who is the payee, and have you met in person?")
SCREEN: Final = Bilingual(
    "您的手机现在开着屏幕共享、会议软件或远程控制吗？",
    "Is screen sharing, a meeting app or remote control running on your phone now?",
)
