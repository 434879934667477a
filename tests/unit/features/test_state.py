"""The state of live features at its edges: of windows, of memory, of what it is given."""

import random
from itertools import pairwise

import numpy as np
import pytest

from zhamen.core.errors import InputError, JournalDamaged, PackMismatch, StateFull
from zhamen.core.instants import EVER
from zhamen.events.batch import Batch, Numbers, Texts
from zhamen.features.definitions import Definitions, Operation, Quantity, Series, WindowFeature
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.testing.oracle import Oracle

HOUR = 3_600_000_000
DAY = 24 * HOUR
ALL_OPERATIONS = tuple(Operation)


def make_plan(
    *asked: tuple[str, Operation, int], lateness: int = 0, delay: int = 0, of: str = "amount_minor"
) -> Plan:
    features = tuple(WindowFeature("debtor_account", *each) for each in asked)
    return Plan(
        Definitions(
            (Series("out", {"transfer": ("debtor_account_id",)}, None, delay),),
            (Quantity("sent", "out", of), Quantity("payees", "out", "creditor_account_id")),
            features,
            lateness,
        )
    )


COUNT = ("sent", Operation.COUNT, HOUR)
SUM = ("sent", Operation.SUM, HOUR)


def row(
    plan: Plan, time: int, debtor: str | None = "A", amount: int | None = 1, creditor: str = "Z"
) -> list[object]:
    values = {
        "occurred_at": time,
        "type": "transfer",
        "debtor_account_id": debtor,
        "creditor_account_id": creditor,
        "amount_minor": amount,
    }
    return [values[name] for name in plan.fields]


def bytes_of(state: FeatureState) -> dict[str, bytes]:
    return {name: bytes(data) for name, data in state.parts()}


