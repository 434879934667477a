"""ISO 20022 messages: read, mapped, written back; and hostile ones refused."""

from collections import deque
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.adapters.files.rejects import RejectFile
from zhamen.adapters.iso20022 import CreditTransfer, MessageFile, to_xml
from zhamen.core.errors import InputError, TooLarge, UnreadableFile
from zhamen.events.model import Transfer
from zhamen.events.parts import Account, Agent, Party
from zhamen.ports.sources import Layout

SAMPLES = Path(__file__).parents[5] / "shared/data/iso20022/messages"
NAMES = sorted(path.name for path in SAMPLES.glob("*") if "pacs_008" in path.name or "pain_013" in path.name)


def read(path: Path, **given: Any) -> list[CreditTransfer]:
    return list(MessageFile(path, **given).transfers(RejectFile(None)))


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "message.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.shared
@pytest.mark.skipif(not NAMES, reason="the published messages are not beside the project")
def test_every_published_sample_is_here() -> None:
    assert len(NAMES) == 42


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_a_published_message_is_mapped_and_round_trips_its_key_fields(name: str, tmp_path: Path) -> None:
    (found,) = read(SAMPLES / name)
    transfer = found.transfer
    source = (SAMPLES / name).read_text()
    for text in (
        found.message_id,
        transfer.end_to_end_id,
        transfer.debtor_account.id,
        transfer.creditor_account.id,
        transfer.debtor_agent.id if transfer.debtor_agent else None,
        transfer.creditor_agent.id if transfer.creditor_agent else None,
        transfer.debtor.name if transfer.debtor else None,
        transfer.creditor.name if transfer.creditor else None,
    ):
        assert text is not None
        assert f">{text}<" in source
    assert transfer.currency == "USD"
    assert f"{transfer.amount_minor / 100:.2f}".removesuffix(".00") in source
    for family in ("pacs.008", "pain.001", "pain.013"):
        (again,) = read(written(tmp_path, to_xml([found], family)))
        assert again.message.startswith(family)
        expected = found
        if family != "pacs.008":
            expected = msgspec.structs.replace(found, transaction_id=None, settlement_date=None)
        if (family == "pacs.008") != found.message.startswith("pacs.008"):
            channel = "peer_bank" if family == "pacs.008" else None
            expected = msgspec.structs.replace(
                expected, transfer=msgspec.structs.replace(transfer, channel=channel)
            )
        assert again == msgspec.structs.replace(expected, message=again.message)


PAIN_001 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}"><CstmrCdtTrfInitn>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-02T20:00:00{zone}</CreDtTm><NbOfTxs>3</NbOfTxs></GrpHdr>
  <PmtInf>
    <Dbtr><Nm>Li   Wei
      </Nm><Id><PrvtId><Othr><Id>C7</Id></Othr></PrvtId></Id><PstlAdr><Ctry>CN</Ctry></PstlAdr></Dbtr>
    <DbtrAcct><Id><IBAN>GB82WEST12345698765432</IBAN></Id></DbtrAcct>
    <DbtrAgt><FinInstnId><{bic}>ICBKCNBJ</{bic}></FinInstnId></DbtrAgt>
    <UltmtDbtr><Nm>Firm</Nm></UltmtDbtr>
    <CdtTrfTxInf>
      <PmtId><EndToEndId>E1</EndToEndId></PmtId><Amt><InstdAmt Ccy="JPY">500</InstdAmt></Amt>
      <Cdtr><Nm>王小明</Nm></Cdtr><CdtrAcct><Id><Othr><Id>6222</Id></Othr></Id></CdtrAcct>
      <Purp><Cd>GDDS</Cd></Purp><RmtInf><Ustrd>part one</Ustrd><Ustrd>part two</Ustrd></RmtInf>
    </CdtTrfTxInf>
    <CdtTrfTxInf>
      <PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">1.005</InstdAmt></Amt>
      <CdtrAcct><Id><Othr><Id>6223</Id></Othr></Id></CdtrAcct>
    </CdtTrfTxInf>
  </PmtInf>
  <PmtInf>
    <DbtrAcct><Id><Othr><Id>OTHER</Id></Othr></Id></DbtrAcct>
    <CdtTrfTxInf>
      <PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">1.50</InstdAmt></Amt>
      <CdtrAgt><FinInstnId><Nm>Named only</Nm></FinInstnId></CdtrAgt>
      <CdtrAcct><Id><Othr><Id>6224</Id></Othr></Id></CdtrAcct>
    </CdtTrfTxInf>
  </PmtInf>
