"""Files of sources: every format gives claims, every bad row a reason, no reason an account number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import msgspec
import pytest

from zhamen.adapters.feeds import Feed, read_claims, read_feed
from zhamen.adapters.feeds.mapping import Column, shipped_feeds
from zhamen.adapters.files.rejects import RejectFile
from zhamen.core.errors import InvalidSource, RecordNotFound, UnreadableFile, ZhamenError
from zhamen.records.claim import Claim, Unread
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.subjects import SubjectKind

SHARED = Path(__file__).parents[5] / "shared" / "data"
published = pytest.mark.skipif(
    not SHARED.exists(), reason="the published data sets are not beside the project"
)
HEADER = "编号,类型,账号,案件编号,生效时间\n"
GOOD = "A1,账号,6222020200112233445,C-7,2026-11-02T08:00:00\n"


def read(path: Path, feed: Feed | str) -> tuple[list[Claim], RejectFile]:
    rejects = RejectFile(None)
    mapping = read_feed(feed) if isinstance(feed, str) else feed
    return [
        one for batch in read_claims(path, mapping, rejects) for one in batch if isinstance(one, Claim)
    ], rejects


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def writer(text: str) -> Path:
        (tmp_path / "file").write_text(text)
        return tmp_path / "file"

    return writer


@pytest.mark.parametrize("name", shipped_feeds())
def test_every_shipped_mapping_is_sound(name: str) -> None:
    source = read_feed(name).source
    assert source.code == name
    assert any("\u4e00" <= letter <= "\u9fff" for letter in source.zh)
    assert source.legal_basis


def test_a_table_of_the_police_becomes_claims(write: Callable[[str], Path]) -> None:
    (claim,), rejects = read(write(HEADER + GOOD), "police-accounts")
    assert rejects.count == 0
    assert claim.identifier.canonical == "6222020200112233445"
    assert (claim.list, claim.category.code, claim.level) == (ListKind.BLACK, "mule.case_account", 90)
    assert (claim.source_ref, claim.case_number) == ("A1", "C-7")
    assert claim.effective_from == datetime(2026, 11, 2, tzinfo=UTC)


def test_a_row_may_have_its_own_legal_basis_and_purpose(write: Callable[[str], Path]) -> None:
    feed = read_feed("police-accounts")
    laws = {"冻结": "刑事诉讼法第一百四十四条"}
    record = msgspec.structs.replace(feed.record, legal_basis=Column("依据", laws), purpose="freeze")
    rows = "编号,类型,账号,依据\nA1,账号,6222020200112233445,冻结\nA2,账号,6222020200112233446,\n"
    claims, rejects = read(write(rows), msgspec.structs.replace(feed, record=record))
    assert rejects.count == 0
    assert [(one.legal_basis, one.purpose) for one in claims] == [
        ("刑事诉讼法第一百四十四条", "freeze"),
        ("", "freeze"),
    ]
    (plain,), _ = read(write(HEADER + GOOD), feed)
    assert (plain.legal_basis, plain.purpose) == ("", "")


def test_columns_may_have_other_names_and_stand_elsewhere(write: Callable[[str], Path]) -> None:
    (claim,), _ = read(write("level,identifier,kind\n70,13800138000,phone\n"), "police-accounts")
    assert (claim.level, claim.identifier.kind) == (70, SubjectKind.PHONE)


def test_a_bad_row_is_told_masked_and_the_others_go_on(write: Callable[[str], Path]) -> None:
    rows = [
        "B1,卡号,4111111111111112,,\n",
        "B2,账号,,,\n",
        "B3,手机号,12,,\n",
        "B4,账号,6222020200112233445,,yesterday\n",
        f"{'x' * 201},账号,6222020200112233446,,\n",
    ]
    claims, rejects = read(write(HEADER + GOOD + "".join(rows)), "police-accounts")
    assert [claim.source_ref for claim in claims] == ["A1"]
    assert [reject.row for reject in rejects.first] == [2, 3, 4, 5, 6]
    told = " ".join(reject.message for reject in rejects.first)
    assert "check digit" in told
    for secret in ("4111111111111112", "6222020200112233445", "6222020200112233446"):
        assert secret not in told


def test_a_row_with_a_wrong_number_of_its_branch_is_refused(write: Callable[[str], Path]) -> None:
    rows = (
        "编号,账号,开户行行号\nA1,6222020200112233445,102100099996\nA2,6222020200112233446,\n"
        "A3,6222020200112233447,102100099997\nA4,6222020200112233448,1021 0009 9996\n"
        "A5,6222020200112233449,1021\n"
    )
    claims, rejects = read(write(rows), "police-accounts")
    assert [claim.source_ref for claim in claims] == ["A1", "A2", "A4"]
    assert [reject.row for reject in rejects.first] == [3, 5]
    assert "branch '199999999999'" in rejects.first[0].message


def test_no_reject_holds_the_row_or_a_cell_as_it_came(write: Callable[[str], Path]) -> None:
    number = "6222020200112233445"
    rows = [
        f"B1,{number},13800138000,,\n",
        f"B2,账号,{number},,no {number}\n",
        f'B3,账号,"{number},,\n',
    ]
    _, rejects = read(write(HEADER + GOOD + "".join(rows)), "police-accounts")
    assert sorted(reject.row for reject in rejects.first) == [2, 3, 5]
    told = msgspec.json.encode(rejects.first).decode()
    assert number not in told
    assert number[:6] not in told
    assert "nx 9999999" in told


@pytest.mark.parametrize(
    ("written", "day"),
    [("20261102", 2), ("2026-11-02", 2), ("2026-11-01T20:00:00Z", 2), ("6222020200112233445", 0)],
)
def test_an_instant_is_one_as_a_standard_writes_it_and_no_other_number(
    write: Callable[[str], Path], written: str, day: int
) -> None:
    text = HEADER + GOOD + f"B1,账号,6222020200112233446,,{written}\n"
    claims, rejects = read(write(text), "police-accounts")
    home = timezone(timedelta(hours=8))
    found = [claim.effective_from.astimezone(home).day for claim in claims[1:] if claim.effective_from]
    assert found == ([day] if day else [])
    assert rejects.count == (not day)


def test_the_rest_of_a_line_beyond_every_limit_is_no_line(write: Callable[[str], Path]) -> None:
    text = f"good.example\n{'x' * 65_536}bad.example\n{'x' * 200_000}\nlast.example"
    claims, rejects = read(write(text), "scam-domains")
    assert [claim.identifier.canonical for claim in claims] == ["good.example", "last.example"]
    assert [reject.row for reject in rejects.first] == [2, 3]


def test_of_several_columns_the_first_that_says_something_counts(write: Callable[[str], Path]) -> None:
    (claim,), _ = read(write("账号,identifier,level\n  ,6222020200112233445,\n"), "police-accounts")
    assert (claim.identifier.canonical, claim.level) == ("6222020200112233445", 90)


def test_a_word_that_the_mapping_does_not_know_is_told_by_its_column(write: Callable[[str], Path]) -> None:
    _, rejects = read(write(HEADER + GOOD), "white-list")
    assert rejects.count == 0
    feed = read_feed("white-list")
    kind = Column(("类型",), {"账号": "account"})
    strict = msgspec.structs.replace(feed, record=msgspec.structs.replace(feed.record, kind=kind))
    _, rejects = read(write(HEADER + GOOD + GOOD.replace("账号", "钱包")), strict)
    assert rejects.first[0].message == "类型: the mapping has no word for '钱x'; add it to its values"


@pytest.mark.parametrize("word", ["QQ号", "微信号", "账 号"])
def test_a_word_that_is_no_kind_is_not_taken_for_the_usual_one(
    write: Callable[[str], Path], word: str
) -> None:
    claims, rejects = read(write(HEADER + GOOD + f"A2,{word},6222020200112233446,,\n"), "police-accounts")
    assert ([claim.source_ref for claim in claims], rejects.count) == (["A1"], 1)


@pytest.mark.parametrize("feed", ["police-accounts", "branch-reports"])
@pytest.mark.parametrize(
    ("word", "value", "kind"),
    [
        ("身份证", "110105194912310021", ""),
        ("身份证", "11010519491231002X", "person"),
        ("统一社会信用代码", "91110000600037341L", "enterprise"),
        ("设备", "D-77", "device"),
        ("IP", "192.0.2.7", "ip"),
        ("钱包地址", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "wallet"),
        ("wallet", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "wallet"),
        ("商户", "102100053110123", "merchant"),
    ],
)
def test_each_kind_has_its_words(
    write: Callable[[str], Path], feed: str, word: str, value: str, kind: str
) -> None:
    rows = f"编号,类型,标识,类别\nA1,手机号,13800138000,site.scam_site\nA2,{word},{value},site.scam_site\n"
    claims, rejects = read(write(rows), feed)
    assert [claim.identifier.kind for claim in claims[1:]] == ([kind] if kind else [])
    assert rejects.count == (not kind)


@pytest.mark.parametrize("name", ["mule.case_account", "公安涉案账户", "Account of a police case"])
def test_a_category_is_told_by_its_code_or_its_name(write: Callable[[str], Path], name: str) -> None:
    name = category("mule.case_account").en if name.startswith("Account") else name
    (claim,), _ = read(
        write(f'编号,类型,标识,类别\nA1,账号,6222020200112233445,"{name}"\n'), "branch-reports"
    )
    assert claim.category.code == "mule.case_account"


@pytest.mark.parametrize("feed", ["police-accounts", "branch-reports"])
def test_a_row_may_have_a_hash_of_its_evidence(write: Callable[[str], Path], feed: str) -> None:
    rows = "编号,类型,标识,类别,证据摘要\nA1,账号,6222020200112233445,mule.case_account,"
    (claim,), _ = read(write(rows + "ab" * 32 + "\n"), feed)
    assert claim.evidence_hash == b"\xab" * 32
    more = (
        "A2,账号,6222020200112233446,mule.case_account,\nA3,账号,6222020200112233447,mule.case_account,xyz\n"
    )
    (claim, other), rejects = read(write(f"{rows}\n{more}"), feed)
    assert (claim.evidence_hash, other.evidence_hash, rejects.count) == (b"", b"", 1)


def test_a_row_may_say_that_its_record_is_no_more(write: Callable[[str], Path]) -> None:
    rows = ["编号,类型,账号,状态\n"]
    rows += [
        f"A{at},账号,622202020011223344{at},{word}\n"
        for at, word in enumerate(["", "冻结", "解除", "已撤销", "?"])
    ]
    claims, rejects = read(write("".join(rows)), "police-accounts")
    assert [claim.withdrawn for claim in claims] == [False, False, True, True]
    assert rejects.count == 1


def test_a_refused_row_tells_which_record_it_is_about(write: Callable[[str], Path]) -> None:
    rows = [
        "A1,账号,6222020200112233445,,yesterday\n",
        "A2,卡号,4111111111111112,,\n",
        ",账号,6222020200112233446,,no\n",
    ]
    rejects = RejectFile(None)
    (batch,) = read_claims(write(HEADER + GOOD + "".join(rows)), read_feed("police-accounts"), rejects)
    unread = [one for one in batch if isinstance(one, Unread)]
    assert [(one.source_ref, one.identifier and one.identifier.canonical) for one in unread] == [
        ("A1", "6222020200112233445"),
        ("A2", None),
        ("", "6222020200112233446"),
    ]


@pytest.mark.parametrize(
    "suffix",
    [
        "com.cn",
        "gov.cn",
        "bj.cn",
        "公司.cn",
        "xn--55qx5d.cn",
        "com.hk",
        "組織.tw",
        "co.uk",
        "www.com.cn",
        "http://com.cn/",
    ],
)
def test_a_public_suffix_is_no_site(write: Callable[[str], Path], suffix: str) -> None:
    claims, rejects = read(
        write(f"bad.{suffix.split('/')[2] if '/' in suffix else suffix}\n{suffix}\ncom.cn/login\n"),
        "scam-domains",
    )
    assert len(claims) == 2
    assert "public suffix" in rejects.first[0].message


@pytest.mark.parametrize(("wide", "near"), [("0.0.0.0/0", "8.0.0.0/8"), ("::/0", "2001:db8::/16")])
def test_a_network_that_half_the_world_is_in_is_refused(
    write: Callable[[str], Path], wide: str, near: str
) -> None:
    text = f"编号,类型,账号\n1,IP,{wide}\n2,IP,{near}\n3,IP,128.0.0.0/7\n"
    claims, rejects = read(write(text), "police-accounts")
    assert [one.source_ref for one in claims] == ["2"]
    assert "wider" in rejects.first[0].message


@pytest.mark.parametrize("size", [19_999, 20_000, 20_001])
def test_numbers_of_rows_go_on_over_batches(write: Callable[[str], Path], size: int) -> None:
    text = "".join(f"x{at}.example\n" for at in range(size)) + "no host\n"
    claims, rejects = read(write(text), "scam-domains")
    assert len(claims) == size
    assert [reject.row for reject in rejects.first] == [size + 1]


def test_too_many_bad_rows_refuse_the_whole_file(write: Callable[[str], Path]) -> None:
    bad = "".join(f"B{at},卡号,411111111111111{at % 10},,\n" for at in range(30))
    with pytest.raises(UnreadableFile, match="nothing was taken"):
        read(write(HEADER + GOOD + bad), "police-accounts")


def test_a_missing_column_is_named(write: Callable[[str], Path]) -> None:
    with pytest.raises(UnreadableFile, match="no column '账号'"):
        read(write("a,b\n1,2\n"), "police-accounts")


@pytest.mark.parametrize("name", ["police-accounts", "scam-domains", "un-consolidated", "public-reports"])
@pytest.mark.parametrize("content", [None, b"", b"\0\0\0\0", b"\x1f\x8b\x08rest", b"\xff\xfe<\0a\0"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ZhamenError):
        read(path, name)


def test_lines_are_read_without_comments(write: Callable[[str], Path]) -> None:
    claims, rejects = read(
        write("\ufeff# list\n\n! also a comment\nBad.example\nhttps://x.example/a b\n"), "scam-domains"
    )
    assert [claim.identifier.canonical for claim in claims] == ["bad.example"]
    assert [reject.row for reject in rejects.first] == [5]


def test_objects_are_read_a_line(write: Callable[[str], Path]) -> None:
    lines = ['{"kind":"phone","identifier":"13800138000","reference":"r1"}', "[1]", "{", '{"kind":"x"}']
    claims, rejects = read(write("\n".join(lines)), "public-reports")
    assert [(claim.source_ref, claim.list) for claim in claims] == [("r1", ListKind.GREY)]
    assert [(reject.row, reject.code) for reject in rejects.first] == [
        (2, "malformed"),
        (3, "malformed"),
        (4, "input"),
    ]


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    row = "SELECT 'A1' AS reference, 'account' AS kind, 6222020200112233445 AS identifier, 80 AS level"
    duckdb.execute(f"COPY ({row}) TO '{path}' (FORMAT parquet)")
    feed = msgspec.structs.replace(read_feed("police-accounts"), format="parquet")
    (claim,), _ = read(path, feed)
    assert (claim.identifier.canonical, claim.level) == ("6222020200112233445", 80)


def test_other_encodings_are_read(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes((HEADER + GOOD).encode("gb18030"))
    feed = read_feed("police-accounts")
    csv = msgspec.structs.replace(feed.csv, encoding="gb18030")
    claims, _ = read(tmp_path / "list.csv", msgspec.structs.replace(feed, csv=csv))
    assert len(claims) == 1


UN = """<?xml version="1.0"?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
<FIRST_NAME>JOHN</FIRST_NAME><SECOND_NAME>DOE</SECOND_NAME><REFERENCE_NUMBER>X.1</REFERENCE_NUMBER>
<INDIVIDUAL_ALIAS><ALIAS_NAME>Jack Doe</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>AB123456</NUMBER></INDIVIDUAL_DOCUMENT>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>
<NUMBER>unknown number</NUMBER></INDIVIDUAL_DOCUMENT>
<INDIVIDUAL_DOCUMENT/></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>A FIRM</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""


