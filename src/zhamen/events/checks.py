"""The checks of the door on columns, from the same type annotations that the door checks events with.

A column check answers yes or no for each row. For a row that fails, the door itself is asked
(`zhamen.events.door.convert_event`), so that there is one set of messages.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import inspect

from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.columns import missing, with_values
from zhamen.events.model import EVENT_TYPES

__all__ = ["all_fit", "as_events_have_them", "passes"]

Mask = npt.NDArray[np.bool_]

_REPEATED_CLASS: Final = re.compile(r"\^(\[[^\]]+\])[+*]\\Z")
_FIRST_INSTANT: Final = -62_135_596_800_000_000
_LAST_INSTANT: Final = 253_402_300_799_999_999


@dataclass(frozen=True)
class _Leaf:
    """One flat field of an event type: its declared type, and the part it stands in (or none)."""

    declared: inspect.Type
    part: str
    required: bool


def passes(batch: Batch) -> Mask:
    """Say of each row whether the door would let it in.

    The batch has its ``type`` as a column, and only the fields that the row's type has
    (`as_events_have_them`). ``event_id``, ``occurred_at`` and all else an event needs must be there.

    Notes
    -----
    Texts are checked once for each distinct text; patterns that repeat one class of characters
    once for all texts together.
    """
    fine = np.zeros(batch.size, np.bool_)
    checked = {
        name: _allowed(declared, column)
        for name, column in batch.columns.items()
        if (declared := _declared(name)) is not None
    }
    for event_type, rows in _rows_by_type(batch):
        leaves = _leaves(event_type)
        right = rows & _complete(batch, leaves, _required_parts(event_type))
        for name in leaves.keys() & checked.keys():
            right &= checked[name]
        fine |= right
    return fine


def as_events_have_them(columns: Mapping[str, Column], kinds: Texts) -> dict[str, Column]:
    """Blank every field in the rows whose event type does not have it, and fill in defaults."""
    size = len(kinds.codes)
    fitted: dict[str, Column] = {}
    for name, column in columns.items():
        has = [kind in EVENT_TYPES and name in _leaves(kind) for kind in kinds.values]
        having = np.array([*has, False])[kinds.codes]
        fitted[name] = column if having.all() else _blanked(column, having)
    for code, kind in enumerate(kinds.values):
        for name, default in _defaults(kind).items() if kind in EVENT_TYPES else ():
            column = fitted.get(name, missing(name, size))
            rows = np.flatnonzero((kinds.codes == code) & ~_known(Batch(size, {name: column}), name))
            fitted[name] = with_values(column, rows.tolist(), [default] * len(rows))
    return fitted


def all_fit(name: str, joined: str, lengths: npt.NDArray[np.int64]) -> bool:
    """Say whether texts of `lengths` characters that make up `joined` all fit the field `name`.

    True is sure; False also stands for what cannot be told from the texts together.
    """
    declared = _declared(name)
    if not isinstance(declared, inspect.StrType) or not len(lengths):
        return False
    whole = _REPEATED_CLASS.fullmatch(declared.pattern or "")
    longest = declared.max_length or 0
    if whole is None or lengths.min() < max(1, declared.min_length or 0) or lengths.max() > longest:
        return False
    return re.search(f"^{whole[1]}*\\Z", joined) is not None


def _blanked(column: Column, kept: Mask) -> Column:
    if isinstance(column, Texts):
        return Texts(np.where(kept, column.codes, -1).astype(np.int32), column.values)
    return Numbers(column.values, column.known & kept)


def _rows_by_type(batch: Batch) -> Iterable[tuple[str, Mask]]:
    kinds = batch.texts("type")
    for code, kind in enumerate(kinds.values):
        if kind in EVENT_TYPES:
            yield kind, kinds.codes == code


def _known(batch: Batch, name: str) -> Mask:
    column = batch.columns.get(name)
    if column is None:
        return np.zeros(batch.size, np.bool_)
    return column.codes >= 0 if isinstance(column, Texts) else column.known


def _complete(batch: Batch, leaves: Mapping[str, _Leaf], required_parts: Sequence[str]) -> Mask:
    """Say where nothing that is required is missing, within the parts that are there."""
    complete = np.ones(batch.size, np.bool_)
    there: dict[str, Mask] = {}
    for name, leaf in leaves.items():
        if leaf.part and name in batch.columns:
            there[leaf.part] = there.get(leaf.part, np.zeros(batch.size, np.bool_)) | _known(batch, name)
    for part in required_parts:
        there[part] = np.ones(batch.size, np.bool_)
    for name, leaf in leaves.items():
        if leaf.required and not leaf.part:
            complete &= _known(batch, name)
        elif leaf.required and leaf.part in there:
            complete &= ~there[leaf.part] | _known(batch, name)
    return complete


def _allowed(declared: inspect.Type, column: Column) -> Mask:
    """Say where a column has what its type allows, or nothing."""
    if isinstance(column, Texts):
        right = np.array([*_texts_allowed(declared, column.values), True], np.bool_)
        return right[column.codes]
    values = column.values
    if isinstance(declared, inspect.IntType):
        low = -np.inf if declared.ge is None else declared.ge
        high = np.inf if declared.le is None else declared.le
        return ~column.known | ((values >= low) & (values <= high))
    if isinstance(declared, inspect.DateTimeType):
        return ~column.known | ((values >= _FIRST_INSTANT) & (values <= _LAST_INSTANT))
    return np.ones(len(values), np.bool_)


def _texts_allowed(declared: inspect.Type, values: Sequence[str]) -> Mask:
    if isinstance(declared, inspect.LiteralType):
        return np.array([value in declared.values for value in values], np.bool_)
    if not isinstance(declared, inspect.StrType):
        return np.ones(len(values), np.bool_)
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    shortest, longest = declared.min_length or 0, declared.max_length
    right = lengths >= shortest
    if longest is not None:
        right &= lengths <= longest
    if declared.pattern is not None:
        right &= _matching(declared.pattern, values)
    return right


def _matching(pattern: str, values: Sequence[str]) -> Mask:
    whole = _REPEATED_CLASS.fullmatch(pattern)
    if whole is not None and all(values) and re.search(f"^{whole[1]}*\\Z", "".join(values)):
        return np.ones(len(values), np.bool_)
    search = re.compile(pattern).search
    return np.fromiter((search(value) is not None for value in values), np.bool_, len(values))


@cache
def _leaves(event_type: str) -> dict[str, _Leaf]:
    info = inspect.type_info(EVENT_TYPES[event_type])
    assert isinstance(info, inspect.StructType)  # noqa: S101  # every event type is one
    leaves = {"type": _Leaf(inspect.LiteralType(tuple(EVENT_TYPES)), "", True)}
    for field in info.fields:
        declared = _bare(field.type)
        if isinstance(declared, inspect.StructType):
            for leaf in declared.fields:
                name = f"{field.name}_{leaf.name}"
                leaves[name] = _Leaf(_bare(leaf.type), field.name, leaf.required)
        else:
            leaves[field.name] = _Leaf(declared, "", field.required)
    return leaves


@cache
def _defaults(event_type: str) -> dict[str, object]:
    """Give the fields that are something when an event leaves them out."""
    info = inspect.type_info(EVENT_TYPES[event_type])
    fields = info.fields if isinstance(info, inspect.StructType) else ()
    return {field.name: field.default for field in fields if field.default not in (None, msgspec.NODEFAULT)}


@cache
def _required_parts(event_type: str) -> tuple[str, ...]:
    info = inspect.type_info(EVENT_TYPES[event_type])
    fields = info.fields if isinstance(info, inspect.StructType) else ()
    return tuple(f.name for f in fields if f.required and isinstance(f.type, inspect.StructType))


@cache
def _declared(name: str) -> inspect.Type | None:
    """Give the declared type of a flat field; it is the same in every event type that has it."""
    return next((_leaves(kind)[name].declared for kind in EVENT_TYPES if name in _leaves(kind)), None)


def _bare(declared: inspect.Type) -> inspect.Type:
    if isinstance(declared, inspect.UnionType):
        return next(arm for arm in declared.types if not isinstance(arm, inspect.NoneType))
    return declared
