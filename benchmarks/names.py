"""How well and how fast names are found, beside a scan of all of them with another library.

On the list of the United Nations with its 683 names and 10,000 made-up people, from the published data,
and on 100,000 names put together of theirs; without the data the scenarios are left out.
``NAMES_LOGIC_V2`` in the environment may name a Python interpreter that has nomenklatura installed: its
scorer logic-v2 is then asked the same, all listed names and every hundredth of the others. That takes
a quarter of an hour.
"""

import csv
import json
import os
import random
import subprocess
from pathlib import Path
from time import perf_counter_ns
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process, utils

from benchmarks.names_altered import altered
from benchmarks.names_scan import SCAN_CUT, scan_of
from benchmarks.result import Result
from zhamen.adapters.feeds import read_claims, read_feed
from zhamen.adapters.files.rejects import RejectFile
from zhamen.records.claim import Claim
from zhamen.screening.names.find import NameEntry
from zhamen.screening.names.index import NameIndex
from zhamen.screening.names.live import LiveNames
from zhamen.screening.subjects import SubjectKind

__all__ = ["run"]

_DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "screening"
_NEGATIVES: Final = 10_000
_PEER_ASKED: Final = 2_000
_MANY: Final = 100_000
_ASKED: Final = 1_000
_SCANS: Final = 20
_SHORT: Final = 4
_LOGIC_V2: Final = os.environ.get("NAMES_LOGIC_V2", "")
_EVERY: Final = 100
_LOGIC_V2_CUTS: Final = (0.7, 0.85)
"""The threshold that its makers use, and ours."""


def run() -> list[Result]:
    """Measure recall, false hits and searches a second."""
    if not _DATA.exists():
        return []
    batches = read_claims(_DATA / "UN_consolidated.xml", read_feed("un-consolidated"), RejectFile(None))
    claims = [one for batch in batches for one in batch if isinstance(one, Claim) and one.names]
    entries = [NameEntry(at, claim.identifier.kind, claim.names) for at, claim in enumerate(claims)]
    index = NameIndex(entries)
    positives, negatives = _column("positives_un_untreated.csv"), _column("negatives_10000.csv")[:_NEGATIVES]
    found = sum(bool(index.search(name)) for name in positives)
    times, false = [], 0
    for name in negatives:
        started = perf_counter_ns()
        false += bool(index.search(name))
        times.append(perf_counter_ns() - started)
    rate = len(times) / (sum(times) / 1e9)
    peer_rate, peer_found, peer_false = _peer(entries, positives, negatives)
    spread = np.percentile(times, [50, 99]) / 1e6
    return [
        Result(
            "NAMES-01",
            f"listed people found, of {len(positives)}",
            found,
            "found",
            note=f"rapidfuzz WRatio from {SCAN_CUT}: {peer_found}",
        ),
        Result(
            "NAMES-02",
            f"others found by mistake, of {len(negatives):,}",
            false,
            "found",
            note=f"rapidfuzz WRatio from {SCAN_CUT}: {peer_false} of {_PEER_ASKED:,}",
        ),
        Result(
            "NAMES-03",
            f"searches among {len(index):,} names",
            rate,
            "searches/s",
            {"rapidfuzz full scan": rate / peer_rate},
            note=f"p50 {spread[0]:.1f} ms, p99 {spread[1]:.1f} ms",
        ),
        *_logic_v2(index, entries, positives, negatives[::_EVERY]),
        *_among_many(),
        *altered(index, [name for entry in entries for name in entry.names], positives),
    ]