</CstmrCdtTrfInitn></Document>"""


@pytest.mark.parametrize(("version", "bic"), [("03", "BIC"), ("09", "BICFI"), ("11", "BICFI")])
def test_a_customers_message_shares_its_payment_information(version: str, bic: str, tmp_path: Path) -> None:
    path = written(tmp_path, PAIN_001.format(version=version, bic=bic, zone="+08:00"))
    rejects = RejectFile(None)
    first, third = MessageFile(path).transfers(rejects)
    assert first == CreditTransfer(
        message=f"pain.001.001.{version}",
        message_id="M1",
        ultimate_debtor=Party(name="Firm"),
        transfer=Transfer(
            event_id="M1/1",
            occurred_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
            debtor=Party(id="C7", name="Li Wei", kind="person", country="CN"),
            debtor_account=Account(id="GB82WEST12345698765432"),
            debtor_agent=Agent(id="ICBKCNBJ"),
            creditor=Party(name="王小明"),
            creditor_account=Account(id="6222"),
            amount_minor=500,
            currency="JPY",
            end_to_end_id="E1",
            purpose="GDDS",
            remittance_info="part one part two",
        ),
    )
    assert (third.transfer.event_id, third.transfer.debtor_account.id) == ("M1/3", "OTHER")
    assert (third.transfer.end_to_end_id, third.transfer.debtor) == (None, None)
    assert third.transfer.creditor_agent is None
    (reject,) = rejects.first
    assert (reject.row, reject.code, reject.path) == (2, "invalid_event", "Amt/InstdAmt")
    assert "more than the 2 decimals of CNY" in reject.message
    assert "6223" in reject.raw


def test_a_time_without_zone_needs_a_clock(tmp_path: Path) -> None:
    path = written(tmp_path, PAIN_001.format(version="03", bic="BIC", zone=""))
    rejects = RejectFile(None)
    assert list(MessageFile(path).transfers(rejects)) == []
    assert (rejects.count, rejects.first[0].path) == (3, "GrpHdr/CreDtTm")
    assert read(path, zone_minutes=480)[0].transfer.occurred_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_batches_hold_the_transfers_in_the_currency_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, PAIN_001.format(version="09", bic="BICFI", zone="Z"))
    rejects = RejectFile(None)
    (batch,) = MessageFile(path).batches(Layout(("event_id", "amount_minor"), 0, "CNY"), rejects)
    assert batch.texts("event_id").values == ("M1/3",)
    assert sorted(reject.code for reject in rejects.first) == ["currency", "invalid_event"]
    assert [event.event_id for event in MessageFile(path).events(RejectFile(None))] == ["M1/1", "M1/3"]


def test_a_message_in_an_envelope_is_found(tmp_path: Path) -> None:
    inner = PAIN_001.format(version="09", bic="BICFI", zone="Z").partition("?>")[2]
    path = written(tmp_path, f'<Envelope xmlns="urn:x"><Header/>{inner}</Envelope>')
    assert len(read(path)) == 2


def test_memory_does_not_grow_with_the_number_of_transactions(tmp_path: Path) -> None:
    head, _, rest = PAIN_001.format(version="09", bic="BICFI", zone="Z").partition("<PmtInf>")
    group = "<PmtInf>" + rest.partition("</PmtInf>")[0] + "</PmtInf>\n"
    path = written(tmp_path, head + group * 2_000 + "</CstmrCdtTrfInitn></Document>")
    source = MessageFile(path)
    (last,) = deque(source._nodes(), maxlen=1)
    assert last.parent is not None
    assert last.parent.parent is not None
    assert [child.name for child in last.parent.parent.children] == ["GrpHdr"]


BOMB = (
    '<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Document>&c;</Document>'
)
NS = 'xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"'
HOSTILE = [
    (b"", UnreadableFile, "is empty"),
    (BOMB, UnreadableFile, "DTDForbidden"),
    ('<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>', UnreadableFile, "DTDForbidden"),
    ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', UnreadableFile, "DTDForbidden"),
    ("<Document>&undefined;</Document>", UnreadableFile, "not well-formed"),
    ("<Document>", UnreadableFile, "not well-formed"),
    ("not xml", UnreadableFile, "not well-formed"),
    ("<a/><b/>", UnreadableFile, "not well-formed"),
    (b"\x1f\x8b\x08\x00", UnreadableFile, "packed with gzip; unpack"),
    (b"PK\x03\x04", UnreadableFile, "packed with zip; unpack"),
    ('<?xml version="1.0" encoding="klingon"?><d/>', UnreadableFile, "encoding"),
    ("<Document><Nm>\x01</Nm></Document>", UnreadableFile, "not well-formed"),
    ("<Document/>", UnreadableFile, "is it another message"),
    (f"<Document {NS}><FIToFICstmrCdtTrf/></Document>", UnreadableFile, "no transaction"),
    ("<Document><CdtTrfTxInf/></Document>", UnreadableFile, "no transaction"),
    ("<d>" * 33, TooLarge, "nested over 32 deep"),
    ("<d>" + "<e/>" * 20_001 + "</d>", TooLarge, "over 20000 elements"),
    ("<d>" + "x" * 1_100_000 + "</d>", TooLarge, "characters in one transaction"),
    ('<d a="' + "x" * 3_000_000 + '"/>', TooLarge, "a tag of more than"),
]


@pytest.mark.parametrize(("content", "error", "message"), HOSTILE)
def test_a_hostile_message_is_refused(
    content: str | bytes, error: type[InputError], message: str, tmp_path: Path
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(error, match=message) as refused:
        read(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        MessageFile(tmp_path / "absent.xml")


def test_only_one_message_of_a_known_family_is_written() -> None:
    with pytest.raises(InputError, match="is not written"):
        to_xml([], "camt.056")
    with pytest.raises(InputError, match="one message"):
        to_xml([], "pacs.008")


SEED = PAIN_001.format(version="09", bic="BICFI", zone="Z").encode()


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_changed_message_gives_transfers_or_a_refusal(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    raw = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 60)))
        raw[start:end] = data.draw(
            st.binary(max_size=8)
            | st.sampled_from([b"<", b"</Nm>", b"&lt;", b"<CdtTrfTxInf>", b"\xff", b"9" * 30])
        )
    path = tmp_path_factory.getbasetemp() / "changed.xml"
    path.write_bytes(raw)
    rejects = RejectFile(None)
    try:
        found = list(MessageFile(path, zone_minutes=0).transfers(rejects))
    except (UnreadableFile, TooLarge):
        return
    assert all(isinstance(each.transfer, Transfer) for each in found)


@given(
    amount=st.integers(1, 10**14),
    currency=st.sampled_from(["CNY", "JPY", "KWD"]),
    name=st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=140),
    account=st.from_regex(r"[!-~]{1,34}", fullmatch=True).filter(lambda text: text != "NOTPROVIDED"),
)
@settings(deadline=None)
def test_what_is_written_is_read_again(
    amount: int, currency: str, name: str, account: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if name == "NOTPROVIDED":
        return
    sent = CreditTransfer(
        message="pacs.008.001.08",
        message_id="M",
        settlement_date=date(2026, 3, 2).isoformat(),
        transfer=Transfer(
            event_id="M/1",
            occurred_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
            channel="peer_bank",
            debtor=Party(name=name),
            debtor_account=Account(id=account),
            creditor_account=Account(id="B"),
            amount_minor=amount,
            currency=currency,
        ),
    )
    path = tmp_path_factory.getbasetemp() / "written.xml"
    path.write_bytes(to_xml([sent], "pacs.008"))
    assert read(path) == [sent]