class TestWindows:
    def test_an_event_exactly_one_width_old_is_out_and_one_microsecond_younger_is_in(self) -> None:
        plan = make_plan(COUNT)
        state = FeatureState(plan, budget_bytes=1 << 20)
        assert state.advance(row(plan, 0)) == [1.0]
        assert state.advance(row(plan, 1)) == [2.0]
        assert state.advance(row(plan, HOUR)) == [2.0]

    def test_of_two_events_at_one_instant_the_first_does_not_see_the_second(self) -> None:
        plan = make_plan(COUNT, ("sent", Operation.LAST, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 20)
        assert state.advance(row(plan, 5, amount=10)) == [1.0, None]
        assert state.advance(row(plan, 5, amount=20)) == [2.0, 10.0]

    def test_a_late_event_is_decided_at_its_own_time_and_seen_by_those_after(self) -> None:
        plan = make_plan(SUM, lateness=DAY)
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 2 * HOUR, amount=1))
        assert state.advance(row(plan, HOUR + 5, amount=10)) == [10.0]
        assert state.advance(row(plan, 2 * HOUR, amount=100)) == [111.0]
        assert state.advance(row(plan, 2 * HOUR + 5, amount=1000)) == [1101.0]

    def test_an_event_too_late_is_answered_as_missing(self) -> None:
        plan = make_plan(
            COUNT, ("sent", Operation.COUNT, DAY), ("sent", Operation.COUNT, EVER), lateness=HOUR
        )
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 3 * DAY))
        assert state.advance(row(plan, 3 * DAY - HOUR)) == [1.0, 1.0, 1.0]
        assert state.advance(row(plan, 3 * DAY - HOUR - 1)) == [1.0, None, None]
        assert state.advance(row(plan, 3 * DAY - 24 * HOUR - 1)) == [None, None, None]

    def test_a_late_event_is_not_in_a_window_that_has_left_it_behind(self) -> None:
        plan = make_plan(SUM, lateness=DAY)
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 0, amount=1))
        assert state.advance(row(plan, 5 * HOUR, amount=None)) == [0.0]
        assert state.advance(row(plan, 2 * HOUR, amount=10)) == [10.0]
        assert state.advance(row(plan, 5 * HOUR, amount=None)) == [0.0]

    def test_an_event_too_late_to_be_kept_leaves_no_trace_in_its_key(self) -> None:
        plan = make_plan(COUNT, SUM)
        state = FeatureState(plan, budget_bytes=1 << 20)
        debtors = [f"D{at}" for at in range(300)]  # more than the sweep sees meanwhile
        for time in (1, HOUR):
            for amount, debtor in enumerate(debtors):
                state.advance(row(plan, time, debtor, amount=amount))
        state.advance(row(plan, 10 * HOUR, "other"))
        for debtor in reversed(debtors):  # before the sweep comes to them
            state.advance(row(plan, HOUR + 2, debtor, amount=100))
            for _ in range(2):  # takes the memory that was given back
                state.advance(row(plan, 10 * HOUR, f"after {debtor}"))
            assert state.advance(row(plan, 10 * HOUR, debtor, amount=1000)) == [1.0, 1000.0]

    def test_an_event_too_late_for_every_window_still_counts_for_ever(self) -> None:
        plan = make_plan(COUNT, ("sent", Operation.SUM, EVER), ("sent", Operation.FIRST, EVER))
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 3 * DAY, amount=1))
        assert state.advance(row(plan, DAY, amount=10)) == [None, None, None]
        assert state.advance(row(plan, 3 * DAY, amount=100)) == [2.0, 111.0, 10.0]

    def test_a_late_event_becomes_the_first_of_the_window_it_falls_in(self) -> None:
        plan = make_plan(("sent", Operation.FIRST, HOUR), lateness=HOUR)
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 50, amount=5))
        assert state.advance(row(plan, 60, amount=6)) == [5.0]
        state.advance(row(plan, 40, amount=4))
        assert state.advance(row(plan, 70, amount=7)) == [4.0]

    def test_what_the_latest_allowed_event_asks_for_is_still_there(self) -> None:
        plan = make_plan(COUNT, lateness=HOUR)
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 1))
        state.advance(row(plan, 2 * HOUR))
        assert state.advance(row(plan, HOUR)) == [2.0]

    def test_of_two_events_too_late_at_one_instant_the_second_is_the_last_ever(self) -> None:
        plan = make_plan(("sent", Operation.LAST, EVER))
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 3 * DAY, debtor="B"))
        for amount in (10, 20):
            state.advance(row(plan, DAY, amount=amount))
        assert state.advance(row(plan, 3 * DAY, amount=100)) == [20.0]

    def test_the_largest_of_neighbouring_values_is_found(self) -> None:
        plan = make_plan(("sent", Operation.MAX, HOUR), ("sent", Operation.MIN, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 20)
        assert [state.advance(row(plan, at, amount=amount)) for at, amount in enumerate((5, 6, 6, 5, 4))] == [
            [5.0, 5.0],
            [6.0, 5.0],
            [6.0, 5.0],
            [6.0, 5.0],
            [6.0, 4.0],
        ]

    def test_what_a_series_learns_with_a_delay_counts_when_the_delay_is_over(self) -> None:
        plan = make_plan(COUNT, delay=10)
        state = FeatureState(plan, budget_bytes=1 << 20)
        assert state.advance(row(plan, 0)) == [0.0]
        assert state.advance(row(plan, 9)) == [0.0]
        assert state.advance(row(plan, 10)) == [1.0]

    def test_an_unknown_key_has_counts_of_zero_and_a_missing_key_has_nothing(self) -> None:
        plan = make_plan(*(("sent", operation, HOUR) for operation in ALL_OPERATIONS))
        state = FeatureState(plan, budget_bytes=1 << 20)
        zeros = {Operation.COUNT, Operation.SUM, Operation.DISTINCT}
        expected = [0.0 if operation in zeros else None for operation in ALL_OPERATIONS]
        assert state.advance(row(plan, 0, amount=None)) == expected
        assert state.advance(row(plan, 0, debtor=None)) == [None] * len(ALL_OPERATIONS)


class TestLongHistories:
    @pytest.mark.parametrize("of", ["amount_minor", "local_hour"])
    def test_hundreds_of_events_of_a_key_are_kept_and_dropped_as_the_oracle_says(self, of: str) -> None:
        generator = random.Random(5)  # noqa: S311  # not a secret
        widths = (HOUR, 20 * HOUR, EVER)
        asked = [
            ("sent", operation, width)
            for operation in ALL_OPERATIONS
            for width in widths
            if width != EVER or operation.value not in ("min", "max", "distinct")
        ]
        plan = make_plan(*asked, ("payees", Operation.DISTINCT, 20 * HOUR), lateness=3 * HOUR, of=of)
        state, oracle = FeatureState(plan, budget_bytes=1 << 22), Oracle(plan.definitions)
        now = 0
        for at in range(500):
            now += generator.choice((0, HOUR // 40, HOUR // 10)) + (at % 200 == 0) * 30 * HOUR
            event = {
                "occurred_at": now - generator.choice((0,) * 9 + (2 * HOUR, 9 * HOUR)),
                "type": "transfer",
                "debtor_account_id": generator.choice("AAAB"),
                "creditor_account_id": generator.choice("UVWXYZ"),
                of: generator.choice((-5, 1, 7, 10**6, 10**14)),
            }
            assert state.advance([event[name] for name in plan.fields]) == oracle.advance(event)


class TestMemory:
    def test_it_grows_over_many_keys_without_losing_one(self) -> None:
        plan = make_plan(COUNT, ("payees", Operation.DISTINCT, HOUR), ("sent", Operation.MAX, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 26)
        size = 30_000
        known = np.ones(size, np.bool_)
        codes = np.arange(size, dtype=np.int32)
        for occasion in (1, 2):
            batch = Batch(
                size,
                {
                    "occurred_at": Numbers(np.full(size, occasion), known),
                    "type": Texts(np.zeros(size, np.int32), ("transfer",)),
                    "amount_minor": Numbers(codes.astype(np.int64), known),
                    "debtor_account_id": Texts(codes, tuple(f"D{at}" for at in range(size))),
                    "creditor_account_id": Texts(codes % 7, tuple("ABCDEFG")),
                },
            )
            values = state.advance_batch(batch).values
            assert np.array_equal(values[:, 0], np.full(size, occasion))
            assert np.array_equal(values[:, 1], np.ones(size))
            assert np.array_equal(values[:, 2], codes)
        assert state.memory.keys == {"out": size}
        assert state.memory.records == {"out": 2 * size}

    def test_keys_that_are_never_touched_again_give_all_their_memory_back(self) -> None:
        plan = make_plan(COUNT, ("payees", Operation.DISTINCT, HOUR), ("sent", Operation.MIN, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 22)
        for at in range(500):
            state.advance(row(plan, at, debtor=f"D{at % 100}", creditor=f"C{at % 9}"))
        peak = state.memory
        assert peak.keys == {"out": 100}
        assert peak.records == {"out": 500}
        for at in range(200):
            state.advance(row(plan, 5 * HOUR + at * HOUR))
        rest = state.memory
        assert rest.keys == {"out": 1}
        assert rest.records == {"out": 1}
        assert rest.block_bytes < peak.block_bytes
        assert rest.block_bytes <= 128

    def test_keys_with_totals_for_ever_stay_and_only_their_records_go(self) -> None:
        plan = make_plan(COUNT, ("sent", Operation.SUM, EVER))
        state = FeatureState(plan, budget_bytes=1 << 22)
        for at in range(100):
            state.advance(row(plan, at, debtor=f"D{at}", amount=at))
        for at in range(100):
            state.advance(row(plan, 5 * HOUR + at * HOUR))
        assert state.memory.keys == {"out": 101}
        assert state.memory.records == {"out": 1}
        assert state.advance(row(plan, 200 * HOUR, debtor="D7", amount=1)) == [1.0, 8.0]

    def test_freed_memory_is_used_again(self) -> None:
        plan = make_plan(COUNT, ("payees", Operation.DISTINCT, HOUR), ("sent", Operation.MAX, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 22)
        sizes = []
        for round_ in range(6):
            for at in range(400):
                state.advance(
                    row(plan, round_ * 9 * HOUR + at, debtor=f"{round_}.{at % 50}", creditor=f"C{at}")
                )
            for at in range(60):
                state.advance(row(plan, round_ * 9 * HOUR + 3 * HOUR + at))
            sizes.append(sum(len(data) for _, data in state.parts()))
        assert max(later - earlier for earlier, later in pairwise(sizes[2:])) <= 1024

    def test_a_full_budget_refuses_the_event_whole(self) -> None:
        plan = make_plan(SUM, ("payees", Operation.DISTINCT, HOUR), ("sent", Operation.MAX, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 14)
        rows = (row(plan, at, debtor=f"D{at % 30}", creditor=f"C{at}") for at in range(1000))
        with pytest.raises(StateFull, match="budget of 16,384; the event was not taken"):
            list(map(state.advance, rows))
        taken = state.events
        assert 30 < taken < 999
        before = bytes_of(state)
        with pytest.raises(StateFull):
            state.advance(row(plan, taken))
        assert bytes_of(state) == before
        larger = FeatureState.restore(plan, before.items(), budget_bytes=1 << 20)
        assert larger.advance(row(plan, taken, debtor="new", amount=3)) == [3.0, 1.0, 3.0]

    def test_a_key_may_outgrow_a_tiny_budget_by_no_more_than_one_event(self) -> None:
        plan = make_plan(COUNT, ("sent", Operation.MIN, HOUR))
        state = FeatureState(plan, budget_bytes=1 << 12)
        with pytest.raises(StateFull):
            list(map(state.advance, (row(plan, at, amount=at) for at in range(1000))))
        assert state.memory.live_bytes < 4 * state.memory.budget_bytes

    def test_the_report_adds_up(self) -> None:
        plan = make_plan(COUNT)
        state = FeatureState(plan, budget_bytes=1 << 20)
        assert (state.memory.bytes_per_record, state.memory.keys) == (0.0, {"out": 0})
        state.advance(row(plan, 0))
        report = state.memory
        assert report.live_bytes == report.block_bytes + report.key_bytes
        assert report.bytes_per_record > 0
        assert report.bytes_per_key > 0


class TestSnapshots:
    def test_a_state_of_other_features_is_refused(self) -> None:
        one, other = make_plan(COUNT), make_plan(SUM)
        parts = bytes_of(FeatureState(one, budget_bytes=1 << 20))
        with pytest.raises(PackMismatch, match="replay the journal"):
            FeatureState.restore(other, parts.items(), budget_bytes=1 << 20)

    @pytest.mark.parametrize("part", ["about", "header", "blocks", "out.rows"])
    def test_a_part_missing_or_cut_short_is_refused(self, part: str) -> None:
        plan = make_plan(COUNT)
        state = FeatureState(plan, budget_bytes=1 << 20)
        state.advance(row(plan, 0))
        parts = bytes_of(state)
        cut = {**parts, part: parts[part][:-1]}
        without = {name: data for name, data in parts.items() if name != part}
        for damaged in (cut, without):
            with pytest.raises(JournalDamaged, match="recover from an older one"):
                FeatureState.restore(plan, damaged.items(), budget_bytes=1 << 20)


class TestInput:
    def test_the_watermark_is_the_newest_instant_seen(self) -> None:
        plan = make_plan(COUNT)
        state = FeatureState(plan, budget_bytes=1 << 20)
        assert state.watermark is None
        state.advance(row(plan, 7))
        state.advance(row(plan, 3))
        assert state.watermark == 7

    @pytest.mark.parametrize(
        ("time", "amount", "path"),
        [
            (None, 1, "occurred_at"),
            ("now", 1, "occurred_at"),
            (2**60, 1, "occurred_at"),
            (0, 2**60, ""),
            (0, 0.5, ""),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_changes_nothing(
        self, time: object, amount: object, path: str
    ) -> None:
        plan = make_plan(SUM)
        state = FeatureState(plan, budget_bytes=1 << 20)
        with pytest.raises(InputError) as refused:
            state.advance([time, "transfer", amount, "A"])
        assert refused.value.path == path
        assert state.events == 0

    def test_a_batch_with_an_unknown_instant_is_refused_whole(self) -> None:
        plan = make_plan(COUNT)
        state = FeatureState(plan, budget_bytes=1 << 20)
        times = Numbers(np.array([1, 2]), np.array([True, False]))
        with pytest.raises(InputError, match="row 1 has no instant"):
            state.advance_batch(Batch(2, {"occurred_at": times}))
        assert state.events == 0

    def test_an_empty_batch_gives_an_empty_table(self) -> None:
        plan = make_plan(COUNT)
        table = FeatureState(plan, budget_bytes=1 << 20).advance_batch(Batch(0))
        assert table.values.shape == (0, 1)
        assert table.names == plan.names
