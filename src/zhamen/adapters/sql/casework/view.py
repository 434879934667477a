"""The view that makes cases from the journal's entries and the acts, in the order in which they came."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, delete, select, update

from zhamen.adapters.sql.casework.rows import act_of
from zhamen.adapters.sql.casework.shelf import SqlShelf
from zhamen.adapters.sql.schema_cases import DERIVED, case_acts, case_standing, hold_policies
from zhamen.adapters.sql.views.view import Projected
from zhamen.cases.acts import Act
from zhamen.cases.alert import alert_of
from zhamen.cases.carrying import carry_out
from zhamen.cases.entries import EntryRules, enter
from zhamen.cases.grouping import ASKED
from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.cases.ties import Place, Tie
from zhamen.events.model import TransferSettled
from zhamen.gate.policy import Hold

__all__ = ["CaseView", "take_standing"]

_PAGE: Final = 1_000


class CaseView:
    """Alerts, cases and held payments; see the protocol `View`.

    Acts are applied when they are made. After `clear` they are applied again, each after the entry that
    was the newest when it was made.
    """

    def __init__(self, policy: CasePolicy = STANDARD) -> None:
        self._policy = policy

    def clear(self, connection: Connection) -> None:
        """Delete what follows from the journal; the acts stay."""
        take_standing(connection)
        for table in DERIVED:
            connection.execute(delete(table))
        connection.execute(update(case_standing).values(seq=0, act=0))

    def apply(self, connection: Connection, batch: Sequence[Projected]) -> None:
        """Take in the next entries, and the acts that were made between and right after them."""
        _, done = take_standing(connection)
        last = batch[-1].seq
        shelf = SqlShelf(connection)
        shelf.expect(*_expected(batch))
        shelf.expect_new(one.seq for one in batch)
        rules = EntryRules(self._policy, _holds(connection))
        acts = _acts(connection, done, last)
        act = next(acts, None)
        for one in batch:
            while act is not None and act.after_seq < one.seq:
                carry_out(shelf, act)
                done, act = act.id, next(acts, None)
            place = Place(one.unit, one.account, one.creditor)
            enter(shelf, one.seq, one.event, one.decision, place, rules)
        while act is not None:
            carry_out(shelf, act)
            done, act = act.id, next(acts, None)
        shelf.write()
        connection.execute(update(case_standing).values(seq=last, act=done))


def take_standing(connection: Connection) -> tuple[int, int]:
    """Give the newest entry and act that cases follow; until the transaction ends nobody else moves them."""
    row = connection.execute(select(case_standing).with_for_update()).one()
    return row.seq, row.act


def _expected(batch: Sequence[Projected]) -> tuple[Iterable[Tie], Iterable[str]]:
    """Give what the rules will ask about the entries."""
    ties: set[Tie] = set()
    payments: set[str] = set()
    for one in batch:
        if isinstance(one.event, TransferSettled):
            payments.add(one.event.transfer_event_id)
            continue
        alert = alert_of(one.seq, one.event, one.decision, Place(one.unit, one.account, one.creditor))
        if alert is not None:
            payments.add(alert.payment)
            ties.update(Tie(role, tie.key) for tie in alert.ties for role in (tie.role, *ASKED[tie.role]))
    return ties, payments


def _acts(connection: Connection, after: int, last_seq: int) -> Iterator[Act]:
    while True:
        wanted = (
            select(case_acts)
            .where(case_acts.c.id > after, case_acts.c.after_seq <= last_seq)
            .order_by(case_acts.c.id)
            .limit(_PAGE)
        )
        rows = connection.execute(wanted).all()
        if not rows:
            return
        yield from map(act_of, rows)
        after = rows[-1].id


def _holds(connection: Connection) -> dict[str, Hold]:
    rows = connection.execute(select(hold_policies))
    return {row.pack_hash: Hold(row.hours, row.at_expiry) for row in rows}
