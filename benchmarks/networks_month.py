"""A month of a bank's transfers with planted mule schemes, for everything that is asked of networks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["MONTH", "Month", "make_month", "with_rings"]

_SECOND: Final = 1_000_000
MONTH: Final = 30 * 86_400 * _SECOND
"""Its length in µs."""

_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Month:
    """A month of transfers in posting order, and the victims' transfers among them."""

    accounts: int
    posted_at: _Numbers
    debtor: _Numbers
    creditor: _Numbers
    amount: _Numbers
    stolen: _Numbers
    """Which rows victims paid."""
    scheme: _Numbers
    """Of which theft each row is; -1 for everyday payments."""


def make_month(edges: int, seed: int = 7) -> Month:
    """Make the month: a tenth as many accounts as transfers, and 4 schemes in 10,000 transfers."""
    dice = np.random.default_rng(seed)
    accounts = edges // 10
    schemes = [_scheme(dice, accounts) for _ in range(edges // 2500)]
    planted = np.concatenate(schemes)
    everyday = _everyday(dice, accounts, edges - len(planted))
    rows = np.concatenate([everyday, planted])
    order = np.argsort(rows[:, 0], kind="stable")
    first = np.zeros(len(rows), np.bool_)
    first[len(everyday) + np.cumsum([0, *[len(scheme) for scheme in schemes[:-1]]])] = True
    posted_at, debtor, creditor, amount = np.ascontiguousarray(rows[order].T)
    of = np.repeat(np.arange(-1, len(schemes)), [len(everyday), *[len(scheme) for scheme in schemes]])
    return Month(accounts, posted_at, debtor, creditor, amount, np.flatnonzero(first[order]), of[order])


def with_rings(month: Month, seed: int = 11) -> tuple[Month, range, range]:
    """Plant, in 10,000 transfers, two rings that send money round and two that scatter and gather it.

    Give also of which schemes each kind is; what the month had planted keeps its numbers.
    """
    dice = np.random.default_rng(seed)
    many, first = len(month.posted_at) // 5000, int(month.scheme.max()) + 1
    rings = [_round(dice, month.accounts) for _ in range(many)]
    rings += [_scattered(dice, month.accounts) for _ in range(many)]
    of = np.repeat(np.arange(first, first + len(rings)), [len(ring) for ring in rings])
    rows = np.stack([month.posted_at, month.debtor, month.creditor, month.amount], axis=1)
    rows, of = np.concatenate([rows, *rings]), np.concatenate([month.scheme, of])
    order = np.argsort(rows[:, 0], kind="stable")
    stolen = np.zeros(len(rows), np.bool_)
    stolen[month.stolen] = True
    posted_at, debtor, creditor, amount = np.ascontiguousarray(rows[order].T)
    planted = Month(
        month.accounts, posted_at, debtor, creditor, amount, np.flatnonzero(stolen[order]), of[order]
    )
    return planted, range(first, first + many), range(first + many, first + 2 * many)


def _round(dice: np.random.Generator, accounts: int) -> _Numbers:
    """Make a ring of 3 to 5 people in which money comes back within hours, a little less at each hand."""
    people = dice.choice(accounts * 968 // 1000, int(dice.integers(3, 6)), replace=False)
    start, amount = int(dice.integers(0, MONTH - 86_400 * _SECOND)), int(dice.integers(500_000, 50_000_000))
    rows = []
    for debtor, creditor in zip(people, np.roll(people, -1), strict=True):
        rows.append((start, int(debtor), int(creditor), amount))
        start += int(dice.integers(60, 4 * 3_600)) * _SECOND
        amount = int(amount * dice.uniform(0.95, 1.0))
    return np.array(rows, np.int64)


def _scattered(dice: np.random.Generator, accounts: int) -> _Numbers:
    """Make one who pays 3 to 8 people, who pay it to another within hours."""
    people = dice.choice(accounts * 968 // 1000, int(dice.integers(5, 11)), replace=False)
    start, amount = int(dice.integers(0, MONTH - 86_400 * _SECOND)), int(dice.integers(500_000, 5_000_000))
    rows = []
    for middle in people[2:]:
        sent = start + int(dice.integers(0, 3_600)) * _SECOND
        passed = sent + int(dice.integers(60, 4 * 3_600)) * _SECOND
        rows += [(sent, int(people[0]), int(middle), amount), (passed, int(middle), int(people[1]), amount)]
    return np.array(sorted(rows), np.int64)


def _everyday(dice: np.random.Generator, accounts: int, size: int) -> _Numbers:
    """Make what people, merchants (3 %) and corporates (0.2 %) pay each other."""
    merchants, corporates = accounts * 3 // 100, accounts // 500
    persons = accounts - merchants - corporates
    activity = np.cumsum(dice.pareto(1.9, persons) + 0.2)
    debtor = np.searchsorted(activity, dice.random(size) * activity[-1])
    contact = (debtor * 7919 + (8 * dice.random(size) ** 2).astype(np.int64) * 104_729) % persons
    creditor = np.where(dice.random(size) < 0.8, contact, dice.integers(0, persons, size))
    kind = dice.random(size)
    shop, payroll = kind < 0.23, kind >= 0.91
    creditor = np.where(shop, persons + _zipf(dice, merchants, size), creditor)
    debtor = np.where(payroll, persons + merchants + _zipf(dice, corporates, size), debtor)
    own = (kind >= 0.23) & (kind < 0.26)
    debtor = np.where(own, persons + _zipf(dice, merchants, size), debtor)
    creditor = np.where(debtor == creditor, (creditor + 1) % persons, creditor)
    amount = np.maximum(1, dice.lognormal(10.0, 1.4, size)).astype(np.int64)
    return np.stack([np.sort(dice.integers(0, MONTH, size)), debtor, creditor, amount], axis=1)


def _zipf(dice: np.random.Generator, many: int, size: int) -> _Numbers:
    weights = np.cumsum(np.arange(1, many + 1) ** -1.05)
    return np.asarray(np.searchsorted(weights, dice.random(size) * weights[-1]), np.int64)


def _scheme(dice: np.random.Generator, accounts: int) -> _Numbers:
    """Make one theft: 3 to 5 layers, 1 to 4 ways at each hop, 95 to 100 % passed on within minutes."""
    persons = accounts * 968 // 1000
    start = int(dice.integers(0, MONTH - 86_400 * _SECOND))
    victim, mule = dice.integers(0, persons, 2)
    amount = int(np.clip(dice.lognormal(15.0, 1.0), 500_000, 50_000_000))
    rows = [(start, int(victim), int(mule + (victim == mule)) % persons, amount)]
    front = [(start, rows[0][2], amount)]
    layers = int(dice.integers(3, 6))
    for layer in range(layers):
        after = []
        for at, holder, held in front:
            ways = dice.dirichlet(np.ones(dice.integers(1, 5)))
            for part in dice.multinomial(int(held * dice.uniform(0.95, 1.0)), ways):
                later = at + int(dice.lognormal(np.log(240 * _SECOND), 1.0))
                shop = layer == layers - 1 and dice.random() < 0.5
                to = int(
                    dice.integers(persons, accounts - accounts // 500) if shop else dice.integers(persons)
                )
                if part > 0 and to != holder:
                    rows.append((later, holder, to, int(part)))
                    after.append((later, to, int(part)))
        front = after[:12]
    return np.array(rows, np.int64)
