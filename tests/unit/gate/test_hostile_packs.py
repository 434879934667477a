"""A pack from a stranger: refused with a message, never an accident, never slow."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InvalidPack
from zhamen.gate.pack import load_pack
from zhamen.gate.packfile.marked import MAX_CHARACTERS

Problems = Callable[[str], tuple[str, ...]]

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BOMB, "pack:1: anchors and aliases are not read"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", "pack:2: tags are not read"),
        ("a: !include secret.yaml\n", "pack:1: tags are not read"),
        ("a: 1\n---\nb: 2\n", "pack:2: a second document begins"),
        ("", "pack:1: the pack is empty"),
        ("# nothing\n", "pack:1: the pack is empty"),
        ("- a\n", "pack:1: the pack is not a mapping"),
        ("a: [1, 2\n", "this is not YAML"),
        ("a: b: c\n", "pack:1: this is not YAML"),
        ("a: \x00\n", "this is not YAML"),
        ("a: \ud800\n", "this is not YAML"),
        ("[" * 1_000, "nested deeper than 12 levels"),
        ("[" * 100_000, "nest"),
        ("{a: " * 100_000, "nest"),
        ("a: " + "x" * MAX_CHARACTERS, "stay below 1048576"),
        ("? {a: b}\n: c\n", "pack:1: a key is not a plain word"),
        ("<<: {a: b}\n", "this field is unknown"),
        ("zhamen_pack: 2\n", "choose from 1"),
    ],
    ids=lambda value: None if len(value) > 60 else value[:40],
)
def test_what_a_pack_may_not_be(text: str, says: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidPack) as raised:
        load_pack(text)
    assert any(says in problem for problem in raised.value.problems)
    assert time.perf_counter() - start < 2


def test_words_that_older_yaml_takes_for_flags_and_times_stay_words(small: str) -> None:
    pack = load_pack(small.replace("source: domain 2.1", "source: on").replace("en: ask", "en: no"))
    assert pack.policy.texts["warn"].teller.en == "no"


def test_numbers_that_do_not_fit_are_refused(problems_of: Problems, small: str) -> None:
    for number in ("1e999", ".nan", ".inf", "9" * 400, "0x10", "1_000", "-1"):
        assert "write" in problems_of(small.replace("amount_from: 50000", f"amount_from: {number}"))[0]


def test_a_key_of_its_own_kind_is_not_taken_for_a_field(problems_of: Problems, small: str) -> None:
    problems = problems_of(small.replace("name: small", "name: small\n'': 1"))
    assert problems[0].startswith("pack:3: ") or problems[0].startswith("small.yaml:3: ")


def refusal(text: str) -> tuple[str, ...]:
    """Give what is wrong with a pack, or nothing when it loads; any other error is let through."""
    try:
        load_pack(text, "small.yaml")
    except InvalidPack as error:
        return error.problems or ("no problem is named",)
    return ()


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, 3000),
    span=st.integers(0, 40),
    put=st.text(alphabet=st.sampled_from("abz_019 -+:[]{}(),'\"#&*!|>%@`\n\t.?=<\\\u4e2d\x07"), max_size=12),
)
def test_a_changed_pack_loads_or_is_refused(small: str, at: int, span: int, put: str) -> None:
    text = small[:at] + put + small[at + span :]
    assert all(problem.startswith("small.yaml:") for problem in refusal(text))


@settings(max_examples=100, deadline=None)
@given(first=st.integers(0, 70), second=st.integers(0, 70))
def test_swapped_lines_load_or_are_refused(small: str, first: int, second: int) -> None:
    lines = small.splitlines()
    first, second = first % len(lines), second % len(lines)
    lines[first], lines[second] = lines[second], lines[first]
    assert all(problem.startswith("small.yaml:") for problem in refusal("\n".join(lines)))
