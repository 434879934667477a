"""Tracing joined: over the networks of a running gate, or over a data folder beside one."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from zhamen.adapters.journal import JournalReader
from zhamen.adapters.packs import read_pack
from zhamen.adapters.sql.audit import SqlDeeds
from zhamen.bootstrap.casework import make_cases, whole_bank
from zhamen.bootstrap.clock import utc_now
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.work import open_work
from zhamen.gate.pack import load_pack
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import Deeds
from zhamen.services.explain_networks import Explaining
from zhamen.services.plan_freezes import FreezePlanning
from zhamen.services.read_networks import read_networks
from zhamen.services.trace import Tracing
from zhamen.settings import Settings

__all__ = ["Tracers", "make_tracers", "open_tracers"]


class Tracers(NamedTuple):
    """What traces money, makes freeze plans of it and explains networks, and where looks are written down."""

    tracing: Tracing
    freezes: FreezePlanning
    explaining: Explaining
    deeds: Deeds


def make_tracers(house: Gatehouse) -> Tracers:
    """Join tracing over a gate: each question is of its networks as they are then."""
    insight = house.insight
    tracing = Tracing(
        lambda: house.service.networks,
        insight.journal,
        house.cases.store,
        (insight.decisions, insight.profiles),
        currency=house.pack.currency,
    )
    freezes = FreezePlanning(tracing, house.cases.store, house.desk.clock)
    return Tracers(tracing, freezes, Explaining(tracing, insight.profiles), house.trails.deeds)


@contextmanager
def open_tracers(
    settings: Settings, started: Callable[[int], Callable[[int], None]]
) -> Iterator[tuple[Tracers, Scope]]:
    """Make the networks of a data folder anew and give what traces in them, with the scope of the bank.

    Whoever runs the machine sees everything: accounts and events are named whether or not the views have
    taken them in.

    Parameters
    ----------
    started
        Told how many entries will be read; gives what is told of those that were.
    """
    pack = load_pack(read_pack(settings.pack), settings.pack)
    with closing(JournalReader(settings.data_dir / "journal.db")) as journal, open_work(settings) as work:
        work.organisation.history()
        networks = read_networks(journal, started(journal.last_seq))
        cases = make_cases(settings, work, utc_now)
        tracing = Tracing(lambda: networks, journal, cases.store, None, currency=pack.currency)
        freezes = FreezePlanning(tracing, cases.store, utc_now)
        yield Tracers(tracing, freezes, Explaining(tracing, None), SqlDeeds(work.engine)), whole_bank(work)
