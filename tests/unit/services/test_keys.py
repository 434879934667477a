"""API keys: made once, kept as hashes, checked, followed, revoked, written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from zhamen.adapters.keys import SqliteKeys
from zhamen.core.errors import InputError, KeyNotFound, MissingPermission, UnavailableError, UnknownKey
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import Wanted
from zhamen.ports.keys import SCOPES
from zhamen.services.check_trail import Break, check_chain
from zhamen.services.keys import Keyring, Limits, create_key, rotate_key
from zhamen.testing import NOON, SetClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteKeys]:
    keys = SqliteKeys(tmp_path / "keys.db")
    yield keys
    keys.close()


def test_the_token_is_nowhere_in_the_store(store: SqliteKeys, tmp_path: Path) -> None:
    made = create_key(store, name="core banking", scopes=SCOPES, at=NOON, by="li.wei")
    store.close()
    secret = made.token.split("_", 2)[2]
    assert len(secret) == 43
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_the_file_is_for_its_owner_alone(store: SqliteKeys, tmp_path: Path) -> None:
    assert store.list_keys() == []
    assert (tmp_path / "keys.db").stat().st_mode & 0o077 == 0


def test_a_key_opens_what_it_has_the_scope_for(store: SqliteKeys) -> None:
    made = create_key(store, name="atm", scopes=["decisions:make"], at=NOON, by="li.wei")
    ring = Keyring(store, SetClock())
    assert ring.permit(made.token, "decisions:make").name == "atm"
    assert ring.permit(made.token, None) == made.key
    with pytest.raises(MissingPermission, match="decisions:read"):
        ring.permit(made.token, "decisions:read")


def test_no_other_token_opens_anything(store: SqliteKeys) -> None:
    token = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei").token
    ring = Keyring(store, SetClock())
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for other in (
        "",
        "zhamen",
        "zhamen__",
        wrong,
        token.upper(),
        token + "x",
        token.replace("zhamen", "zhamem"),
        "_" * 200,
    ):
        with pytest.raises(UnknownKey):
            ring.authenticate(other)


def test_a_revocation_by_another_process_is_followed(store: SqliteKeys, tmp_path: Path) -> None:
    made = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei")
    ring = Keyring(store, SetClock())
    assert not ring.refresh()
    other = SqliteKeys(tmp_path / "keys.db")
    other.revoke(made.key.id, at=NOON, by="wang.fang")
    other.close()
    assert ring.refresh()
    assert not ring.refresh()
    assert len(ring) == 0
    with pytest.raises(UnknownKey):
        ring.authenticate(made.token)


def test_what_was_done_is_written_down_and_stays(store: SqliteKeys, tmp_path: Path) -> None:
    made = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei")
    later = NOON + timedelta(hours=1)
    assert store.revoke(made.key.id, at=later, by="wang.fang").revoked_at == later
    assert store.revoke(made.key.id, at=later + timedelta(hours=1), by="wang.fang").revoked_at == later
    acts = [(act.at, act.by, act.act, act.key_id) for act in store.list_acts()]
    assert acts == [(NOON, "li.wei", "create", made.key.id), (later, "wang.fang", "revoke", made.key.id)]
    file = sqlite3.connect(tmp_path / "keys.db")
    for change in ("delete from key_acts", "update key_acts set by = 'nobody'"):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(change)
    file.close()


def test_the_last_use_is_written_down_when_asked(store: SqliteKeys) -> None:
    used = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei")
    create_key(store, name="pos", scopes=SCOPES, at=NOON, by="li.wei")
    ring = Keyring(store, SetClock(NOON + timedelta(days=1)))
    ring.authenticate(used.token)
    ring.note_use()
    assert {key.name: key.last_used_at for key in store.list_keys()} == {
        "atm": NOON + timedelta(days=1),
        "pos": None,
    }


def test_an_unknown_id_cannot_be_revoked(store: SqliteKeys) -> None:
    with pytest.raises(KeyNotFound, match="zhamen keys list"):
        store.revoke("abc", at=NOON, by="li.wei")


@pytest.mark.parametrize(
    ("name", "scopes"),
    [("", SCOPES), (" ", SCOPES), ("a\nb", SCOPES), ("x" * 81, SCOPES), ("atm", []), ("atm", ["all"])],
)
def test_a_key_needs_a_name_and_scopes_that_exist(store: SqliteKeys, name: str, scopes: list[str]) -> None:
    with pytest.raises(InputError):
        create_key(store, name=name, scopes=scopes, at=NOON, by="li.wei")
    assert store.list_keys() == []


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "keys.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(UnavailableError, match=r"keys\.db"):
        SqliteKeys(tmp_path / "keys.db")


def test_a_key_ends_on_its_day(store: SqliteKeys) -> None:
    ends = Limits(expires_at=NOON + timedelta(days=1))
    made = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei", limits=ends)
    clock = SetClock(NOON + timedelta(days=1) - timedelta(microseconds=1))
    ring = Keyring(store, clock)
    assert ring.authenticate(made.token) == made.key
    clock.now = NOON + timedelta(days=1)
    with pytest.raises(UnknownKey):
        ring.authenticate(made.token)
    with pytest.raises(InputError, match="later day"):
        create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei", limits=Limits("", NOON))


def test_a_key_is_rotated_with_both_good_for_a_while(store: SqliteKeys) -> None:
    limits = Limits("HQ/R1", NOON + timedelta(days=90))
    old = create_key(store, name="atm", scopes=["risk:ask"], at=NOON, by="li.wei", limits=limits)
    clock = SetClock(NOON + timedelta(days=60))
    new = rotate_key(store, old.key.id, at=clock(), by="wang.fang", overlap=timedelta(hours=24))
    assert (new.key.name, new.key.unit, new.key.scopes) == ("atm", "HQ/R1", ("risk:ask",))
    assert new.key.expires_at == clock() + timedelta(days=90)
    ring = Keyring(store, clock)
    ring.authenticate(old.token)
    ring.authenticate(new.token)
    clock.now += timedelta(hours=24)
    ring.authenticate(new.token)
    with pytest.raises(UnknownKey):
        ring.authenticate(old.token)
    assert [(act.by, act.act, act.key_id) for act in store.list_acts()] == [
        ("li.wei", "create", old.key.id),
        ("wang.fang", "rotate", old.key.id),
        ("wang.fang", "create", new.key.id),
    ]


def test_a_rotation_does_not_lengthen_what_would_end_sooner(store: SqliteKeys) -> None:
    limits = Limits("", NOON + timedelta(hours=2))
    old = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei", limits=limits)
    rotate_key(store, old.key.id, at=NOON, by="li.wei", overlap=timedelta(days=9))
    assert store.list_keys()[0].expires_at == NOON + timedelta(hours=2)


def test_a_key_that_is_revoked_or_over_or_none_is_not_rotated(store: SqliteKeys) -> None:
    limits = Limits("", NOON + timedelta(hours=1))
    over = create_key(store, name="atm", scopes=SCOPES, at=NOON, by="li.wei", limits=limits).key.id
    gone = create_key(store, name="pos", scopes=SCOPES, at=NOON, by="li.wei").key.id
    store.revoke(gone, at=NOON, by="li.wei")
    for key_id in (over, gone, "none"):
        with pytest.raises(KeyNotFound):
            rotate_key(store, key_id, at=NOON + timedelta(hours=1), by="li.wei", overlap=timedelta(0))
    assert len(store.list_keys()) == 2


def test_keys_made_before_they_had_a_unit_and_an_end_stay_good(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "keys.db")
    file.execute(
        "create table api_keys (id text primary key, name text not null, digest blob not null,"
        " scopes text not null, created_at integer not null, revoked_at integer, last_used_at integer) strict"
    )
    file.execute("insert into api_keys values ('a', 'atm', x'00', 'risk:ask', 1, null, null)")
    file.commit()
    file.close()
    store = SqliteKeys(tmp_path / "keys.db")
    (key,) = store.list_keys()
    assert (key.name, key.unit, key.expires_at) == ("atm", "", None)
    store.close()


def test_acts_on_keys_are_a_chain(store: SqliteKeys) -> None:
    made = create_key(store, name="core banking", scopes=["risk:ask"], at=NOON, by="li.wei").key
    store.revoke(made.id, at=NOON + timedelta(hours=1), by="wang")
    found = check_chain(store.trail, "keys")
    assert (found.broken, found.entries, [found.head]) == (None, 2, store.trail.heads())
    first, second = store.trail.read("keys")
    assert (first.actor, first.act, first.subject) == ("li.wei", "create-key", f"key/{made.id}")
    assert (first.detail["name"], first.detail["scopes"]) == ("core banking", ["risk:ask"])
    assert (second.actor, second.act, second.detail) == (
        "wang",
        "revoke-key",
        {"at": to_micros(NOON + timedelta(hours=1))},
    )


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("update api_keys set scopes = 'decisions:make risk:ask'", Break(1, "changed")),
        ("update api_keys set digest = x'00'", Break(1, "changed")),
        ("update key_acts set by = 'nobody' where seq = 2", Break(2, "changed")),
        ("update api_keys set unit = 'HQ'", Break(1, "changed")),
        ("update api_keys set revoked_at = null", Break(2, "changed")),
        ("delete from api_keys", Break(1, "changed")),
        ("delete from key_acts where seq = 1", Break(1, "missing")),
        ("delete from key_acts where seq = 2", Break(2, "cut")),
    ],
)
def test_a_key_changed_behind_the_trail_is_found(
    store: SqliteKeys, tmp_path: Path, sql: str, broken: Break
) -> None:
    made = create_key(store, name="core banking", scopes=["risk:ask"], at=NOON, by="li.wei").key
    store.revoke(made.id, at=NOON, by="wang")
    written = store.trail.heads()
    other = sqlite3.connect(tmp_path / "keys.db")
    other.executescript(f"drop trigger key_acts_stay; drop trigger key_acts_remain; {sql}")
    other.close()
    assert check_chain(store.trail, "keys", written).broken == broken


def test_acts_are_found_by_who_what_and_when(store: SqliteKeys) -> None:
    for hour, by in enumerate(["li", "wang", "li"]):
        create_key(store, name="x", scopes=["risk:ask"], at=NOON + timedelta(hours=hour), by=by)
    trail = store.trail

    def found(**wanted: object) -> list[int]:
        return [one.number for one in trail.list_entries(None, Wanted(**wanted)).entries]  # type: ignore[arg-type]

    assert found() == [3, 2, 1]
    assert found(actor="li") == [3, 1]
    assert found(act="revoke-key") == []
    assert found(since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=2)) == [2]
    assert found(chain="work") == []
    assert trail.list_entries(Scope("HQ/R1"), Wanted()).entries == []
    first = trail.list_entries(None, Wanted(), limit=2)
    assert [one.number for one in trail.list_entries(None, Wanted(), after=first.after).entries] == [1]


def test_acts_of_a_file_without_a_chain_are_bound_when_it_is_opened(
    store: SqliteKeys, tmp_path: Path
) -> None:
    made = create_key(store, name="x", scopes=["risk:ask"], at=NOON, by="li").key
    store.revoke(made.id, at=NOON, by="wang")
    heads = store.trail.heads()
    store.close()
    with closing(sqlite3.connect(tmp_path / "keys.db")) as older:
        older.executescript("drop trigger key_acts_stay; alter table key_acts drop column digest")
    again = SqliteKeys(tmp_path / "keys.db")
    assert again.trail.heads() == heads
    with (
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
        closing(sqlite3.connect(tmp_path / "keys.db")) as other,
    ):
        other.execute("update key_acts set by = 'x'")
    again.close()
