"""Why: the reasons of a verdict with their evidence, and the measures that follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from zhamen.core.identifiers import mask
from zhamen.events.fields import FIELDS, Kind
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Bilingual, Evidence, ProposedMeasure, Reason
from zhamen.gate.policy import Consequence
from zhamen.rules.rule import Rule

__all__ = ["PLAIN_TEXTS", "Reasons"]

PLAIN_TEXTS: Final = frozenset(
    "account_outlet creditor_account_outlet creditor_agent_id creditor_country currency"
    " customer_country debtor_account_outlet debtor_agent_id debtor_country device_ip_country outlet"
    " purpose scam_kind terminal".split()
)
"""Texts beside the closed choices that evidence shows in full: they name no person or account."""


class Reasons:
    """Explains hits on rows whose values stand at `places`."""

    def __init__(self, pack: Pack, places: Mapping[str, int]) -> None:
        self._rules = [_Explained(rule, pack.policy.consequences[rule.id], places) for rule in pack.rules]

    def of(self, hits: Sequence[int], row: Sequence[Evidence]) -> tuple[Reason, ...]:
        """Give a reason for each hit, in the order of the pack."""
        return tuple([self._rules[at].reason(row) for at in hits])

    def measures(
        self, hits: Sequence[int], row: Sequence[Evidence], decided_at: datetime
    ) -> tuple[ProposedMeasure, ...]:
        """Give the measures that the hits propose, on the accounts that the event names."""
        proposed = [self._rules[at].measure(row, decided_at) for at in hits]
        return tuple([measure for measure in proposed if measure is not None])


class _Explained:
    """One rule, with the parts of its reason that no event changes."""

    def __init__(self, rule: Rule, consequence: Consequence, places: Mapping[str, int]) -> None:
        self._rule = rule
        self._audience = consequence.audience
        self._text = Bilingual(rule.zh, rule.en)
        self._evidence = [(name, places[name], _is_private(name)) for name in rule.when.names]
        self._measure = consequence.measure
        self._account = None if self._measure is None else places[f"{self._measure.role}_id"]

    def reason(self, row: Sequence[Evidence]) -> Reason:
        return Reason(
            code=self._rule.id,
            typology=self._rule.typology,
            text=self._text,
            audience=self._audience,
            weight=self._rule.weight,
            evidence={name: _shown(row[place], private) for name, place, private in self._evidence},
        )

    def measure(self, row: Sequence[Evidence], decided_at: datetime) -> ProposedMeasure | None:
        account = None if self._account is None else row[self._account]
        if self._measure is None or account is None:
            return None
        return ProposedMeasure(
            kind=self._measure.kind,
            account=str(account),
            reason_code=self._rule.id,
            legal_basis=self._measure.legal_basis,
            starts_at=decided_at,
            expires_at=decided_at + timedelta(hours=self._measure.hours),
            text=self._text,
        )


def _is_private(name: str) -> bool:
    field = FIELDS.get(name)
    return field is not None and field.kind is Kind.TEXT and not field.choices and name not in PLAIN_TEXTS


def _shown(value: Evidence, private: bool) -> Evidence:
    return mask(value) if private and isinstance(value, str) else value