def test_the_un_list_gives_names_and_passports(write: Callable[[str], Path]) -> None:
    person, passport, firm = read(write(UN), "un-consolidated")[0]
    assert (person.identifier.canonical, person.names) == ("NAME:un-consolidated:1", ("JOHN DOE", "Jack Doe"))
    assert person.identifier.masked == "J*** (un-consolidated)"
    assert (passport.identifier.canonical, passport.names) == ("PASSPORT:AB123456", ())
    assert (firm.identifier.kind, firm.names) == (SubjectKind.ENTERPRISE, ("A FIRM",))


def test_xml_that_does_more_than_say_something_is_refused(write: Callable[[str], Path]) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>'
    with pytest.raises(UnreadableFile, match="not the XML"):
        read(write(bomb), "un-consolidated")


MAPPING = """zhamen_source: 1
format: csv
source: {code: mine, zh: 我的, en: mine, reliability: 70, purpose: anti_fraud, legal_basis: x,
  retention_days: 30}
record: {kind: account, identifier: {column: a}, list: grey, category: mule.case_account, level: 60,
  confidence: 70}
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("list: grey", "list: gray", "5: record.list: 'gray' is no list; did you mean grey?"),
        ("mule.case_account", "mule.case_acount", "did you mean mule.case_account"),
        ("level: 60", "level: 600", "whole number from 0 to 100"),
        ("reliability: 70", "reliability: 170", "3: source.reliability"),
        ("kind: account", "kind: iban", "'iban' is no kind"),
        ("identifier: {column: a}, ", "", "identifier is missing"),
        ("retention_days: 30", "retention_days: 0", "nothing would be kept"),
        ("format: csv", "format: xls", "format"),
        ("confidence: 70}", "confidence: 70, names: {column: n}}", "keeps no names"),
        ("confidence: 70}", "confidence: 70, colour: red}", "this field is unknown"),
        ("zhamen_source: 1", "zhamen_source: 2", "zhamen_source"),
        ("record:", "record: &a", "anchors"),
    ],
)
def test_a_wrong_mapping_says_where_and_what_to_do(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MAPPING)
    assert read_feed(str(path)).source.code == "mine"
    path.write_text(MAPPING.replace(before, after, 1))
    with pytest.raises(InvalidSource) as refused:
        read_feed(str(path))
    assert told in "\n".join(refused.value.problems)


def test_a_mapping_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(RecordNotFound, match="did you mean police-accounts"):
        read_feed("police-account")
    with pytest.raises(RecordNotFound, match="cannot be read"):
        read_feed("no/such.yaml")


@published
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "path", "records", "refused"),
    [
        ("un-consolidated", "screening/UN_consolidated.xml", 1_272, 0),
        ("scam-domains", "scam-lists/scam-domains.txt", 18_254, 0),
        ("sanctioned-wallets", "scam-lists/sanctioned-wallets.txt", 619, 13),
    ],
)
def test_published_lists_are_read_whole(name: str, path: str, records: int, refused: int) -> None:
    claims, rejects = read(SHARED / path, name)
    assert (len(claims), rejects.count) == (records, refused)
    assert len({claim.identifier.canonical for claim in claims}) > 0.97 * records
