"""`zhamen organisation`, `zhamen staff` and `zhamen keys` as their users meet them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhamen.adapters.organisation_files import organisation_csv, read_organisation
from zhamen.adapters.sql import open_engine
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.schema_people import staff
from zhamen.adapters.sql.subscriptions import SqlSubscriptions
from zhamen.bootstrap.records import open_records
from zhamen.cli import main
from zhamen.core.errors import InputError, InvalidOrganisation, UnreadableFile, ZhamenError
from zhamen.ports.subscriptions import Subscription
from zhamen.settings import read_settings
from zhamen.simulate.organisation import bank_tree
from zhamen.testing import NOON

Run = Callable[..., Any]
YAML = """\
units:
- {code: 0001, level: head_office, parent: "", zh: 总行, en: Head Office}
- {code: R1, level: region, parent: 0001, zh: 北部分行, en: North Region}
"""
MOVED = """\
code,level,parent,zh,en
HQ,head_office,,总行,Head Office
R1,region,HQ,北部,North
R2,region,HQ,南部,South
B01,branch,{parent},云溪,Yunxi
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def runner(*words: str, code: int = 0, as_json: bool = True, data: bool = True) -> Any:
        more = [*(["--data-dir", str(tmp_path / "data")] if data else []), *(["--json"] if as_json else [])]
        monkeypatch.setattr("sys.argv", ["zhamen", *words, *more])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert ended.value.code == code, told.err
        if code:
            return told.err + told.out
        return json.loads(told.out) if as_json else told.out + told.err

    return runner


class TestOrganisation:
    def test_the_synthetic_banks_is_imported_shown_and_given_back(self, run: Run, tmp_path: Path) -> None:
        assert run("organisation", "import", "--example")["units"] == 416
        shown = run("organisation", "show", "--unit", "B01-S1")
        assert [unit["code"] for unit in shown["units"]][:2] == ["B01-S1", "B01-001"]
        assert shown["versions"][0]["units"] == 416
        assert "B01-003  云溪" in run("organisation", "show", as_json=False)
        (tmp_path / "again.csv").write_text(run("organisation", "show", "--csv", as_json=False))
        assert read_organisation(tmp_path / "again.csv") == bank_tree()
        assert "the same" in run("organisation", "import", str(tmp_path / "again.csv"), code=4)

    def test_people_move_with_their_unit(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "bank.csv"
        file.write_text(MOVED.format(parent="R1"))
        run("organisation", "import", str(file))
        assert run("staff", "add", "li", "--role", "teller", "--unit", "B01")["unit"] == "HQ/R1/B01"
        file.write_text(MOVED.format(parent="R2"))
        assert run("organisation", "import", str(file))["moved"] == 1
        assert run("staff", "list")["li"]["unit"] == "HQ/R2/B01"
        file.write_text(MOVED.format(parent="R2").replace("B01,", "B02,"))
        assert "zhamen staff move" in run("organisation", "import", str(file), code=4)
        run("staff", "move", "li", "--role", "teller", "--unit", "R2")
        run("organisation", "import", str(file))

    def test_a_file_is_checked_without_being_imported(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "bank.yaml"
        file.write_text(YAML)
        assert run("organisation", "check", str(file), data=False) == {
            "总行 head_office": 1,
            "一级分行 region": 1,
        }
        file.write_text(YAML.replace("parent: 0001", "parent: 9"))
        told = run("organisation", "check", str(file), code=2, data=False, as_json=False)
        assert "there is no unit '9'" in told
        assert run("organisation", "show")["versions"] == []

    def test_one_of_file_and_example_is_given(self, run: Run) -> None:
        for words in ((), ("x.csv", "--example")):
            assert "--example" in run("organisation", "import", *words, code=2)


class TestOrganisationFiles:
    def test_codes_are_texts_however_they_look(self, tmp_path: Path) -> None:
        (tmp_path / "b.yml").write_text(YAML)
        assert [unit.code for unit in read_organisation(tmp_path / "b.yml").units] == ["0001", "R1"]

    def test_csv_is_read_with_a_mark_and_in_any_order_of_columns(self, tmp_path: Path) -> None:
        (tmp_path / "b.CSV").write_bytes(
            "\ufeffen,zh,parent,level,code\r\nHead,总行,,head_office,0001\r\n".encode()
        )
        assert read_organisation(tmp_path / "b.CSV").root.code == "0001"

    def test_what_is_written_is_read_back(self, tmp_path: Path) -> None:
        (tmp_path / "b.csv").write_text(organisation_csv(bank_tree()))
        assert read_organisation(tmp_path / "b.csv") == bank_tree()

    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("b.txt", b"", UnreadableFile),
            ("none.csv", None, UnreadableFile),
            ("b.csv", b"\xff\xfe", UnreadableFile),
            ("b.csv", b"", InputError),
            ("b.csv", b"code,level\nHQ,head_office\n", InputError),
            ("b.csv", b"code,level,parent,zh,en\nHQ,top,,x,y\n", InvalidOrganisation),
            ("b.csv", b"code,level,parent,zh,en\nHQ\n", InvalidOrganisation),
            ("b.csv", b"code,level,parent,zh,en\n", InvalidOrganisation),
            ("b.csv", b'code,level,parent,zh,en\n"HQ', UnreadableFile),
            ("b.yaml", b"units: [", UnreadableFile),
            ("b.yaml", b"[]", InputError),
            ("b.yaml", b"units: 7", InputError),
            ("b.yaml", b"units: []\nmore: 1", InputError),
            ("b.yaml", b"units: [7]", InvalidOrganisation),
            ("b.yaml", b"units: [{code: [1]}]", InvalidOrganisation),
            ("b.yaml", b"units: [&a {code: x}, *a, *a]", InvalidOrganisation),
            ("b.yaml", b"units: !!python/object/apply:os.system [id]", InputError),
            ("b.yaml", b"a: &a [*a]", ZhamenError),
            ("b.yaml", b"[" * 100_000, ZhamenError),
        ],
    )
    def test_what_is_no_organisation_is_refused(
        self, tmp_path: Path, name: str, content: bytes | None, kind: type[ZhamenError]
    ) -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(kind):
            read_organisation(tmp_path / name)


