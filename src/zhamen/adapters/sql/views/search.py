"""Decisions found by what they have in common, a page at a time, in bounded time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, any_, exists, func, select, true

from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.schema_views import accounts, decisions, mentions, units
from zhamen.adapters.sql.scoping import within
from zhamen.adapters.sql.views.codes import CHANNELS, OUTCOMES, TYPES, channel_at, type_at
from zhamen.adapters.sql.views.terms import BLOCK, amount_terms, block_of, term
from zhamen.adapters.sql.views.writing import chunks
from zhamen.core.errors import DecisionNotFound
from zhamen.core.identifiers import mask
from zhamen.core.instants import from_micros, to_micros
from zhamen.core.money import MAX_AMOUNT_MINOR
from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope
from zhamen.ports.decisions import AccountShown, DecisionPage, DecisionRow, Wanted

__all__ = ["SqlDecisionSearch", "shown"]

_EXAMINED: Final = 400_000
"""How many entries or mentions a page may look at before it is cut short."""
_NAMED_UNITS: Final = 64
"""A scope of no more units is looked for by their names."""
_MOST_BLOCKS: Final = 64
_RARE: Final = 0.2
"""A group of which fewer entries have a term is asked of the mentions before the entries are read."""
_NAMED: Final = ("account", "customer", "device", "ip", "terminal", "operator", "rule")
_d: Final = decisions.c


@dataclass(frozen=True)
class _Group:
    """Terms of which an entry must have one; ``told`` when its row is asked for the same anyway."""

    terms: tuple[int, ...]
    told: bool = False


class SqlDecisionSearch:
    """Decisions in SQLite or PostgreSQL; see the port `DecisionSearch`.

    Notes
    -----
    The rarest of the terms asked for leads: its mentions are read block by block, from the newest down,
    and what else is asked for is looked up for each. How rare a term is, is counted in the newest block.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self, scope: Scope, wanted: Wanted, *, before: int | None = None, limit: int = 50
    ) -> DecisionPage:
        """Give the newest decisions that are as wanted, of those before an entry."""
        with reading(self._engine) as connection:
            low, high = _range(connection, wanted, before)
            if high < low:
                return DecisionPage((), None)
            seen, groups = _scoped(connection, scope)
            groups += _groups(wanted)
            leading, others, share = _rarest(connection, groups, block_of(high))
            question = select(decisions, units.c.path).join(units, units.c.number == _d.unit)
            question = question.where(seen, *_conditions(wanted)).order_by(_d.seq.desc())
            found: list[Any] = []
            end, examined = high + 1, 0.0
            for bottom, top in _spans(low, high):
                part = question.where(_d.seq.between(bottom, top))
                if leading is not None:
                    part = part.where(_among(connection, _mentioning(leading, others, bottom, top)))
                found += connection.execute(part.limit(limit + 1 - len(found))).all()
                end, examined = bottom, examined + share * (top - bottom + 1)
                if len(found) > limit:
                    return DecisionPage(shown(connection, found[:limit]), found[limit - 1].seq)
                if examined > _EXAMINED and end > low:
                    return DecisionPage(shown(connection, found), end, full=False)
            return DecisionPage(shown(connection, found), None)

    def get(self, scope: Scope, seq: int) -> DecisionRow:
        """Give one decision."""
        with reading(self._engine) as connection:
            question = select(decisions, units.c.path).join(units, units.c.number == _d.unit)
            found = connection.execute(question.where(_d.seq == seq, within(units.c.path, scope))).all()
            if not found:
                raise DecisionNotFound(f"there is no decision {seq} here; see that its number is right")
            return shown(connection, found)[0]

    def newest(self) -> tuple[int, datetime] | None:
        """Give the number of the newest decision in the views and when it was made; None without any."""
        with reading(self._engine) as connection:
            row = connection.execute(select(_d.seq, _d.decided_at).order_by(_d.seq.desc()).limit(1)).first()
        return None if row is None else (row.seq, from_micros(row.decided_at))

    def visible(self, scope: Scope, seqs: Iterable[int]) -> frozenset[int]:
        """Give those of some decisions that are within the scope."""
        question = select(_d.seq).join(units, units.c.number == _d.unit).where(within(units.c.path, scope))
        with reading(self._engine) as connection:
            return frozenset(
                seq
                for part in chunks(sorted(set(seqs)))
                for seq in connection.scalars(question.where(_d.seq.in_(part)))
            )


def _range(connection: Connection, wanted: Wanted, before: int | None) -> tuple[int, int]:
    """Give the first and the last entry that may be meant; decisions are made in the order of entries."""
    low, high = 1, connection.scalar(select(func.max(_d.seq))) or 0
    if wanted.since is not None:
        after = select(_d.seq).where(_d.decided_at >= to_micros(wanted.since)).order_by(_d.decided_at, _d.seq)
        low = connection.scalar(after.limit(1)) or high + 1
    if wanted.until is not None:
        until = select(_d.seq).where(_d.decided_at < to_micros(wanted.until))
        high = connection.scalar(until.order_by(_d.decided_at.desc(), _d.seq.desc()).limit(1)) or 0
    return low, high if before is None else min(high, before - 1)


