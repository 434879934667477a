"""Settings: read once, checked, explained."""

from pathlib import Path

import pytest

from zhamen.core.errors import InvalidSetting
from zhamen.screening.names.payee import Disclosure
from zhamen.settings import ELSEWHERE, SETTINGS, Secret, Setting, read_settings, reference_markdown, sources


def test_options_stand_above_the_environment_and_that_above_the_defaults() -> None:
    environ = {"ZHAMEN_PORT": "9000", "ZHAMEN_PACK": "handbook", "HOME": "/root"}
    settings = read_settings(environ, {"port": 9001, "host": None})
    assert (settings.port, settings.pack, settings.host) == (9001, "handbook", "127.0.0.1")
    found = sources(environ, {"port": 9001, "host": None})
    assert (found["port"], found["pack"], found["host"]) == ("option", "environment", "default")


def test_an_unknown_variable_names_the_nearest() -> None:
    with pytest.raises(InvalidSetting, match="did you mean ZHAMEN_MAX_WAITING"):
        read_settings({"ZHAMEN_MAX_WATING": "5"})
    with pytest.raises(InvalidSetting, match="zhamen settings"):
        read_settings({"ZHAMEN_Q": "5"})


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_set_elsewhere_says_where(name: str) -> None:
    with pytest.raises(InvalidSetting, match="it is set in the policy pack"):
        read_settings({name: "1"})


@pytest.mark.parametrize("text", ["", "many", "1.5", "0", "-1", "9" * 30])
def test_a_number_outside_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match=r"ZHAMEN_MAX_WAITING is .*from 1 to 1000000"):
        read_settings({"ZHAMEN_MAX_WAITING": text})


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("false ", False)])
def test_flags_are_read(text: str, value: bool) -> None:
    assert read_settings({"ZHAMEN_ACCESS_LOG": text}).access_log is value


def test_a_flag_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="not a flag"):
        read_settings({"ZHAMEN_ACCESS_LOG": "maybe"})


def test_a_choice_is_read_and_another_refused_with_those_there_are() -> None:
    assert read_settings({"ZHAMEN_PAYEE_DISCLOSURE": "Full "}).payee_disclosure is Disclosure.FULL
    with pytest.raises(InvalidSetting, match="write one of full, masked, nothing"):
        read_settings({"ZHAMEN_PAYEE_DISCLOSURE": "all"})


def test_a_secret_is_shown_as_stars_everywhere() -> None:
    settings = read_settings({"ZHAMEN_TLS_KEY_PASSWORD": "open sesame"})
    assert "sesame" not in f"{settings} {settings!r} {settings.tls_key_password}"
    assert settings.tls_key_password.reveal() == "open sesame"


def test_without_keys_only_this_machine_may_call() -> None:
    for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost"):
        assert not read_settings({"ZHAMEN_REQUIRE_KEYS": "no", "ZHAMEN_HOST": host}).require_keys
    for host in ("0.0.0.0", "::", "10.0.0.1", "gate.example"):  # noqa: S104
        with pytest.raises(InvalidSetting, match="reachable from others"):
            read_settings({"ZHAMEN_REQUIRE_KEYS": "no", "ZHAMEN_HOST": host})


def test_tls_needs_both_halves() -> None:
    with pytest.raises(InvalidSetting, match="both"):
        read_settings({"ZHAMEN_TLS_KEY": "key.pem"})


def test_a_batch_that_no_quota_would_ever_let_in_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="ZHAMEN_MAX_BATCH_EVENTS"):
        read_settings({"ZHAMEN_MAX_BATCH_EVENTS": "2000"})


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_says_what_it_is(setting: Setting) -> None:
    assert setting.about.zh.endswith("。")
    assert setting.about.en.endswith(".")
    assert setting.kind in (int, bool, str, Path, Secret, Disclosure)
    assert isinstance(setting.default, setting.kind)
    if setting.kind is int:
        assert isinstance(setting.default, int)
        assert setting.about.least <= setting.default <= setting.about.most
    assert f"| `{setting.variable}` |" in reference_markdown()
