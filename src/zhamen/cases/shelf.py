"""Cases, alerts and payments as they are at one moment, in memory; and which of them were changed."""

from collections import Counter, defaultdict
from collections.abc import Set

from zhamen.cases.alert import Alert
from zhamen.cases.case import Case, Link, Why
from zhamen.cases.held import HeldPayment
from zhamen.cases.ties import Tie
from zhamen.core.errors import CaseNotFound

__all__ = ["Shelf"]


class Shelf:
    """What the rules of casework read and change.

    A store that keeps more than fits here makes a shelf of its own that looks up what it is asked for,
    lets the rules run, and writes what the sets of changes name.

    >>> Shelf().find_case(1) is None
    True
    """

    def __init__(self) -> None:
        self.alerts: dict[int, Alert] = {}
        self.cases: dict[int, Case] = {}
        self.payments: dict[int, HeldPayment] = {}
        self.ties: dict[Tie, Counter[int]] = defaultdict(Counter)
        """How many alerts of which case have a tie."""
        self.links: set[Link] = set()
        self.changed_alerts: set[int] = set()
        self.changed_cases: set[int] = set()
        self.changed_payments: set[int] = set()
        self.changed_ties: set[tuple[Tie, int]] = set()
        self.changed_links: set[Link] = set()
        self._of_case: dict[int, set[int]] = defaultdict(set)
        self._of_payment: dict[str, list[int]] = defaultdict(list)

    def case(self, number: int) -> Case:
        """Give a case.

        Raises
        ------
        CaseNotFound
            There is none of this id.
        """
        found = self.find_case(number)
        if found is None:
            raise CaseNotFound(f"there is no case {number}")
        return found

    def find_case(self, number: int) -> Case | None:
        """Give a case; None when there is none."""
        return self.cases.get(number)

    def alert(self, number: int) -> Alert:
        """Give an alert; CaseNotFound when there is none."""
        found = self.find_alert(number)
        if found is None:
            raise CaseNotFound(f"there is no alert {number}")
        return found

    def find_alert(self, number: int) -> Alert | None:
        """Give an alert; None when there is none."""
        return self.alerts.get(number)

    def payment(self, number: int) -> HeldPayment:
        """Give a held payment; CaseNotFound when there is none."""
        found = self.find_payment(number)
        if found is None:
            raise CaseNotFound(f"there is no held payment {number}")
        return found

    def find_payment(self, number: int) -> HeldPayment | None:
        """Give a held payment; None when there is none."""
        return self.payments.get(number)

    def alerts_in(self, case: int) -> list[Alert]:
        """Give the alerts of a case, by id."""
        return [self.alerts[number] for number in sorted(self._of_case[case])]

    def alerts_about(self, payment: str) -> list[Alert]:
        """Give the alerts about the payment with an event id, by id."""
        return [self.alerts[number] for number in sorted(self._of_payment[payment])]

    def tied(self, tie: Tie) -> list[Case]:
        """Give the cases that have an alert with a tie, by id."""
        return [self.case(number) for number in sorted(self.ties[tie]) if self.ties[tie][number]]

    def family(self, case: int) -> set[int]:
        """Give a case and all whose alerts once were in one case with its own: by a split, or by a merge."""
        found, fresh = {case}, {case}
        while fresh:
            fresh = self._kin(fresh) - found
            found |= fresh
        return found

    def put_alert(self, alert: Alert) -> None:
        """Keep an alert, new or changed; its ties go with it to its case."""
        before = self.find_alert(alert.id)
        if before is None or before.case != alert.case:
            for tie in alert.ties:
                self._count(tie, alert.case, 1)
                if before is not None:
                    self._count(tie, before.case, -1)
        if before is not None:
            self._of_case[before.case].discard(alert.id)
            self._of_payment[before.payment].remove(alert.id)
        self._keep(alert)
        self.changed_alerts.add(alert.id)

    def put_case(self, case: Case) -> None:
        """Keep a case, new or changed."""
        self.cases[case.id] = case
        self.changed_cases.add(case.id)

    def put_payment(self, payment: HeldPayment) -> None:
        """Keep a held payment, new or changed."""
        self.payments[payment.id] = payment
        self.changed_payments.add(payment.id)

    def link(self, one: int, other: int, why: Why) -> None:
        """Note that two cases have to do with each other."""
        found = Link(min(one, other), max(one, other), why)
        if one != other and found not in self.links:
            self.links.add(found)
            self.changed_links.add(found)

    def _kin(self, numbers: Set[int]) -> set[int]:
        """Give the cases that were split off some, or those off them, and that merges joined with them."""
        split = [{link.older, link.newer} for link in self.links if link.why is Why.SPLIT]
        merged = [{case.id, case.merged_into} for case in self.cases.values() if case.merged_into]
        return {number for pair in (*split, *merged) if pair & numbers for number in pair}

    def _keep(self, alert: Alert) -> None:
        self.alerts[alert.id] = alert
        self._of_case[alert.case].add(alert.id)
        self._of_payment[alert.payment].append(alert.id)

    def _count(self, tie: Tie, case: int, by: int) -> None:
        self.ties[tie][case] += by
        self.changed_ties.add((tie, case))
