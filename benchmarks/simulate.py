"""The synthetic bank: events a second, and the memory it takes, in a process of its own."""

import subprocess
import sys
from typing import Final

import msgspec

from benchmarks.result import Result

__all__ = ["run"]

_CHILD: Final = """
import resource, sys, time
from zhamen.simulate import Bank, BankConfig
began = time.perf_counter()
bank = Bank(BankConfig(customers=int(sys.argv[1]), days=int(sys.argv[2]), seed=1))
count = 0
for event in bank.events():
    count += 1
    if count % 10_000 == 0:
        bank.truth.take()
seconds = time.perf_counter() - began
print([count, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024])
"""
_SIZES: Final = ((10_000, 10), (10_000, 30), (100_000, 3))


def run() -> list[Result]:
    """Measure three sizes: more days at the same memory, more customers at the same pace."""
    results = []
    for number, (customers, days) in enumerate(_SIZES, 1):
        command = [sys.executable, "-c", _CHILD, str(customers), str(days)]
        answer = subprocess.run(command, check=True, capture_output=True).stdout
        count, seconds, memory = msgspec.json.decode(answer, type=tuple[int, float, int])
        title = f"{customers:,} customers, {days} days"
        note = f"{count:,} events in {seconds:.1f} s; at most {memory / 1e6:,.0f} MB resident"
        results.append(Result(f"SIMULATE-{number:02}", title, count / seconds, "events/s", note=note))
    return results
