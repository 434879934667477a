"""What a place of a trace is to somebody who looks for the money."""

import pytest

from zhamen.console.tracing.picture import Picture, state_of
from zhamen.services.traced import PlaceShown, TraceShown


def place(**changes: object) -> PlaceShown:
    known: dict[str, object] = {
        "account": None,
        "layer": 1,
        "row": 0,
        "arrived_minor": 5,
        "held_minor": 0,
        "gone_minor": 0,
        "left": {},
    }
    return PlaceShown(**known | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "passed"),
        ({"begins": True}, "begin"),
        ({"held_minor": 1, "gone_minor": 4, "left": {"resting": 1, "below": 4}}, "held"),
        ({"gone_minor": 5, "left": {"cashed": 5}}, "gone"),
        ({"gone_minor": 5, "left": {"cashed": 2, "below": 3}}, "gone"),
        ({"gone_minor": 5, "left": {"below": 5}}, "left_off"),
        ({"again": True, "gone_minor": 5}, "again"),
    ],
)
def test_money_that_was_not_followed_on_has_not_left_the_bank(changes: dict[str, object], state: str) -> None:
    assert state_of(place(**changes)) == state


@pytest.mark.parametrize(("places", "crowded"), [(0, False), (3, False), (4, True)])
def test_places_stand_together_where_there_are_more_than_can_be_drawn_apart(
    places: int, crowded: bool
) -> None:
    shown = TraceShown(
        about="case/1", currency="CNY", rule="fifo", direction="forward", watermark=1, seeds=1, total_minor=5,
        by_fate={}, truncated=False, estimated=False, layers=2, places=(place(),) * places, transfers=(),
    )  # fmt: skip
    assert Picture(shown, {}, str, "rest", most_apart=3).crowded == crowded
