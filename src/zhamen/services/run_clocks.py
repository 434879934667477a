"""What time does to cases, done as it comes."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.core.errors import CaseConflict
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework, Refused
from zhamen.services.rounds import Rounds

__all__ = ["clock_rounds", "run_clocks"]

_EVERY: Final = 5.0
_AT_ONCE: Final = 100


def run_clocks(
    store: Casework,
    scope: Scope,
    now: datetime,
    policy: CasePolicy = STANDARD,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Let payments expire, cases wake, and what nobody acknowledged go one level up; give how many acts.

    Any number of processes may run them: what another was quicker to do is refused here and no error. What
    is left when it is `stopping` is done the next time.
    """
    done = 0
    while not stopping() and (acts := store.due(now, _AT_ONCE)):
        ends = store.perform_many(scope, acts, policy)
        refused = [end for end in ends if isinstance(end, Refused)]
        for end in refused:
            if not isinstance(end.error, CaseConflict):
                raise end.error
        done += len(ends) - len(refused)
        if refused:
            break
    return done


def clock_rounds(store: Casework, scope: Callable[[], Scope], clock: Callable[[], datetime]) -> Rounds:
    """Give what runs the clocks every five seconds; `scope` gives the whole organisation."""
    rounds = Rounds(
        "zhamen-clocks",
        lambda: run_clocks(store, scope(), clock(), stopping=lambda: rounds.stopping),
        _EVERY,
        trouble="the clocks of cases do not run",
    )
    return rounds
