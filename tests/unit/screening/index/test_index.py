"""The index against a dict: whatever keys it holds, it finds all that is there and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.screening.entries import ENTRY
from zhamen.screening.index.search import Search
from zhamen.screening.index.table import Table, directory_bits, table_of

CLOSE = [bytes(16), b"\xff" * 16, b"\x00" * 15 + b"\x01", b"\xff" * 15 + b"\xfe", b"\x01" + bytes(15)]
"""Keys that differ only where a careless comparison would not look."""
SAME_HEAD = [bytes(2) + b"head" + tail + low for tail in (b"aa", b"ab") for low in (b"12345678", b"12345679")]
KEYS = st.one_of(st.sampled_from(CLOSE + SAME_HEAD), st.binary(min_size=16, max_size=16))


def made(keys: list[bytes]) -> Table:
    entries = np.zeros(len(keys), ENTRY)
    entries["record_id"] = np.arange(len(keys), 0, -1)
    return table_of(np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 16), entries)


def expected(keys: list[bytes], key: bytes) -> list[int]:
    return sorted(len(keys) - at for at, one in enumerate(keys) if one == key)


@given(st.lists(KEYS, max_size=40), st.lists(KEYS, max_size=10))
@settings(deadline=None)
def test_finds_what_is_there_and_nothing_else(keys: list[bytes], others: list[bytes]) -> None:
    search = Search(made(keys))
    asked = [*keys, *others, *CLOSE, *SAME_HEAD]
    rows = np.frombuffer(b"".join(asked), np.uint8).reshape(-1, 16)
    (first, count), records = search.find_many(rows), search.records_of(rows)
    for at, key in enumerate(asked):
        places = search.find(key)
        found = search.table.entries["record_id"][places.start : places.stop].tolist()
        assert found == expected(keys, key)
        assert (int(first[at]), int(count[at])) == (places.start if places else -1, len(places))
        assert records[at] == (found[0] if found else -1)


def test_many_keys_are_found_in_big_tables_too() -> None:
    random = np.random.default_rng(5)
    keys = random.integers(0, 256, (300_000, 16), dtype=np.uint8)
    entries = np.zeros(len(keys), ENTRY)
    entries["record_id"] = np.arange(len(keys))
    search = Search(table_of(keys, entries))
    first, count = search.find_many(keys)
    assert (count == 1).all()
    assert (search.records_of(keys) == np.arange(len(keys))).all()
    assert (search.table.entries["record_id"][first] == np.arange(len(keys))).all()
    others = random.integers(0, 256, (100_000, 16), dtype=np.uint8)
    assert (search.find_many(others)[0] == -1).all()
    assert not any(search.find(key.tobytes()) for key in others[:1_000])


def test_all_records_under_one_key_are_given() -> None:
    search = Search(made([b"k" * 16] * 1_000))
    assert search.find(b"k" * 16) == range(1_000)
    assert search.find_many(np.frombuffer(b"k" * 16, np.uint8).reshape(1, 16))[1].tolist() == [1_000]


@pytest.mark.parametrize(("size", "bits"), [(0, 16), (1 << 20, 18), (100_000_000, 24), (3_500_000_000, 29)])
def test_takes_no_more_than_sixteen_bytes_a_record(size: int, bits: int) -> None:
    assert directory_bits(size) == bits
    if size > 1 << 19:
        assert 14 + ((1 << bits) + 1) * 4 / size < 16


def test_the_bytes_are_those_of_its_arrays() -> None:
    table = made([bytes([at]) * 16 for at in range(100)])
    assert table.bytes == 100 * 14 + ((1 << 16) + 1) * 4
