"""Names of people, firms and places; all of them made up from common parts."""

from typing import Final

import numpy as np

from zhamen.simulate.dice import Dice

__all__ = ["CITIES", "PEERS", "QUARTERS", "REGIONS", "STREETS", "firm_names", "person_names", "shop_names"]

_SURNAMES: Final = np.array(
    list(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    )
)
_GIVEN: Final = np.array(
    list(
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文海燕春梅红波宁浩宇欣怡子涵梓轩雨晨佳琪思远"
    )
)
_TRADES: Final = np.array(
    [
        "面馆",
        "超市",
        "水果店",
        "药房",
        "理发店",
        "饭庄",
        "服装店",
        "五金店",
        "茶行",
        "烘焙坊",
        "便利店",
        "菜店",
    ]
)
_FIRM_WORDS: Final = np.array(
    [
        "恒达",
        "鑫源",
        "华盛",
        "博远",
        "中联",
        "盛世",
        "瑞丰",
        "宏图",
        "金桥",
        "天成",
        "东升",
        "万通",
        "嘉禾",
        "启明",
    ]
)
_FIRM_KINDS: Final = np.array(
    [
        "贸易有限公司",
        "科技有限公司",
        "建材有限公司",
        "物流有限公司",
        "食品有限公司",
        "机械有限公司",
        "服饰有限公司",
    ]
)

REGIONS: Final = (("北部", "North"), ("中部", "Central"), ("南部", "South"))
"""Regions: Chinese and English."""

CITIES: Final = (
    ("云溪", "Yunxi"), ("清河湾", "Qinghewan"), ("望山", "Wangshan"), ("长汀口", "Changtingkou"), ("白鹭", "Bailu"),
    ("石桥", "Shiqiao"), ("临湖", "Linhu"), ("东岭", "Dongling"), ("双塔", "Shuangta"), ("青禾", "Qinghe"),
    ("海晏", "Haiyan"), ("南浦", "Nanpu"), ("金沙渡", "Jinshadu"),
)  # fmt: skip
"""The cities of the 13 second-level branches, the largest first."""

QUARTERS: Final = (
    ("城东", "East"), ("城西", "West"), ("城南", "South"), ("城北", "North"), ("城中", "Central"), ("新城", "New Town"),
)  # fmt: skip
"""The quarters of a city, one for each sub-branch."""

STREETS: Final = (
    ("人民路", "Renmin Road"), ("解放路", "Jiefang Road"), ("建设路", "Jianshe Road"), ("中山路", "Zhongshan Road"),
    ("和平路", "Heping Road"), ("文化路", "Wenhua Road"), ("新华路", "Xinhua Road"), ("胜利路", "Shengli Road"),
    ("光明路", "Guangming Road"), ("团结路", "Tuanjie Road"), ("朝阳路", "Chaoyang Road"), ("滨河路", "Binhe Road"),
    ("开发区", "Development Zone"), ("大学城", "University Town"), ("火车站", "Railway Station"),
    ("市场街", "Market Street"), ("工业园", "Industrial Park"), ("老城", "Old Town"), ("湖滨", "Lakeside"),
    ("体育场", "Stadium"), ("医院路", "Hospital Road"), ("学院路", "Xueyuan Road"), ("幸福里", "Xingfuli"),
    ("金融街", "Finance Street"), ("花园路", "Huayuan Road"), ("东门", "East Gate"), ("西门", "West Gate"),
    ("南门", "South Gate"), ("北门", "North Gate"), ("农贸城", "Farmers Market"), ("高新区", "High-Tech Zone"),
    ("科技园", "Science Park"), ("码头", "Wharf"), ("钢城", "Steel Town"), ("矿务局", "Mining Bureau"),
    ("纺织厂", "Textile Mill"), ("春风路", "Chunfeng Road"), ("迎宾路", "Yingbin Road"), ("长江路", "Changjiang Road"),
    ("黄河路", "Huanghe Road"), ("泰山路", "Taishan Road"), ("松花路", "Songhua Road"), ("龙门", "Longmen"),
    ("凤凰路", "Fenghuang Road"), ("梧桐路", "Wutong Road"), ("桃园", "Taoyuan"), ("竹林", "Zhulin"),
    ("梅岭", "Meiling"), ("荷塘", "Hetang"), ("柳巷", "Liuxiang"),
)  # fmt: skip
"""Where outlets stand: Chinese and English; as many as the largest branch has outlets, or more."""

PEERS: Final = (
    ("东港银行", "990100000015"), ("北原银行", "990200000023"), ("江南银行", "990300000031"),
    ("远洋银行", "990400000048"), ("合众农村商业银行", "990500000056"), ("兴海银行", "990600000064"),
    ("西岭银行", "990700000072"), ("汇川银行", "990800000089"), ("通衢支付", "990900000097"),
    ("万象支付", "991000000102"),
)  # fmt: skip
"""Other institutions: name and clearing code; the last two are payment institutions."""


def person_names(dice: Dice, size: int) -> list[str]:
    """Draw names of people; three in four have two given characters."""
    surname = _SURNAMES[(len(_SURNAMES) * dice.random(size) ** 1.7).astype(np.int64)]
    first = _GIVEN[dice.integers(0, len(_GIVEN), size)]
    second = np.where(dice.random(size) < 0.75, _GIVEN[dice.integers(0, len(_GIVEN), size)], "")
    return [a + b + c for a, b, c in zip(surname.tolist(), first.tolist(), second.tolist(), strict=True)]


def shop_names(dice: Dice, size: int) -> list[str]:
    """Draw names of small shops."""
    surname = _SURNAMES[dice.integers(0, len(_SURNAMES), size)]
    trade = _TRADES[dice.integers(0, len(_TRADES), size)]
    return [f"{a}记{b}" for a, b in zip(surname.tolist(), trade.tolist(), strict=True)]


def firm_names(dice: Dice, size: int) -> list[str]:
    """Draw names of companies."""
    words = _FIRM_WORDS[dice.integers(0, len(_FIRM_WORDS), (2, size))].tolist()
    kinds = _FIRM_KINDS[dice.integers(0, len(_FIRM_KINDS), size)].tolist()
    return [a + b + c for a, b, c in zip(words[0], words[1], kinds, strict=True)]
