"""Public suffixes: domains under which anybody may have one, so that a record of one would hit them all.

Those of China (CNNIC; HKIRC, MONIC, TWNIC) and the usual ones of two levels elsewhere, as
publicsuffix.org lists them; not the whole of that list.
"""

from typing import Final

import idna

__all__ = ["PUBLIC_SUFFIXES"]

_CHINA: Final = {
    "cn": (
        "ac com edu gov mil net org 公司 网络 網絡 ah bj cq fj gd gs gx gz ha hb he hi hk hl hn jl js jx"
        " ln mo nm nx qh sc sd sh sn sx tj tw xj xz yn zj"
    ),
    "hk": "com edu gov idv net org 公司 教育 政府 個人 个人 網絡 网络 組織 组织",
    "mo": "com edu gov net org",
    "tw": "club com ebiz edu game gov idv mil net org 網路 組織 商業",
}
_ELSEWHERE: Final = {
    "ae": "ac co gov mil net org sch",
    "ar": "com edu gob gov mil net org",
    "at": "ac co gv or",
    "au": "asn com edu gov id net org",
    "bd": "ac com edu gov info mil net org",
    "br": "com edu gov mil net org",
    "co": "com edu gov mil net nom org",
    "eg": "com edu gov mil net org",
    "es": "com edu gob nom org",
    "fr": "asso com gouv nom",
    "gh": "com edu gov mil org",
    "id": "ac co go mil my net or sch web",
    "il": "ac co gov idf muni net org",
    "in": "ac co edu firm gen gov ind mil net nic org res",
    "jp": "ac ad co ed go gr lg ne or",
    "ke": "ac co go info me mobi ne or sc",
    "kh": "com edu gov mil net org",
    "kr": "ac co es go hs kg mil ms ne or pe re sc",
    "la": "com edu gov int net org",
    "lk": "ac com edu gov net org",
    "ma": "ac co gov net org press",
    "mm": "com edu gov net org",
    "mx": "com edu gob net org",
    "my": "com edu gov mil name net org",
    "ng": "com edu gov mil mobi name net org sch",
    "np": "com edu gov mil net org",
    "nz": "ac co cri geek gen govt health iwi kiwi maori mil net org school",
    "pe": "com edu gob mil net nom org",
    "ph": "com edu gov mil net ngo org",
    "pk": "ac com edu gob gov mil net org",
    "pl": "com edu gov info net org",
    "pt": "com edu gov net org publ",
    "qa": "com edu gov mil name net org sch",
    "ro": "com info nom org",
    "ru": "com msk org pp spb",
    "sa": "com edu gov med net org pub sch",
    "sg": "com edu gov net org per",
    "th": "ac co go in mi net or",
    "tr": "av bel biz com dr edu gen gov info k12 mil name net org pol tel tv web",
    "tz": "ac co go mil ne or sc",
    "ua": "com edu gov in kiev kyiv lviv net org",
    "ug": "ac co com go ne or org sc",
    "uk": "ac co gov ltd me mod net nhs org plc police sch",
    "uz": "co com net org",
    "ve": "co com edu gob gov info mil net org web",
    "vn": "ac biz com edu gov health info int name net org pro",
    "za": "ac co edu gov law mil net nom org school web",
    "com": "br cn de eu gr hk jpn kr ru sa uk us za",
    "net": "gb hu in jp se uk",
}


def _ascii(suffix: str) -> str:
    return suffix if suffix.isascii() else idna.encode(suffix).decode()


PUBLIC_SUFFIXES: Final = frozenset(
    _ascii(f"{under}.{top}")
    for table in (_CHINA, _ELSEWHERE)
    for top, all_under in table.items()
    for under in all_under.split()
)
"""Each in its ASCII form."""
