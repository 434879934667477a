"""Plain values into declared structs, with every misfit named and not only the first.

The declarations are msgspec structs, the same from which the JSON Schema is made.
"""

import types
from enum import Enum
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from zhamen.gate.packfile.problems import Path, Problems, nearest

__all__ = ["read_fields", "read_value"]

_FAULTY: Final = object()


def read_fields(
    struct: type[Struct], value: dict[str, object], path: Path, problems: Problems
) -> dict[str, Any]:
    """Read the fields of `struct` that `value` gives and that are sound; note the others as problems."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for key in value.keys() - fields.keys():
        problems.add((*path, key), "this field is unknown", nearest(key, fields))
    for field in fields.values():
        if field.required and field.encode_name not in value:
            problems.add(path, f"{field.encode_name} is missing", f"add {field.encode_name}: ...")
    found = {
        field.name: read_value(field.type, value[name], (*path, name), problems)
        for name, field in fields.items()
        if name in value
    }
    return {name: given for name, given in found.items() if given is not _FAULTY}


def read_value(kind: Any, value: object, path: Path, problems: Problems) -> Any:
    """Read `value` as the declared `kind`.

    A faulty item of a mapping is left out; one of a list is None, so that the others keep their
    places.
    """
    if value is None:
        problems.add(path, "there is no value", "give one or remove the line")
        return _FAULTY
    arms = [arm for arm in _arms(kind) if _shape(arm) is _shape_of(value)]
    if not arms:
        problems.add(path, f"this is {_SHAPE_WORDS[_shape_of(value)]}", f"write {_wanted(kind)}")
        return _FAULTY
    bare = _bare(arms[0])
    if isinstance(value, dict):
        if isinstance(bare, type) and issubclass(bare, Struct):
            return _struct(bare, value, path, problems)
        return _dict(get_args(bare), value, path, problems)
    if isinstance(value, list):
        return _tuple(arms[0], value, path, problems)
    return _leaf(arms, value, path, problems)


def _struct(kind: type[Struct], value: dict[str, object], path: Path, problems: Problems) -> Any:
    before = len(problems)
    fields = read_fields(kind, value, path, problems)
    return kind(**fields) if len(problems) == before else _FAULTY


def _dict(kinds: tuple[Any, ...], value: dict[str, object], path: Path, problems: Problems) -> Any:
    key_kind, item_kind = kinds
    read: dict[str, Any] = {}
    for key, item in value.items():
        name = _leaf([key_kind], key, (*path, key), problems)
        given = read_value(item_kind, item, (*path, key), problems)
        if name is not _FAULTY and given is not _FAULTY:
            read[name] = given
    return read


def _tuple(kind: Any, value: list[object], path: Path, problems: Problems) -> Any:
    kinds = get_args(_bare(kind))
    if len(value) < max((note.min_length or 0 for note in _notes(kind)), default=0):
        problems.add(path, "the list is empty", "give at least one")
        return _FAULTY
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    elif len(kinds) != len(value):
        problems.add(path, f"this list has {len(value)} items", f"give {len(kinds)}")
        return _FAULTY
    items = [
        read_value(kind, item, (*path, at), problems)
        for at, (kind, item) in enumerate(zip(kinds, value, strict=True))
    ]
    return tuple(None if item is _FAULTY else item for item in items)


def _leaf(arms: list[Any], value: object, path: Path, problems: Problems) -> Any:
    try:
        return msgspec.convert(value, Union[tuple(arms)])  # noqa: UP007  # made while running
    except msgspec.ValidationError:
        said = f"{str(value)[:60]!r} does not fit" if value != "" else "the text is empty"
        choices = _choices(arms[0])
        problems.add(path, said, nearest(str(value), choices) if choices else f"write {_wanted(arms[0])}")
        return _FAULTY


def _choices(kind: Any) -> list[str]:
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return [str(choice) for choice in bare]
    return [str(choice) for choice in get_args(bare)] if get_origin(bare) is Literal else []


_SHAPE_WORDS: Final[dict[type | None, str]] = {dict: "a mapping", list: "a list", None: "a single value"}


def _shape_of(value: object) -> type | None:
    return type(value) if isinstance(value, dict | list) else None


def _shape(kind: Any) -> type | None:
    bare = _bare(kind)
    if get_origin(bare) is dict or (isinstance(bare, type) and issubclass(bare, Struct)):
        return dict
    return list if get_origin(bare) is tuple else None


def _arms(kind: Any) -> list[Any]:
    if get_origin(kind) in (Union, types.UnionType):
        return [arm for arm in get_args(kind) if arm is not type(None)]
    return [kind]


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _notes(kind: Any) -> list[Meta]:
    return [note for note in get_args(kind)[1:] if isinstance(note, Meta)]


def _wanted(kind: Any) -> str:
    words = {_described(arm): None for arm in _arms(kind)}
    return " or ".join(words)


def _described(kind: Any) -> str:
    for note in _notes(kind):
        if note.description:
            return note.description
    choices = _choices(kind)
    return " or ".join(choices) if choices else _SHAPE_WORDS[_shape(kind)]
