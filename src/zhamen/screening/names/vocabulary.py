"""Words of names that say little of who it is: titles, particles, legal forms, trades and places."""

from collections.abc import Sequence
from typing import Final

__all__ = ["FILLERS", "HAN_FILLERS", "PARTICLES", "SURNAME_READINGS", "TITLES", "without_legal_form"]

TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev hon eng capt col gen haji hajji hadji al-haj"
    " mullah maulavi mawlawi maulawi qari sheikh shaikh sheik shaykh sayyid sayed herr frau monsieur madame"
    " mme mlle senor senora don dona 先生 女士 小姐 太太 教授 博士 同志".split()
)
"""Forms of address: they weigh next to nothing."""

PARTICLES: Final = frozenset(
    "al el ul ol ad ar as az an bin ibn ben bint abu abou umm ould uld de da do dos das del della di du la le van"
    " von der den ter ten y e i wa und et and the of for".split()
)
"""Small words inside names: they weigh little."""

FILLERS: Final = frozenset(
    "international trading trade trust company holding holdings group enterprise enterprises industries industry"
    " industrial technology technologies tech services service solutions general import export development"
    " investment investments capital management consulting systems global bank foundation organization"
    " organisation association society committee relief office branch".split()
)
"""Words that firms share: they weigh less than the word that is theirs."""

HAN_FILLERS: Final = tuple(
    sorted(
        (
            "北京 上海 天津 重庆 广东 广州 深圳 浙江 杭州 江苏 南京 苏州 山东 济南 青岛 福建 厦门 四川 成都 湖北 武汉"
            " 湖南 长沙 河南 郑州 河北 陕西 西安 辽宁 沈阳 大连 吉林 长春 黑龙江 哈尔滨 安徽 合肥 江西 南昌 云南 昆明"
            " 贵州 贵阳 广西 南宁 海南 海口 内蒙古 呼和浩特 包头 宁夏 银川 新疆 乌鲁木齐 西藏 拉萨 甘肃 兰州 青海 西宁"
            " 山西 太原 香港 澳门 台湾 台北 中国 宁波 佛山 东莞 无锡 市 省 区 县"
            " 科技 技术 网络 信息 电子 商务 贸易 商贸 进出口 国际 实业 工业 投资 控股 集团 管理 咨询 服务 文化 传媒"
            " 建筑 工程 建设 房地产 置业 物流 运输 餐饮 食品 医药 生物 教育 金融 发展 实业 制造 机械 设备 材料 能源"
            " 环保 农业 酒店 广告 设计 装饰 软件 数据 智能 供应链 电器 服装 纺织 化工 汽车 旅游 经营部 商行 商店 银行"
        ).split(),
        key=len,
        reverse=True,
    )
)
"""Places and trades in names of Chinese firms, longest first: they weigh less than the firm's own word."""

_LEGAL_FORMS: Final = {
    "limited": (
        "co ltd|co limited|company limited|company ltd|pte ltd|pte limited|pty ltd|pty limited|private limited|"
        "pvt ltd|sdn bhd|ltd|limited|llc|ltda|gmbh|sarl|sas|bv|srl|s r l|sl|sp z o o|spzoo|ooo|kft|doo|oy|tov|too|"
        "wll|fzco|fze|fzc|fz llc|ltd sti|有限责任公司|有限公司"
    ),
    "shares": (
        "inc|incorporated|corp|corporation|plc|sa|ag|nv|spa|ab|asa|a s|jsc|pjsc|cjsc|ojsc|pao|oao|zao|bhd|kk|tbk|"
        "joint stock company|public company limited|股份有限公司|株式会社"
    ),
    "partnership": "gmbh and co kg|gmbh co kg|llp|lp|kg|ohg|普通合伙|有限合伙|合伙企业",
    "company": "co|company|cie|pt|公司|厂",
}
_ENDINGS: Final = sorted(
    (
        (tuple(ending.split()), legal_form)
        for legal_form, endings in _LEGAL_FORMS.items()
        for ending in endings.split("|")
    ),
    key=lambda entry: (-len(entry[0]), -len(entry[0][0])),
)
_LEADING: Final = frozenset({"ooo", "oao", "pao", "zao", "too", "tov", "pt", "jsc", "llc", "株式会社"})

SURNAME_READINGS: Final = {
    character: tuple(readings.split("/"))
    for character, readings in (
        entry.split(":")
        for entry in (
            "单:shan 仇:qiu 解:xie 任:ren 曾:zeng 查:zha 盖:ge/gai 朴:piao/pu 区:ou 尉:yu/wei 华:hua 纪:ji 员:yun"
            " 乐:yue/le 翟:zhai/di 冼:xian 召:shao 缪:miao 宓:mi/fu 折:she 么:yao 黑:he/hei 种:chong 秘:bi 祭:zhai/ji"
            " 覃:qin/tan 尹:yin 石:shi 车:che 隗:kui/wei 逄:pang 燕:yan 牟:mu/mou 谌:chen/shen 臧:zang 贲:ben"
            " 句:gou 钭:tou 哈:ha 葛:ge 沈:shen 盛:sheng 俞:yu 宁:ning 应:ying 訾:zi 阚:kan 佘:she 晁:chao 洗:xian"
            " 柏:bai/bo 卜:bu 薄:bo 藏:zang/cang 长:zhang/chang 都:du 繁:po/fan 过:guo 夹:jia 角:jue/jiao 令:ling"
            " 那:na 宿:su 万:wan 相:xiang 要:yao 曲:qu 郇:xun/huan 会:gui 撒:sa 洪:hong 吕:lv"
        ).split()
    )
}
"""Surnames that are read otherwise than the same character elsewhere, or in two ways."""


def without_legal_form(words: Sequence[str]) -> tuple[list[str], str]:
    """Give the words of a firm's name without its legal form, and which kind of form it was.

    The kinds are limited, shares, partnership, company; empty when none is named.

    Examples
    --------
    >>> without_legal_form(["huawei", "technologies", "co", "ltd"])
    (['huawei', 'technologies'], 'limited')
    >>> without_legal_form(["华为技术有限公司"])
    (['华为技术'], 'limited')
    """
    left = list(words)
    if len(left) > 1 and left[0] in _LEADING:
        legal_form = next(kind for ending, kind in _ENDINGS if ending == (left[0],))
        return left[1:], legal_form
    for ending, legal_form in _ENDINGS:
        size = len(ending)
        if len(left) > size and tuple(left[-size:]) == ending:
            return left[:-size], legal_form
        if size == 1 and not ending[0].isascii() and left and left[-1].endswith(ending[0]):
            rest = left[-1][: -len(ending[0])]
            if rest or len(left) > 1:
                return [*left[:-1], *([rest] if rest else [])], legal_form
    return left, ""
