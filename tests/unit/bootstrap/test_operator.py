"""Who runs a command: what the kernel knows, whatever the environment says."""

import os
import pwd
from pathlib import Path

import pytest

from zhamen.bootstrap import operator

ACCOUNT = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(autouse=True)
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for what Linux keeps of a sign-in; without the file nobody signed in."""
    monkeypatch.setattr(operator, "_LOGIN", tmp_path / "loginuid")
    return tmp_path / "loginuid"


def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "chen")
    assert operator.system_user() == operator.operator() == ACCOUNT


@pytest.mark.parametrize("kept", [str(os.getuid()), str(2**32 - 1), "", "x"])
def test_who_signed_in_is_told_only_where_it_is_another(login: Path, kept: str) -> None:
    login.write_text(kept, "ascii")
    assert operator.operator() == ACCOUNT


def test_after_sudo_both_are_told(login: Path) -> None:
    other = next(one for one in pwd.getpwall() if one.pw_uid != os.getuid())
    login.write_text(str(other.pw_uid), "ascii")
    assert operator.operator() == f"{other.pw_name} as {ACCOUNT}"
    assert operator.system_user() == ACCOUNT


def test_an_account_without_a_name_is_told_by_its_number(login: Path) -> None:
    login.write_text("4000000000", "ascii")
    assert operator.operator() == f"uid 4000000000 as {ACCOUNT}"


def test_a_stated_name_has_the_operator_beside_it() -> None:
    assert operator.named_by("li") == f"li ({ACCOUNT})"
    assert operator.named_by("") == ACCOUNT
