"""Metrics, health and what is told about the pack."""

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from zhamen.api.metrics import Histogram
from zhamen.api.quotas import Quotas
from zhamen.bootstrap.projections import ProjectorProcess
from zhamen.core.errors import QuotaExceeded
from zhamen.settings import read_settings
from zhamen.testing import NOON


def samples(desk: Any) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = desk.ask("GET", "/metrics").body.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_decisions_errors_and_stages_are_counted(desk: Any) -> None:
    for number in range(3):
        desk.post("/v1/decisions", desk.transfer(number))
    desk.post("/v1/decisions", desk.transfer(0))
    desk.post("/v1/decisions", b"{}")
    login = {"type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": "A"}}
    desk.post("/v1/events", login)
    found = samples(desk)
    made = sum(value for (name, _), value in found.items() if name == "zhamen_decisions_total")
    assert made == 3
    assert found["zhamen_duplicates_total", frozenset()] == 1
    assert found["zhamen_events_total", frozenset({("type", "login")})] == 1
    assert found["zhamen_errors_total", frozenset({("code", "invalid_event")})] == 1
    assert found["zhamen_http_answers_total", frozenset({("route", "/v1/decisions"), ("status", "200")})] == 4
    assert found["zhamen_durable_total", frozenset()] == 4
    assert found["zhamen_ready", frozenset()] == 1
    assert found["zhamen_journal_entries", frozenset()] == 4
    assert found["zhamen_since_snapshot", frozenset()] == 4
    assert ("zhamen_cases_ended_early_total", frozenset()) not in found
    desk.follow_money()
    assert samples(desk)["zhamen_cases_ended_early_total", frozenset()] == 0
    for stage in ("http", "check", "gate", "journal", "total"):
        assert found["zhamen_stage_seconds_count", frozenset({("stage", stage)})] == 5


def test_the_stages_add_up_to_the_total(desk: Any) -> None:
    for number in range(20):
        desk.post("/v1/decisions", desk.transfer(number))
    found = samples(desk)
    sums = {
        stage: found["zhamen_stage_seconds_sum", frozenset({("stage", stage)})]
        for stage in ("http", "check", "gate", "journal", "total")
    }
    assert sum(sums.values()) == pytest.approx(2 * sums["total"])


def test_a_value_on_a_bound_belongs_to_it() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 99.0):
        histogram.observe(value)
    assert histogram.buckets() == ([("1.0", 2), ("2.0", 4), ("+Inf", 5)], 104.0)


def test_a_server_that_stops_is_alive_but_not_ready(desk: Any) -> None:
    assert desk.ask("GET", "/readyz").json == {"status": "ok"}
    desk.house.stopping = True
    assert desk.ask("GET", "/readyz").status == 503
    assert desk.ask("GET", "/readyz").json["status"] == "stopping"
    assert desk.ask("GET", "/healthz").status == 200
    assert desk.post("/v1/decisions", desk.transfer()).status == 200


def test_the_fallback_table_says_what_the_errors_say(desk: Any) -> None:
    table = desk.ask("GET", "/v1/policy/fallback").json
    last = table["rows"][-1]
    assert set(last) == {"outcome"}
    for channel, amount in (("mobile", 100), ("mobile", 6_000_000), ("counter", 6_000_000), (None, 200_000)):
        row = next(
            row
            for row in table["rows"]
            if channel in row.get("channels", [channel]) and amount >= row.get("amount_from_minor", 0)
        )
        assert desk.house.pack.policy.fallback(channel, amount) == row["outcome"]


def test_the_pack_in_force_is_told(desk: Any) -> None:
    told = desk.ask("GET", "/v1/pack").json
    assert told["name"] == "starter"
    assert told["hash"] == desk.house.pack.hash
    assert "MULE-001" in told["rules"]


def test_a_bucket_fills_again_with_time() -> None:
    now = 0.0
    quotas = Quotas(rate=10, under_way=100, clock=lambda: now)
    quotas.take("a", 10)
    with pytest.raises(QuotaExceeded) as refused:
        quotas.take("a", 5)
    assert refused.value.retry_after == 0.5
    quotas.take("b", 10)
    now = 0.5
    quotas.take("a", 5)
    with pytest.raises(QuotaExceeded):
        quotas.take("a")
    now = 1000.0
    quotas.take("a", 10)
    with pytest.raises(QuotaExceeded):
        quotas.take("a")


def test_places_are_given_back() -> None:
    quotas = Quotas(rate=1000, under_way=2, clock=lambda: 0.0)
    quotas.take("a", 2)
    with pytest.raises(QuotaExceeded):
        quotas.take("a")
    quotas.give_back("a", 1)
    quotas.take("a")


def test_how_far_the_views_are_behind_is_told(desk: Any, tmp_path: Path) -> None:
    for number in range(3):
        desk.post("/v1/decisions", desk.transfer(number))
    assert ("zhamen_projection_well", frozenset()) not in samples(desk)
    desk.house.projector = ProjectorProcess(read_settings({}, {"data_dir": tmp_path}))
    found = samples(desk)
    assert found["zhamen_projection_lag_entries", frozenset()] == 3
    assert found["zhamen_projection_well", frozenset()] == 0