class TestStaff:
    def test_accounts_are_made_changed_and_closed(self, run: Run) -> None:
        run("organisation", "import", "--example")
        made = run("staff", "add", "li", "--role", "analyst", "--role", "outreach", "--unit", "HQ/R1/B01")
        assert len(made["password"]) == 16
        assert (made["roles"], made["unit"]) == ("analyst outreach", "HQ/R1/B01")
        assert run("staff", "add", "wang", "--role", "auditor", "--oidc")["password"] is None
        assert run("staff", "password", "li")["password"] != made["password"]
        assert run("staff", "disable", "li")["status"] == "disabled"
        assert run("staff", "enable", "li")["status"] == "open"
        assert run("staff", "reset-codes", "li")["second_factor"] is False
        assert "analyst outreach" in run("staff", "list", as_json=False)

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("add", "li", "--role", "king"), 2),
            (("add", "li", "--role", "teller", "--unit", "R9"), 3),
            (("add", "li", "--role", "teller", "--unit", "head/R9"), 3),
            (("add", "li", "--role", "auditor", "--role", "teller"), 2),
            (("password", "nobody"), 3),
            (("disable", "nobody"), 3),
        ],
    )
    def test_what_cannot_be_is_refused(self, run: Run, words: tuple[str, ...], code: int) -> None:
        run("staff", *words, code=code)

    def test_accounts_from_beside_the_risk_records_come_along(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        engine = open_engine(f"sqlite:///{tmp_path}/data/records.db")
        row = {"name": "li", "roles": "teller", "unit": "head", "password": "scrypt$1", "must_change": False}
        row |= {"totp_step": 0, "made_at": 1, "made_by": "", "failures": 0}
        with writing(engine) as connection:
            connection.execute(staff.insert().values(row))
        engine.dispose()
        assert run("staff", "list")["li"]["roles"] == "teller"
        run("staff", "disable", "li")
        assert run("staff", "list")["li"]["status"] == "disabled"


class TestKeys:
    def test_a_key_has_a_unit_and_an_end_and_is_rotated(self, run: Run) -> None:
        run("organisation", "import", "--example")
        made = run("keys", "create", "--name", "atm", "--scope", "risk:ask", "--unit", "B01", "--days", "90")
        assert (made["unit"], made["key"][:7]) == ("HQ/R1/B01", "zhamen_")
        newer = run("keys", "rotate", made["id"], "--overlap-hours", "2")
        assert (newer["unit"], newer["name"], newer["scopes"]) == ("HQ/R1/B01", "atm", ["risk:ask"])
        assert newer["key"] != made["key"]
        listed = run("keys", "list", as_json=False)
        assert listed.count("有效至 good until") == 2
        assert "HQ/R1/B01" in listed
        run("keys", "create", "--name", "x", "--scope", "risk:ask", "--unit", "R9", code=3)
        run("keys", "rotate", "none", code=3)

    def test_a_key_that_takes_anothers_place_watches_what_that_did(self, run: Run, tmp_path: Path) -> None:
        made = run("keys", "create", "--name", "atm", "--scope", "risk:watch")
        watched = Subscription(id=0, kind="phone", masked="138****00", purpose="peer", made_at=NOON)
        settings = read_settings({}, {"data_dir": tmp_path / "data"})
        with open_records(settings) as records:
            SqlSubscriptions(records.engine).add(made["id"], watched, [b"k" * 16], most=9)
        newer = run("keys", "rotate", made["id"])
        with open_records(settings) as records:
            watching = SqlSubscriptions(records.engine)
            (handed,) = watching.list_subscriptions(newer["id"])
            assert (handed.masked, handed.made_at) == ("138****00", NOON)
            assert len(watching.list_subscriptions(made["id"])) == 1
