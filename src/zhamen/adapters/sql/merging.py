"""What is staged becomes versions of records: statements over many rows, no record is read here.

A *slice* is the staged rows of one run with references in one range. The latest version of a record
is compared with what is staged under its reference; what differs gets a next version.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from zhamen.adapters.sql.endings import OPEN, Ended, ended_at
from zhamen.adapters.sql.numbers import number_changes, numbers_from, take_numbers
from zhamen.adapters.sql.schema import UNNUMBERED, records, staged
from zhamen.adapters.sql.staging import AT_ONCE, STAGED
from zhamen.core.instants import Micros
from zhamen.ports.records import Merged
from zhamen.records.record import Status
from zhamen.records.source import Source

__all__ = ["Slice", "leave_as_it_is", "merge_slice", "slices_of", "withdraw", "withdraw_absent"]

_LATEST: Final = and_(
    records.c.source == staged.c.source, records.c.source_ref == staged.c.source_ref, records.c.latest
)
_KNOWN: Final = records.c.id.is_not(None)
_DIFFERS: Final = or_(
    records.c.digest != staged.c.digest,
    records.c.key != staged.c.key,
    records.c.basis != staged.c.basis,
    records.c.ended_by == Ended.SOURCE,
)
"""The latest version says something else than the staged row, or has come back."""


class Slice(NamedTuple):
    """The staged rows of a run after one reference, up to and with another."""

    run: int
    after: str
    until: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """What its rows fulfil."""
        ref = staged.c.source_ref
        return and_(staged.c.run == self.run, ref > self.after, ref <= self.until)


def slices_of(connection: Connection, run: int, size: int) -> list[Slice]:
    """Give the slices of a run, in order, each of so many rows but the last."""
    place = func.row_number().over(order_by=staged.c.source_ref)
    mine = select(staged.c.source_ref, place.label("place")).where(staged.c.run == run).subquery()
    every = select(mine.c.source_ref).where(mine.c.place % size == 0).order_by(mine.c.place)
    ends = list(connection.scalars(every))
    last = connection.scalar(select(func.max(staged.c.source_ref)).where(staged.c.run == run))
    if last is not None and last not in ends[-1:]:
        ends.append(last)
    return [Slice(run, after, until) for after, until in zip(["", *ends], ends, strict=False)]


def merge_slice(connection: Connection, part: Slice, source: Source, *, maker: str, now: Micros) -> Merged:
    """Let a slice count from now on."""
    differs = case((and_(_KNOWN, _DIFFERS), 1), else_=0)
    counts = select(func.count(), func.count(records.c.id), func.coalesce(func.sum(differs), 0))
    compared = counts.select_from(staged.outerjoin(records, _LATEST)).where(part.condition)
    size, known, changed = map(int, connection.execute(compared).one())
    made = size - known + changed
    if changed:
        _insert(connection, _versions(part, source, maker, now), literal(UNNUMBERED))
        _supersede(connection, part, now)
        number_changes(connection)
    elif made:
        first = take_numbers(connection, made)
        _insert(connection, _versions(part, source, maker, now), numbers_from(first, staged.c.source_ref))
    return Merged(size - known, changed, known - changed)


_MADE: Final = (
    "version",
    "latest",
    "held",
    "status",
    "in_force_from",
    "in_force_until",
    "ended_by",
    "made_at",
    "maker",
    "checker",
    "run",
)
"""The columns of a version that its claim does not fill, but for its change number."""


def _insert(connection: Connection, versions: Select[Any], number: ColumnElement[int]) -> None:
    """Make versions. What ends by them comes before them in the order of change, so by their ids."""
    columns = [*STAGED, "public_tag", *_MADE, "change_no"]
    connection.execute(insert(records).from_select(columns, versions.add_columns(number)))


def _versions(part: Slice, source: Source, maker: str, now: Micros) -> Select[Any]:
    """Give the first version of what is new, and the next one of what changed.

    What a person has taken out of force does not come back without a person, whatever its source says.
    """
    held = func.coalesce(records.c.held, literal(False))
    waits = held if source.trusted else literal(True)
    begin = case((staged.c.claimed_from > now, staged.c.claimed_from), else_=now)
    same = records.c.key == staged.c.key if source.public else literal(False)
    tag = case((same, records.c.public_tag))
    made = (
        func.coalesce(records.c.version, 0) + 1,
        literal(True),
        held,
        case((waits, Status.CANDIDATE), else_=Status.ACTIVE),
        case((waits, null()), else_=begin),
        staged.c.claimed_until,
        literal(""),
        literal(now),
        literal(maker),
        literal(""),
        literal(part.run),
    )
    return (
        select(*[staged.c[name] for name in STAGED], tag, *made)
        .select_from(staged.outerjoin(records, _LATEST))
        .where(part.condition, or_(records.c.id.is_(None), _DIFFERS))
    )


def _supersede(connection: Connection, part: Slice, now: Micros) -> None:
    """End the versions that a newer one was just made of.

    What is in force stays so while its newer version waits for somebody to check it.
    """
    newer = records.alias("newer")
    ends = and_(
        records.c.status.in_(OPEN), or_(newer.c.status == Status.ACTIVE, records.c.status != Status.ACTIVE)
    )
    older = and_(
        part.condition,
        newer.c.source == staged.c.source,
        newer.c.source_ref == staged.c.source_ref,
        newer.c.run == part.run,
        records.c.source == newer.c.source,
        records.c.source_ref == newer.c.source_ref,
        records.c.version < newer.c.version,
        or_(records.c.latest, records.c.status == Status.ACTIVE),
    )
    ended = {
        "latest": False,
        "status": case((ends, Status.RELEASED), else_=records.c.status),
        "ended_by": case((ends, Ended.VERSION), else_=records.c.ended_by),
        "in_force_until": case((ends, ended_at(now)), else_=records.c.in_force_until),
        "change_no": UNNUMBERED,
    }
    connection.execute(update(records).where(older).values(ended))


def withdraw_absent(connection: Connection, run: int, source: Source, now: Micros) -> int:
    """End what a source no longer lists; give how many records.

    What a person released is noted as no longer listed too: from then on nothing is left to be kept
    out, and it may be deleted in its time.
    """
    listed = exists().where(staged.c.run == run, staged.c.source_ref == records.c.source_ref)
    return _end(connection, and_(records.c.source == source.number, ~listed), now)


def withdraw(connection: Connection, source: Source, references: Collection[str], now: Micros) -> int:
    """End what a source says to be no more, by its references, as `withdraw_absent`; give how many."""
    return sum(
        _end(connection, and_(records.c.source == source.number, records.c.source_ref.in_(part)), now)
        for part in _parts(references)
    )


def leave_as_it_is(connection: Connection, run: int, source: Source, references: Collection[str]) -> None:
    """Stage what is known under some references, unless it is staged anew: nothing of it changes."""
    for part in _parts(references):
        again = exists().where(staged.c.run == run, staged.c.source_ref == records.c.source_ref)
        known = select(literal(run), *[records.c[name] for name in STAGED]).where(
            records.c.source == source.number,
            records.c.source_ref.in_(part),
            records.c.latest,
            records.c.ended_by != Ended.SOURCE,
            ~again,
        )
        connection.execute(insert(staged).from_select(["run", *STAGED], known))


def _parts(references: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(references)
    return (ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE))


def _end(connection: Connection, mine: ColumnElement[bool], now: Micros) -> int:
    open_ = records.c.status.in_(OPEN)
    released = and_(records.c.latest, records.c.ended_by == Ended.PERSON)
    subjects = select(func.count(records.c.source_ref.distinct())).where(mine, open_)
    gone = connection.scalar(subjects) or 0
    ended = {
        "status": Status.RELEASED,
        "ended_by": Ended.SOURCE,
        "in_force_until": ended_at(now),
        "change_no": UNNUMBERED,
    }
    connection.execute(update(records).where(mine, or_(open_, released)).values(ended))
    number_changes(connection)
    return gone
