"""Signing in: what lets somebody in, what keeps everybody else out, and how sessions end."""

import re
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from tests.unit.services.people import PASSWORD, People, open_people
from tests.unit.services.test_passwords import old_hash

from zhamen.adapters.sealing import KeyFileSeal
from zhamen.core.errors import ConflictError, InputError, InvalidSetting, QuotaExceeded, UnknownKey
from zhamen.core.instants import to_micros
from zhamen.organisation.permissions import Role
from zhamen.ports.staff import Member
from zhamen.services import passwords, sign_in
from zhamen.services.one_time import code_at


@pytest.fixture
def people(database: Path, cheap_passwords: None) -> Iterator[People]:  # noqa: ARG001
    opened = open_people(database, Role.SUPERVISOR)
    yield opened
    opened.engine.dispose()


def member(people: People, name: str = "li") -> Member:
    found = people.store.find(name)
    assert found is not None
    return found


def enrol(people: People, token: str, name: str = "li", proof: str = PASSWORD) -> tuple[bytes, list[str]]:
    secret = b32decode(people.own.begin_totp(member(people, name), token=token).digits.replace(" ", ""))
    codes = people.own.confirm_totp(member(people, name), proof, code(people, secret), token=token)
    people.later(seconds=60)
    return secret, codes


def code(people: People, secret: bytes, drift: int = 0) -> str:
    return code_at(secret, to_micros(people.clock()) // 30_000_000 + drift)


class TestPassword:
    def test_the_right_one_lets_in_and_a_wrong_one_does_not(self, people: People) -> None:
        people.add()
        present = people.signing.who(people.enter())
        assert present is not None
        assert (present.member.name, present.session.via, present.first) == ("li", "password", "")
        for name, password in (("li", "wrong"), ("LI", PASSWORD), ("nobody", PASSWORD), ("", ""), ("li", "")):
            with pytest.raises(UnknownKey):
                people.signing.sign_in(name, password)

    def test_a_first_password_is_changed_before_anything_else(self, people: People) -> None:
        first = people.desk.add(people.root, "li", [Role.TELLER], "HQ/R1").password
        token = people.enter("li", first)
        present = people.signing.who(token)
        assert present is not None
        assert present.first == "password"
        for new in (first, "short"):
            with pytest.raises(InputError):
                people.own.change_password(member(people), first, new, token=token)
        people.own.change_password(member(people), first, PASSWORD, token=token)
        changed = people.signing.who(token)
        assert changed is not None
        assert changed.first == ""

    def test_changing_it_ends_the_other_sessions(self, people: People) -> None:
        here = people.add()
        there = people.enter()
        with pytest.raises(UnknownKey):
            people.own.change_password(member(people), "wrong", "another long password", token=here)
        assert people.signing.who(there)
        people.own.change_password(member(people), PASSWORD, "another long password", token=here)
        assert people.signing.who(here)
        assert people.signing.who(there) is None

    def test_a_hash_from_before_is_accepted_once_and_made_anew(self, people: People) -> None:
        people.add()
        people.store.change("li", lambda found: structs.replace(found, password=old_hash(PASSWORD)))
        people.enter()
        assert member(people).password.startswith("$argon2id$")
        people.enter()

    def test_an_account_without_a_password_is_entered_by_none(self, people: People) -> None:
        people.desk.add(people.root, "li", [Role.TELLER], "HQ/R1", elsewhere=True)
        for password in ("", "anything at all", member(people).password):
            with pytest.raises(UnknownKey):
                people.signing.sign_in("li", password)

    def test_names_with_and_without_an_account_are_told_the_same_after_the_same_work(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people.add()
        people.desk.disable(
            people.root, people.desk.add(people.root, "gone", [Role.TELLER], "HQ/R1").member.name
        )
        worked: list[int] = []
        verify = passwords._ARGON2.__class__.verify

        def counting(_: object, hashed: str, password: str) -> bool:
            memory, passes = map(int, re.findall(r"m=(\d+),t=(\d+)", hashed)[0])
            worked.append(memory * passes)
            return bool(verify(passwords._ARGON2, hashed, password))

        monkeypatch.setattr(passwords._ARGON2.__class__, "verify", counting)
        told = set()
        for name in ("li", "nobody", "gone", "", "x" * 10_000):
            for _ in range(5):
                with pytest.raises(UnknownKey) as refusal:
                    people.signing.sign_in(name, "wrong")
                told.add(str(refusal.value))
            with pytest.raises(QuotaExceeded) as wait:
                people.signing.sign_in(name, "wrong")
            told.add(str(wait.value))
        assert len(told) == 2
        assert worked == [passwords._ARGON2.memory_cost * passwords._ARGON2.time_cost] * 25


class TestWaiting:
    def test_five_wrong_ones_make_wait_a_minute_longer_each_time(self, people: People) -> None:
        people.add()
        waits = []
        for _ in range(8):
            with pytest.raises(UnknownKey):
                people.signing.sign_in("li", "wrong")
            until = member(people).locked_until
            waits.append(0 if until is None else (until - people.clock()).total_seconds() / 60)
            people.later(minutes=waits[-1])
        assert waits == [0, 0, 0, 0, 1, 2, 3, 4]
        people.enter()
        assert (member(people).failures, member(people).locked_until) == (0, None)

    def test_the_right_password_does_not_help_while_waiting(self, people: People) -> None:
        people.add()
        for _ in range(5):
            with pytest.raises(UnknownKey):
                people.signing.sign_in("li", "wrong")
        people.later(seconds=59)
        with pytest.raises(QuotaExceeded) as wait:
            people.signing.sign_in("li", PASSWORD)
        assert wait.value.retry_after == 1
        people.later(seconds=1)
        people.enter()

    def test_an_administrator_lets_try_again(self, people: People) -> None:
        people.add()
        for _ in range(5):
            with pytest.raises(UnknownKey):
                people.signing.sign_in("li", "wrong")
        people.desk.enable(people.root, "li")
        people.enter()

    def test_names_that_nobody_has_do_not_fill_the_memory(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sign_in, "_STRANGERS", 3)
        for number in range(6):
            with pytest.raises(UnknownKey):
                people.signing.sign_in(f"n{number}", "wrong")
        assert list(people.signing._strangers) == ["n3", "n4", "n5"]


class TestSession:
    def test_it_ends_when_idle_and_after_ten_hours(self, people: People) -> None:
        token = people.add()
        people.later(minutes=15)
        assert people.signing.who(token)
        people.later(minutes=15, seconds=1)
        assert people.signing.who(token) is None
        token = people.enter()
        for _ in range(60):
            people.later(minutes=10)
            assert people.signing.who(token)
        people.later(seconds=1)
        assert people.signing.who(token) is None

    def test_no_token_of_a_visitors_own_choice_becomes_a_session(self, people: People) -> None:
        people.add()
        for token in ("", "chosen", "0" * 43, "' or 1=1", "x" * 100_000):
            assert people.signing.who(token) is None
        assert len({people.enter() for _ in range(5)}) == 5

    def test_the_store_holds_no_token(self, people: People, tmp_path: Path) -> None:
        token = people.add()
        people.engine.dispose()
        assert all(token.encode() not in path.read_bytes() for path in tmp_path.iterdir())

    def test_sessions_are_seen_and_ended_one_by_one_by_their_owner_only(self, people: People) -> None:
        here, there = people.add(), people.enter()
        wangs = people.add("wang")
        first, second = people.signing.sessions("li")
        assert {first.browser, second.browser} == {"Firefox"}
        assert not people.signing.end_session("wang", first.id)
        assert people.signing.end_session("li", first.id)
        assert not people.signing.end_session("li", first.id)
        assert (people.signing.who(here) is None) != (people.signing.who(there) is None)
        assert people.signing.who(wangs)

    @pytest.mark.parametrize("act", ["disable", "reset_password", "reset_codes", "end_sessions"])
    def test_an_administrator_ends_them_all_at_once(self, people: People, act: str) -> None:
        tokens = [people.add(), people.enter()]
        getattr(people.desk, act)(people.root, "li")
        assert [people.signing.who(token) for token in tokens] == [None, None]

    def test_new_rights_need_a_new_session(self, people: People) -> None:
        token = people.add()
        people.desk.give(people.root, "li", [Role.ANALYST], "HQ/R1")
        assert people.signing.who(token) is None

    def test_what_a_browser_calls_itself_is_kept_short_and_plain(self, people: People) -> None:
        people.add()
        token = people.signing.sign_in("li", PASSWORD, "a\x00b\n" + "c" * 500)
        assert isinstance(token, str)
        present = people.signing.who(token)
        assert present is not None
        assert present.session.browser == "ab" + "c" * 118


class TestSecondFactor:
    def test_with_one_the_password_alone_opens_nothing(self, people: People) -> None:
        secret, _ = enrol(people, people.add())
        half = people.halfway()
        assert people.signing.who(half) is None
        present = people.signing.who(people.signing.enter_code(half, code(people, secret)))
        assert present is not None
        assert present.session.via == "totp"

    def test_a_code_is_good_once(self, people: People) -> None:
        secret, _ = enrol(people, people.add())
        once = code(people, secret)
        people.signing.enter_code(people.halfway(), once)
        for _ in range(2):
            with pytest.raises(UnknownKey, match="used before"):
                people.signing.enter_code(people.halfway(), once)
        people.later(seconds=30)
        with pytest.raises(UnknownKey):
            people.signing.enter_code(people.halfway(), code(people, secret, -1))
        people.signing.enter_code(people.halfway(), code(people, secret))

    def test_the_code_of_the_set_up_is_used_up_too(self, people: People) -> None:
        token = people.add()
        secret = b32decode(people.own.begin_totp(member(people), token=token).digits.replace(" ", ""))
        once = code(people, secret)
        people.own.confirm_totp(member(people), PASSWORD, once, token=token)
        with pytest.raises(UnknownKey):
            people.signing.enter_code(people.halfway(), once)

    def test_a_code_older_than_one_used_is_not_good_any_more(self, people: People) -> None:
        secret, _ = enrol(people, people.add())
        people.signing.enter_code(people.halfway(), code(people, secret, +1))
        for drift in (-1, 0, 1):
            with pytest.raises(UnknownKey):
                people.signing.enter_code(people.halfway(), code(people, secret, drift))

    def test_wrong_codes_make_wait_and_a_right_password_does_not_forgive_them(self, people: People) -> None:
        secret, _ = enrol(people, people.add())
        for _ in range(5):
            with pytest.raises(UnknownKey):
                people.signing.enter_code(people.halfway(), "000000")
        with pytest.raises(QuotaExceeded):
            people.signing.sign_in("li", PASSWORD)
        people.later(minutes=1)
        people.signing.enter_code(people.halfway(), code(people, secret))
        assert member(people).failures == 0

    def test_half_a_sign_in_is_good_for_five_minutes_once_and_for_its_person(self, people: People) -> None:
        secret, _ = enrol(people, people.add())
        late = people.halfway()
        people.later(minutes=5)
        with pytest.raises(UnknownKey, match="too long"):
            people.signing.enter_code(late, code(people, secret))
        half = people.halfway()
        people.signing.enter_code(half, code(people, secret))
        people.later(seconds=30)
        with pytest.raises(UnknownKey, match="too long"):
            people.signing.enter_code(half, code(people, secret))
        enrol(people, people.add("wang"), "wang")
        with pytest.raises(UnknownKey):
            people.signing.enter_code(people.halfway("wang"), code(people, secret))
        with pytest.raises(UnknownKey):
            people.signing.enter_code("", code(people, secret))

    def test_a_closed_account_does_not_get_through_the_second_half(self, people: People) -> None:
        secret, _ = enrol(people, people.add())
        half = people.halfway()
        people.desk.disable(people.root, "li")
        with pytest.raises(UnknownKey, match="no longer"):
            people.signing.enter_code(half, code(people, secret))

    def test_a_recovery_code_is_good_once_and_of_its_owner(self, people: People) -> None:
        _, codes = enrol(people, people.add())
        _, others = enrol(people, people.add("wang"), "wang")
        with pytest.raises(UnknownKey):
            people.signing.enter_code(people.halfway(), others[0])
        present = people.signing.who(people.signing.enter_code(people.halfway(), codes[0].upper()))
        assert present is not None
        assert present.session.via == "recovery"
        with pytest.raises(UnknownKey):
            people.signing.enter_code(people.halfway(), codes[0])
        assert people.own.codes_left(member(people)) == 9

    def test_new_recovery_codes_put_the_old_ones_out(self, people: People) -> None:
        secret, codes = enrol(people, people.add())
        with pytest.raises(UnknownKey):
            people.own.renew_codes(member(people), PASSWORD)
        fresh = people.own.renew_codes(member(people), code(people, secret))
        assert not set(fresh) & set(codes)
        with pytest.raises(UnknownKey):
            people.signing.enter_code(people.halfway(), codes[0])
        people.signing.enter_code(people.halfway(), fresh[0])

    def test_who_has_none_renews_no_codes(self, people: People) -> None:
        people.add()
        with pytest.raises(UnknownKey, match="first"):
            people.own.renew_codes(member(people), "000000")

    def test_it_is_set_up_with_the_password_and_changed_with_a_code(self, people: People) -> None:
        token = people.add()
        secret = b32decode(people.own.begin_totp(member(people), token=token).digits.replace(" ", ""))
        for proof, typed in (("wrong", code(people, secret)), (PASSWORD, "000000")):
            with pytest.raises(UnknownKey):
                people.own.confirm_totp(member(people), proof, typed, token=token)
        assert member(people).totp is None
        secret, _ = enrol(people, token)
        with pytest.raises(UnknownKey):
            enrol(people, token, proof=PASSWORD)
        another, _ = enrol(people, token, proof=code(people, secret))
        assert another != secret

    def test_a_set_up_is_of_its_session_and_takes_a_quarter_of_an_hour_at_most(self, people: People) -> None:
        token, other = people.add(), people.enter()
        first = people.own.begin_totp(member(people), token=token)
        assert people.own.begin_totp(member(people), token=token) == first
        assert people.own.begin_totp(member(people), token=other) != first
        people.later(minutes=15)
        with pytest.raises(ConflictError, match="too long"):
            people.own.confirm_totp(member(people), PASSWORD, "000000", token=token)
        assert people.own.begin_totp(member(people), token=token) != first

    def test_some_roles_need_it_before_anything_else(self, people: People) -> None:
        token = people.add("chen", Role.SUPERVISOR)
        present = people.signing.who(token)
        assert present is not None
        assert present.first == "totp"
        enrol(people, token, "chen")
        present = people.signing.who(token)
        assert present is not None
        assert present.first == ""

    def test_the_secret_is_sealed_for_its_owner_in_the_store(self, people: People, tmp_path: Path) -> None:
        secret, _ = enrol(people, people.add())
        sealed = member(people).totp
        assert sealed is not None
        assert secret not in sealed
        seal = KeyFileSeal(tmp_path / "work.key")
        assert seal.open(sealed, "li") == secret
        for broken, about in ((sealed, "wang"), (sealed[:-1], "li"), (b"", "li"), (sealed[::-1], "li")):
            with pytest.raises(InvalidSetting, match="cannot be opened"):
                seal.open(broken, about)
        with pytest.raises(InvalidSetting):
            KeyFileSeal(tmp_path / "other.key").open(sealed, "li")


def test_the_key_of_the_seal_is_for_its_owner_alone_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "work.key"
    KeyFileSeal(path)
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o640)
    with pytest.raises(InvalidSetting, match="chmod 600"):
        KeyFileSeal(path)
    path.chmod(0o600)
    for content in (
        "",
        "seal\n",
        "seal zz\n",
        "seal 00\n",
        f"other {'00' * 32}\n",
        f"seal {'00' * 32}\nx y\n",
    ):
        path.write_text(content)
        with pytest.raises(InvalidSetting, match="does not hold"):
            KeyFileSeal(path)
