"""A shelf that looks up what it is asked for, and writes back what the rules changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, and_, delete, select

from zhamen.adapters.sql.casework.finding import kin_of
from zhamen.adapters.sql.casework.rows import (
    alert_of_row,
    case_of,
    payment_of,
    put_rows,
    save_alerts,
    save_cases,
    save_payments,
)
from zhamen.adapters.sql.schema_cases import case_alerts, case_links, case_ties, cases, held_payments
from zhamen.cases.alert import Alert
from zhamen.cases.case import Case
from zhamen.cases.held import HeldPayment
from zhamen.cases.shelf import Shelf
from zhamen.cases.ties import Tie, TieRole

__all__ = ["SqlShelf"]

_AT_ONCE: Final = 500
T = TypeVar("T")


class SqlShelf(Shelf):
    """What one transaction sees of casework, and changes.

    Everything is looked up once. `expect` looks up much at once what would else be looked up one by one.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._whole: set[int] = set()
        self._about: set[str] = set()
        self._tied: set[Tie] = set()
        self._absent: set[tuple[str, int]] = set()

    def expect(self, ties: Iterable[Tie], payments: Iterable[str]) -> None:
        """Look up the cases with any of some ties, and the alerts about some payments."""
        self._load_ties(set(ties) - self._tied)
        self._load_about(set(payments) - self._about - {""})

    def expect_new(self, numbers: Iterable[int]) -> None:
        """Take it that no alert, case or payment has any of some ids yet."""
        kinds = ("alert", "case", "payment")
        self._absent.update((kind, number) for number in numbers for kind in kinds)

    def find_case(self, number: int) -> Case | None:
        """Give a case; None when there is none."""
        if number not in self.cases:
            self._load_cases({number})
        return self.cases.get(number)

    def find_alert(self, number: int) -> Alert | None:
        """Give an alert; None when there is none."""
        if number not in self.alerts and ("alert", number) not in self._absent:
            self._take_alerts(case_alerts.c.id == number)
            self._absent.add(("alert", number))
        return self.alerts.get(number)

    def find_payment(self, number: int) -> HeldPayment | None:
        """Give a held payment; None when there is none."""
        if number not in self.payments:
            self._load_payments({number})
        return self.payments.get(number)

    def alerts_in(self, case: int) -> list[Alert]:
        """Give the alerts of a case, by id."""
        if case not in self._whole:
            self._whole.add(case)
            self._load_payments(self._take_alerts(case_alerts.c.case == case))
        return super().alerts_in(case)

    def alerts_about(self, payment: str) -> list[Alert]:
        """Give the alerts about the payment with an event id, by id."""
        self._load_about({payment} - self._about)
        return super().alerts_about(payment)

    def tied(self, tie: Tie) -> list[Case]:
        """Give the cases that have an alert with a tie, by id."""
        self._load_ties({tie} - self._tied)
        return super().tied(tie)

    def _kin(self, numbers: Set[int]) -> set[int]:
        """Give the cases that a split or a merge joined with some, in the database and here."""
        return super()._kin(numbers) | kin_of(self._connection, numbers)

    def write(self) -> None:
        """Write what was changed."""
        save_alerts(self._connection, [self.alerts[number] for number in sorted(self.changed_alerts)])
        save_cases(self._connection, [self.cases[number] for number in sorted(self.changed_cases)])
        save_payments(self._connection, [self.payments[number] for number in sorted(self.changed_payments)])
        self._write_ties()
        rows = [
            {"older": link.older, "newer": link.newer, "why": link.why.value} for link in self.changed_links
        ]
        put_rows(self._connection, case_links, rows)

    def _write_ties(self) -> None:
        kept = []
        for tie, case in sorted(self.changed_ties, key=lambda pair: (pair[0].key, pair[0].role, pair[1])):
            row = {"key": tie.key, "role": tie.role.value, "case": case}
            if alerts := self.ties[tie][case]:
                kept.append(row | {"alerts": alerts})
            else:
                mine = and_(*(case_ties.c[name] == value for name, value in row.items()))
                self._connection.execute(delete(case_ties).where(mine))
        put_rows(self._connection, case_ties, kept)

    def _count(self, tie: Tie, case: int, by: int) -> None:
        self._load_ties({tie} - self._tied)
        super()._count(tie, case, by)

    def _take_alerts(self, condition: Any) -> list[int]:
        """Take the alerts of a condition that were not changed here; give the ids of all."""
        rows = self._connection.execute(select(case_alerts.c.id, case_alerts.c.document).where(condition))
        found = []
        for number, document in rows:
            found.append(number)
            if number not in self.alerts:
                self._keep(alert_of_row(document))
        return found

    def _load_about(self, payments: Collection[str]) -> None:
        self._about.update(payments)
        for part in _parts(payments):
            self._load_payments(self._take_alerts(case_alerts.c.payment.in_(part)))

    def _load_ties(self, ties: Collection[Tie]) -> None:
        self._tied.update(ties)
        wanted = {(tie.role.value, tie.key) for tie in ties}
        found: set[int] = set()
        for part in _parts({tie.key for tie in ties}):
            for row in self._connection.execute(select(case_ties).where(case_ties.c.key.in_(part))):
                if (row.role, row.key) in wanted:
                    self.ties.setdefault(Tie(TieRole(row.role), row.key), Counter())[row.case] = row.alerts
                    found.add(row.case)
        self._load_cases(found)

    def _load_cases(self, numbers: Collection[int]) -> None:
        asked = [number for number in numbers if number not in self.cases and self._ask("case", number)]
        for part in _parts(asked):
            for row in self._connection.execute(
                select(cases.c.id, cases.c.document).where(cases.c.id.in_(part))
            ):
                self.cases[row.id] = case_of(row.document)

    def _load_payments(self, numbers: Collection[int]) -> None:
        asked = [number for number in numbers if number not in self.payments and self._ask("payment", number)]
        for part in _parts(asked):
            wanted = select(held_payments.c.id, held_payments.c.document).where(held_payments.c.id.in_(part))
            for row in self._connection.execute(wanted):
                self.payments[row.id] = payment_of(row.document)

    def _ask(self, kind: str, number: int) -> bool:
        """Say whether something was not asked for before."""
        if (kind, number) in self._absent:
            return False
        self._absent.add((kind, number))
        return True


def _parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
