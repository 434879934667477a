"""What the server counts: decisions, errors, and the time each stage takes, in Prometheus' format."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import inf
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from zhamen.api.call import Call
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.features.state import FeatureState

__all__ = ["STAGES", "Histogram", "Metrics"]

STAGES: Final = ("http", "check", "gate", "journal", "total")
"""Reading and answering; authentication and the door; deciding; waiting for the disk; all of it."""

_BOUNDS: Final = (
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
    0.1, 0.25, 0.5, 1.0, 2.5,
)  # fmt: skip


_COUNTED: Final = {
    "durable": "Events written to the journal.",
    "groups": "Groups written; events by groups is the mean group.",
    "journal_seconds": "Seconds spent writing groups.",
    "journal_failures": "Groups that could not be written.",
    "overloaded": "Events refused because too many were waiting.",
    "snapshots": "Snapshots written.",
    "snapshot_failures": "Snapshots that could not be written.",
}
"""Figures of the decision service that only grow."""


class Histogram:
    """Counts values in buckets: 0.2 µs a value, a tenth of what a locked one takes."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float] = _BOUNDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value; one equal to a bound is below it."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def buckets(self) -> tuple[list[tuple[str, float]], float]:
        """Give the number of values up to each bound, and the sum of all values."""
        running = 0
        rows: list[tuple[str, float]] = []
        for bound, count in zip([*map(str, self._bounds), "+Inf"], self._counts, strict=True):
            running += count
            rows.append((bound, running))
        return rows, self._sum

    def quantile(self, share: float) -> float | None:
        """Give the bound that a share of the values do not exceed, ``inf`` beyond the last; None without any.

        >>> histogram = Histogram((0.001, 0.01))
        >>> for value in (0.0005, 0.002, 0.003, 9.0):
        ...     histogram.observe(value)
        >>> histogram.quantile(0.25), histogram.quantile(0.5), histogram.quantile(1.0)
        (0.001, 0.01, inf)
        """
        total = sum(self._counts)
        if not total:
            return None
        ranks = accumulate(self._counts)
        at = next(at for at, rank in enumerate(ranks) if rank >= share * total)
        return self._bounds[at] if at < len(self._bounds) else inf


class Metrics(Collector):
    """The counters of one server, and what its gatehouse tells when asked."""

    def __init__(self, gatehouse: Gatehouse) -> None:
        self._gatehouse = gatehouse
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self.decisions: Counter[tuple[str, str]] = Counter()
        """By outcome and channel; only those made now, not the ones found again."""
        self.events: Counter[str] = Counter()
        """Recorded events that are not decided, by type."""
        self.duplicates = 0
        self.answers: Counter[tuple[str, int]] = Counter()
        """By route and status."""
        self.errors: Counter[str] = Counter()
        """By error code."""
        self.stages = {stage: Histogram() for stage in STAGES}

    def spent(self, call: Call) -> None:
        """Count where the time of an answered call went."""
        for stage, seconds in call.spent.items():
            self.stages[stage].observe(seconds)
        self.stages["total"].observe(sum(call.spent.values()))

    def latency(self, share: float) -> float | None:
        """Give the seconds that a share of the decisions took at most, to a bucket; None before the first."""
        return self.stages["total"].quantile(share)

    def render(self) -> bytes:
        """Give all of it in the text format."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: all names are ours alone."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give every family with its present values."""
        yield _counter("decisions", "Decisions made.", ("outcome", "channel"), self.decisions)
        yield _counter(
            "events", "Other events recorded.", ("type",), {(kind,): n for kind, n in self.events.items()}
        )
        yield _counter("duplicates", "Events that were known already.", (), {(): self.duplicates})
        yield _counter("http_answers", "Answers.", ("route", "status"), self.answers)
        yield _counter(
            "errors", "Errors answered.", ("code",), {(code,): n for code, n in self.errors.items()}
        )
        stages = HistogramMetricFamily(
            "zhamen_stage_seconds", "Time that each stage of a decision takes.", labels=("stage",)
        )
        for stage, histogram in self.stages.items():
            stages.add_metric((stage,), *histogram.buckets())
        yield stages
        yield from self._service()
        yield from self._state()
        pack = self._gatehouse.pack
        info = GaugeMetricFamily("zhamen_pack_info", "The pack in force.", labels=("name", "version", "hash"))
        info.add_metric((pack.name, pack.version, pack.hash), 1)
        yield info

    def _service(self) -> Iterator[Metric]:
        timings, service = self._gatehouse.service.timings, self._gatehouse.service
        yield _gauge("ready", "1 when events are taken.", int(service.ready))
        yield _gauge("waiting", "Answers waiting for the disk.", service.waiting)
        yield _gauge("largest_group", "Events in the largest group.", timings.largest_group)
        yield _gauge(
            "snapshot_pause_seconds",
            "How long the last snapshot held up decisions.",
            timings.snapshot_pause_seconds,
        )
        for name, text in _COUNTED.items():
            family = CounterMetricFamily(f"zhamen_{name}", text)
            family.add_metric((), getattr(timings, name))
            yield family

    def _state(self) -> Iterator[Metric]:
        service = self._gatehouse.service
        yield _gauge("journal_entries", "Decisions in the journal.", service.last_seq)
        yield _gauge("since_snapshot", "Decisions that a recovery would replay now.", service.since_snapshot)
        projector = self._gatehouse.projector
        if projector is not None:
            behind = max(0, service.last_seq - projector.last_seq)
            yield _gauge("projection_lag_entries", "Decisions that the views have not taken in.", behind)
            yield _gauge("projection_well", "1 when the views follow the journal.", int(projector.well))
        if service.networks is not None:
            ended = CounterMetricFamily(
                "zhamen_cases_ended_early", "Reports whose money is followed no more, for want of room."
            )
            ended.add_metric((), service.networks.cases_ended_early)
            yield ended
        state = service.state
        if not isinstance(state, FeatureState):
            return
        report = state.memory
        yield _gauge("state_bytes", "Live features.", report.live_bytes)
        yield _gauge("state_budget_bytes", "What live features may come to.", report.budget_bytes)
        yield _by_series("keys", "Keys with live features.", report.keys)
        yield _by_series("records", "Records in windows.", report.records)
        if state.watermark is not None:
            yield _gauge(
                "watermark_timestamp_seconds", "The newest event time seen.", state.watermark / 1_000_000
            )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zhamen_{name}", text, value=value)


def _by_series(name: str, text: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"zhamen_{name}", text, labels=("series",))
    for series, value in values.items():
        family.add_metric((series,), value)
    return family


def _counter(name: str, text: str, labels: Sequence[str], values: Mapping[Any, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"zhamen_{name}", text, labels=labels)
    for key, value in values.items():
        family.add_metric([str(part) for part in key], value)
    return family