def _scoped(connection: Connection, scope: Scope) -> tuple[ColumnElement[bool], list[_Group]]:
    """Give the condition that an entry is within a scope, and its units' terms when they are few."""
    inside = within(units.c.path, scope)
    counts = select(func.count(), func.count().filter(inside)).select_from(units)
    everywhere, mine = connection.execute(counts).one()
    if mine == everywhere:
        return true(), []
    if mine > _NAMED_UNITS:
        return _d.unit.in_(select(units.c.number).where(inside)), []
    found = connection.execute(select(units.c.number, units.c.path).where(inside)).all()
    seen = _d.unit.in_([row.number for row in found])
    return seen, [_Group(tuple(term("unit", row.path) for row in found), told=True)]


def _groups(wanted: Wanted) -> list[_Group]:
    groups = [_Group((term(kind, getattr(wanted, kind)),)) for kind in _NAMED if getattr(wanted, kind)]
    if wanted.trace_id:
        groups.append(_Group((term("trace", wanted.trace_id),)))
    if wanted.outcomes and Outcome.ALLOW not in wanted.outcomes:
        groups.append(_Group(tuple(term("outcome", each) for each in wanted.outcomes), told=True))
    if wanted.least_minor > 0:
        most = MAX_AMOUNT_MINOR if wanted.most_minor is None else wanted.most_minor
        groups.append(_Group(tuple(amount_terms(wanted.least_minor, most)), told=True))
    return groups


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Give what is asked of the row's own columns, whatever leads."""
    if wanted.outcomes:
        yield _d.outcome.in_([outcome.severity for outcome in wanted.outcomes])
    if wanted.types:
        yield _d.type.in_([TYPES[name] for name in wanted.types if name in TYPES])
    if wanted.channel:
        yield _d.channel == CHANNELS.get(wanted.channel, -1)
    if wanted.scam:
        yield _d.scam == wanted.scam
    if wanted.least_minor > 0:
        yield _d.amount_minor >= wanted.least_minor
    if wanted.most_minor is not None:
        yield _d.amount_minor.between(1, wanted.most_minor)


def _rarest(
    connection: Connection, groups: Sequence[_Group], newest: int
) -> tuple[_Group | None, list[_Group], float]:
    """Give the group that leads, those that what it finds is asked for next, and the share it finds.

    The fewest entries of a full block are in the group that leads; None when no group leaves any out.
    """
    block = max(newest - 1, 0)
    shares = [(_share(connection, group, block), group) for group in groups if group.terms]
    asked = sorted((one for one in shares if one[0] < 1 or not one[1].told), key=lambda one: one[0])
    if not asked:
        return None, [], 1.0
    share, leading = asked[0]
    others = [group for part, group in asked[1:] if part < _RARE or not group.told]
    return leading, others, max(share, 0.001)


def _share(connection: Connection, group: _Group, block: int) -> float:
    counted = select(func.count()).where(mentions.c.block == block, mentions.c.term.in_(group.terms))
    return (connection.scalar(counted) or 0) / BLOCK


def _among(connection: Connection, found: Select[Any]) -> ColumnElement[bool]:
    """Give the condition that an entry is among those found; PostgreSQL is to find them first."""
    if connection.dialect.name == "postgresql":
        return _d.seq == any_(func.array(found.scalar_subquery()))
    return _d.seq.in_(found)


def _mentioning(leading: _Group, others: Sequence[_Group], bottom: int, top: int) -> Select[Any]:
    """Give the entries with a term of every group; mentions lie close together, the entries far apart."""
    blocks = range(block_of(bottom), block_of(top) + 1)
    found = select(mentions.c.seq).where(mentions.c.block.in_(blocks), mentions.c.term.in_(leading.terms))
    for group in others:
        also = mentions.alias()
        same = and_(also.c.block == mentions.c.block, also.c.seq == mentions.c.seq)
        found = found.where(exists().where(same, also.c.term.in_(group.terms)))
    return found


def _spans(low: int, high: int) -> Iterator[tuple[int, int]]:
    """Cut the entries into runs of whole blocks, from the newest down, each four times the last."""
    blocks, top = 1, high
    while top >= low:
        bottom = max(low, (block_of(top) + 1 - blocks) * BLOCK + 1)
        yield bottom, top
        top, blocks = bottom - 1, min(4 * blocks, _MOST_BLOCKS)


def shown(connection: Connection, found: Sequence[Any]) -> tuple[DecisionRow, ...]:
    """Give rows of decisions, joined with the paths of their units, as a list shows them."""
    numbers = {row.account for row in found} | {row.creditor for row in found}
    named = select(accounts.c.number, accounts.c.identifier).where(
        accounts.c.number.in_(sorted(numbers - {0}))
    )
    shown = {row.number: AccountShown(row.number, mask(row.identifier)) for row in connection.execute(named)}
    return tuple(
        DecisionRow(
            seq=row.seq,
            decided_at=from_micros(row.decided_at),
            occurred_at=from_micros(row.occurred_at),
            type=type_at(row.type),
            channel=channel_at(row.channel),
            outcome=OUTCOMES[row.outcome],
            score=row.score,
            unit=row.path,
            account=shown.get(row.account),
            creditor=shown.get(row.creditor),
            amount_minor=row.amount_minor,
            currency=row.currency,
            scam=row.scam,
        )
        for row in found
    )