def _logic_v2(
    index: NameIndex, entries: list[NameEntry], positives: list[str], negatives: list[str]
) -> list[Result]:
    """Ask the scorer where it is installed; ours is timed on the same names."""
    if not _LOGIC_V2:
        return []
    processed = [[utils.default_process(name) for name in entry.names] for entry in entries]
    asked = {
        "listed": [
            {"schema": "Person" if one.kind is SubjectKind.PERSON else "Organization", "names": one.names}
            for one in entries
        ],
        "positives": [(name, _nearest_first(name, processed)) for name in positives],
        "negatives": negatives,
    }
    done = subprocess.run(
        [_LOGIC_V2, "-m", "benchmarks.names_peer"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    started = perf_counter_ns()
    false = sum(bool(index.search(name)) for name in negatives)
    rate = len(negatives) / ((perf_counter_ns() - started) / 1e9)
    counts = "; ".join(
        f"theirs from {cut}: {sum(score >= cut for score in theirs['positives'])} of {len(positives)} found, "
        f"{sum(score >= cut for score in theirs['negatives'])} of {len(negatives)} others by mistake"
        for cut in _LOGIC_V2_CUTS
    )
    note = f"ours: {false} of {len(negatives)} others by mistake; {counts}"
    title = f"searches beside nomenklatura's logic-v2, every {_EVERY}th of the others"
    ratio = {f"nomenklatura {theirs['version']} logic-v2, scan": rate / theirs["rate"]}
    return [Result("NAMES-07", title, rate, "searches/s", ratio, note=note)]


def _nearest_first(name: str, listed: list[list[str]]) -> list[int]:
    asked = utils.default_process(name)
    best = [max(fuzz.WRatio(asked, one) for one in names) for names in listed]
    return sorted(range(len(listed)), key=lambda at: -best[at])


def _among_many() -> list[Result]:
    """Measure an index of many names, asked for names with a letter left out."""
    draw = random.Random(7)  # noqa: S311  # it has to repeat
    listed = _made_up(draw)
    started = perf_counter_ns()
    index = NameIndex(NameEntry(at, SubjectKind.PERSON, (name,)) for at, name in enumerate(listed))
    took = (perf_counter_ns() - started) / 1e9
    size = sum(part.nbytes for part in index.parts().values()) / len(index)
    places = draw.sample(range(_MANY), _ASKED)
    asked = [(at, _without_a_letter(listed[at], draw)) for at in places]
    times, found = [], 0
    for at, name in asked:
        started = perf_counter_ns()
        matches = index.search(name, limit=_MANY)
        times.append(perf_counter_ns() - started)
        found += any(match.id == at for match in matches)
    started = perf_counter_ns()
    for _, name in asked[:_SCANS]:
        process.extract(name, listed, scorer=fuzz.WRatio, limit=10, score_cutoff=SCAN_CUT)
    scan = (perf_counter_ns() - started) / _SCANS
    spread = np.percentile(times, [50, 99]) / 1e6
    return [
        Result(
            "NAMES-04",
            f"names filed, {_MANY:,} in all",
            _MANY / took,
            "names/s",
            note=f"{size:.0f} bytes a name",
        ),
        Result(
            "NAMES-05",
            f"searches among {_MANY:,} names, a letter left out",
            1e9 * len(times) / sum(times),
            "searches/s",
            {"rapidfuzz full scan": scan * len(times) / sum(times)},
            note=f"p50 {spread[0]:.1f} ms, p99 {spread[1]:.1f} ms; {100 * found / _ASKED:.1f} % found",
        ),
        _changes(index, listed, asked, took),
    ]


def _changes(index: NameIndex, listed: list[str], asked: list[tuple[int, str]], rebuilt: float) -> Result:
    """Measure a change of one name among many, and the search that sees it."""
    live = LiveNames(index)
    changing, searching = [], []
    for at, name in asked:
        started = perf_counter_ns()
        live.put(NameEntry(at, SubjectKind.PERSON, (listed[-1 - at],)))
        changed = perf_counter_ns()
        live.search(name)
        changing.append(changed - started)
        searching.append(perf_counter_ns() - changed)
    change, search = np.percentile(changing, [50, 99]) / 1e6, np.percentile(searching, [50, 99]) / 1e6
    return Result(
        "NAMES-06",
        f"changes of one name among {_MANY:,}, each seen by the next search",
        1e9 * len(changing) / sum(changing),
        "changes/s",
        {"index made anew": rebuilt * 1e9 * len(changing) / sum(changing)},
        note=f"change p50 {change[0]:.2f} ms, p99 {change[1]:.2f} ms;"
        f" search p50 {search[0]:.1f} ms, p99 {search[1]:.1f} ms",
    )


def _made_up(draw: random.Random) -> list[str]:
    """Give names of people of many countries, in Latin letters without accents."""
    with (_DATA / "negatives_10000.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["full_name"].isascii()]
    first, middle, last = ([row[part] for row in rows] for part in ("first_name", "middle_name", "last_name"))
    names: list[str] = []
    while len(names) < _MANY:
        parts = draw.choice(first), draw.choice(middle), draw.choice(last)
        name = " ".join(part for part in parts if part)
        if len(name) > _SHORT:
            names.append(name)
    return names


def _without_a_letter(name: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


def _peer(entries: list[NameEntry], positives: list[str], negatives: list[str]) -> tuple[float, int, int]:
    hit = scan_of(name for entry in entries for name in entry.names)
    started = perf_counter_ns()
    false = sum(map(hit, negatives[:_PEER_ASKED]))
    rate = _PEER_ASKED / ((perf_counter_ns() - started) / 1e9)
    return rate, sum(map(hit, positives)), false


def _column(name: str) -> list[str]:
    with (_DATA / name).open(encoding="utf-8") as file:
        return [row["full_name"] for row in csv.DictReader(file)]
