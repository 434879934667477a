"""The legal forms of firms, which say nothing about who a firm is, but tell two of one name apart."""

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["form_of_firm", "without_form"]

_KINDS: Final = {
    "partnership": "llp lp kg ohg partnership",
    "shares": (
        "plc inc incorporated corp corporation sa ag nv spa ab asa as oyj joint stock public oao zao pao ao"
        " jsc ojsc pjsc cjsc bhd tbk kk kft zrt nyrt"
    ),
    "limited": (
        "limited ltd llc gmbh ug mbh sarl srl snc sl slu bv vof oy aps gk ooo tov sdn pt cv est fze fzc fzco"
        " wll sal doo dd ad eood sro spol sas pte pty pvt private"
    ),
    "holding": "holding holdings",
    "group": "group",
    "trading": "trading",
    "": "company co liability company's the and of",
}
_KIND_OF: Final = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_CHINESE: Final = {
    "有限责任公司": "limited", "股份有限公司": "shares", "集团有限公司": "group", "有限公司": "limited",
    "集团公司": "group", "股份公司": "shares", "总公司": "", "分公司": "branch", "公司": "", "集团": "group",
    "合伙企业": "partnership", "有限合伙": "partnership", "商行": "trader", "经营部": "trader",
    "个体工商户": "trader",
}  # fmt: skip
_CHINESE_FORM: Final = re.compile("|".join(_CHINESE))
_POINTS: Final = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b|$| )")
_BETWEEN: Final = re.compile(r"[\s,./()\-&]+")
_LEGAL: Final = ("partnership", "shares", "limited")


def without_form(cleaned: str) -> str:
    """Give the cleaned name of a firm without its legal form; a name that is nothing else stays.

    Examples
    --------
    >>> without_form("acme trading co., ltd."), without_form("北京甲乙科技有限公司"), without_form("s.a.")
    ('acme', '北京甲乙科技', 's.a.')
    """
    bare = _CHINESE_FORM.sub(" ", _POINTS.sub("", cleaned))
    left = [word for word in _BETWEEN.split(bare) if word and word not in _KIND_OF]
    return " ".join(left) or cleaned


def form_of_firm(cleaned: str) -> tuple[str, frozenset[str]]:
    """Give the legal form in the cleaned name of a firm, and what else `without_form` leaves out.

    The form is partnership, shares or limited; empty when the name has none.

    Examples
    --------
    >>> form_of_firm("acme holdings p.l.c."), form_of_firm("甲乙有限公司深圳分公司")[0]
    (('shares', frozenset({'holding'})), 'limited')
    """
    kinds = set(_kinds_in(cleaned)) - {""}
    legal = next((kind for kind in _LEGAL if kind in kinds), "")
    return legal, frozenset(kinds.difference(_LEGAL))


def _kinds_in(cleaned: str) -> Iterator[str]:
    bare = _POINTS.sub("", cleaned)
    yield from (_CHINESE[found] for found in _CHINESE_FORM.findall(bare))
    yield from (_KIND_OF[word] for word in _BETWEEN.split(bare) if word in _KIND_OF)
