"""The legal forms of firms, which say nothing about who a firm is."""

import re
from typing import Final

__all__ = ["without_form"]

_FORMS: Final = (
    "incorporated corporation company limited liability public private joint stock inc corp co ltd llc llp "
    "lp plc pte pty pvt gmbh ag kg ohg ug mbh sa sas sarl srl spa snc sl slu bv nv vof oy oyj ab as asa aps "
    "kk gk ooo oao zao pao ao tov jsc ojsc pjsc cjsc sdn bhd tbk pt cv est fze fzc fzco wll sal doo dd ad "
    "eood kft zrt nyrt sro spol holdings holding group trading company's the and of"
)
_WORDS: Final = frozenset(_FORMS.split())
_CHINESE: Final = re.compile(
    "有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|股份公司|总公司|分公司|公司|集团|"
    "合伙企业|有限合伙|商行|经营部|个体工商户"
)
_POINTS: Final = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b|$| )")


def without_form(cleaned: str) -> str:
    """Give the cleaned name of a firm without its legal form; a name that is nothing else stays.

    Examples
    --------
    >>> without_form("acme trading co., ltd."), without_form("北京甲乙科技有限公司"), without_form("s.a.")
    ('acme', '北京甲乙科技', 's.a.')
    """
    bare = _CHINESE.sub(" ", _POINTS.sub("", cleaned))
    left = [word for word in re.split(r"[\s,./()\-&]+", bare) if word and word not in _WORDS]
    return " ".join(left) or cleaned
