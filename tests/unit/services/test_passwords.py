"""Passwords: right ones fit, wrong ones do not, hashes tell nothing and old ones are renewed."""

import secrets
from base64 import b64encode
from hashlib import scrypt

import pytest

from zhamen.core.errors import InputError
from zhamen.services.passwords import check_password, hash_password, make_password

RIGHT = "a long enough password"
HASHED = hash_password(RIGHT)


def old_hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    digest = scrypt(password.encode(), salt=salt, n=1 << 14, r=8, p=1)[:32]
    return f"scrypt$16384$8$1${b64encode(salt).decode()}${b64encode(digest).decode()}"


def test_the_right_password_fits_and_no_other() -> None:
    assert check_password(RIGHT, HASHED) == (True, False)
    for wrong in ("", RIGHT + " ", RIGHT[:-1], RIGHT.upper(), "\x00", "密码" * 200):
        assert not check_password(wrong, HASHED).right


def test_a_hash_is_argon2id_and_never_the_same_twice() -> None:
    assert HASHED.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(HASHED) <= 200
    assert hash_password(RIGHT) != HASHED


def test_a_hash_from_before_fits_and_is_stale() -> None:
    assert check_password(RIGHT, old_hash(RIGHT)) == (True, True)
    assert not check_password("wrong", old_hash(RIGHT)).right


@pytest.mark.parametrize("hashed", ["", "$argon2id$", "nonsense", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"])
def test_without_a_hash_of_use_nothing_fits(hashed: str) -> None:
    assert not check_password(RIGHT, hashed).right


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 201])
def test_a_password_has_twelve_to_two_hundred_characters(password: str) -> None:
    with pytest.raises(InputError, match="12 to 200"):
        hash_password(password)


def test_first_passwords_are_long_enough_and_differ() -> None:
    drawn = {make_password() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(each) == 16 for each in drawn)
