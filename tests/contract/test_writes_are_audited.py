"""Whatever writes in SQL leaves an entry in the audit trail, or stands here with the reason why not."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from zhamen.adapters import sql

FOLDER = Path(sql.__file__).parent
WRITERS = {"insert", "update", "delete"}
NOTERS = {("audit", "append"), ("queries", "chained")}

EXCEPTIONS = {
    "importing.SqlImport.stage": "staged rows count for nothing before the import, which is audited",
    "importing.SqlImport.abandon": "an import that came to nothing: its beginning stands in the trail",
    "record_desk.SqlRecordDesk.note": "words beside a record whose import is audited",
    "sessions.SqlSessions.see": "when a session was last seen",
    "sessions.SqlSessions.hold": "a sign-in on its way; what it comes to is audited",
    "sessions.SqlSessions.take_pending": "a sign-in on its way; what it comes to is audited",
    "importing.SqlImport.tag": "tags of records whose import is audited",
    "casework.outbox.SqlOutbox.delivered": "how a message fares that was written with its act",
    "casework.outbox.SqlOutbox.postponed": "how a message fares that was written with its act",
    "casework.store.SqlCasework.note_hold": "what a pack says, whose coming into force is audited",
    "staff.SqlStaff.use_step": "a code is used up in a sign-in or a change, which is audited",
    "views.store.SqlProjections.apply": "views follow from the journal and from audited acts",
    "views.store.SqlProjections.clear": "views are made anew from the journal and from audited acts",
    "staff.SqlStaff.use_code": "a recovery code is used up in a sign-in, which is audited and says so",
}
"""Transactions that leave no entry. Allowed: what is derived from the journal or from audited acts, when a
session was last seen, counters, and work on the way to an audited act."""


class Function(NamedTuple):
    """A function or method of the room, with the names that its module knows."""

    module: str
    owner: str
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return ".".join(filter(None, (self.module, self.owner, self.node.name)))


@cache
def trees() -> dict[str, ast.Module]:
    """Give every module of the room, by its name within it."""
    found = {}
    for path in sorted(FOLDER.rglob("*.py")):
        within = path.relative_to(FOLDER).with_suffix("")
        if within.parts[0] != "migrations" and path.name != "__init__.py":
            found[".".join(within.parts)] = ast.parse(path.read_text("utf-8"))
    return found


@cache
def functions() -> tuple[Function, ...]:
    return tuple(each for module, tree in trees().items() for each in functions_of(module, tree))


def functions_of(module: str, tree: ast.Module) -> Iterator[Function]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield Function(module, "", node)
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield Function(module, node.name, part)


@cache
def imported(module: str) -> dict[str, tuple[str, str]]:
    """Give what a module imports: under its name there, from which module and as what."""
    names: dict[str, tuple[str, str]] = {}
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module:
            origin = node.module.removeprefix("zhamen.adapters.sql.")
            names |= {alias.asname or alias.name: (origin, alias.name) for alias in node.names}
    return names


@cache
def named() -> dict[str, list[Function]]:
    """Give the functions by what they are called, but for those of the engine."""
    found: dict[str, list[Function]] = {}
    for each in functions():
        if each.module != "engine":
            found.setdefault(each.node.name, []).append(each)
    return found


@cache
def calls(function: Function) -> frozenset[tuple[str, str]]:
    """Give what a function calls, as module and name; a method of an unknown object has the module ``?``."""
    return frozenset(calls_in(function))


def calls_in(function: Function) -> Iterator[tuple[str, str]]:
    made = {
        target.id: node.value.func
        for node in ast.walk(function.node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function.node):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            yield imported(function.module).get(node.func.id, (function.module, node.func.id))
        if isinstance(node.func, ast.Attribute):
            yield (owner_of(node.func.value, function, made), node.func.attr)


def owner_of(value: ast.expr, function: Function, made: dict[str, ast.expr]) -> str:
    """Give the module and class of an object: ``self``, or what was just made by the name of its class."""
    maker = value.func if isinstance(value, ast.Call) else None
    if isinstance(value, ast.Name):
        if value.id == "self":
            return f"{function.module}.{function.owner}"
        maker = made.get(value.id)
    if isinstance(maker, ast.Name) and maker.id[:1].isupper():
        module, name = imported(function.module).get(maker.id, (function.module, maker.id))
        return f"{module}.{name}"
    return "?"


@cache
def reached(function: Function, *, surely: bool) -> frozenset[tuple[str, str]]:
    """Give all that a function calls, and what these call; `surely` leaves out methods of unknown objects."""
    seen: set[tuple[str, str]] = set()
    waiting = [function]
    while waiting:
        new = calls(waiting.pop()) - seen
        seen |= new
        waiting += [
            each for call in new for each in named().get(call[1], []) if is_called(each, call, surely)
        ]
    return frozenset(seen)


def is_called(function: Function, call: tuple[str, str], surely: bool) -> bool:
    module, _ = call
    place = f"{function.module}.{function.owner}" if function.owner else function.module
    return module == place or (module == "?" and not surely and bool(function.owner))


def transactions() -> list[Function]:
    """Give the public functions that open a transaction, somehow, and write in it."""
    return [each for each in functions() if is_public(each) and opens(each) and writes(each)]


def is_public(function: Function) -> bool:
    name = function.node.name
    return function.module != "engine" and (name == "__init__" or not name.startswith("_"))


def opens(function: Function) -> bool:
    return bool({("engine", "writing"), ("engine", "driving")} & reached(function, surely=True))


def writes(function: Function) -> bool:
    """Say of a function that it writes, by a statement of SQLAlchemy's or by the driver's own."""
    return any(
        (name in WRITERS and module in ("sqlalchemy", "?")) or name in ("exec_driver_sql", "driving")
        for module, name in reached(function, surely=False)
    )


def is_audited(function: Function) -> bool:
    return bool(NOTERS & reached(function, surely=True))


def test_there_are_transactions_to_look_at() -> None:
    names = {each.name for each in transactions()}
    assert {"records.SqlRecords.move", "queries.SqlQueryLog.append", "importing.SqlImport.merge"} <= names


@pytest.mark.parametrize("function", transactions(), ids=lambda function: function.name)
def test_a_transaction_that_writes_is_audited_or_has_its_reason(function: Function) -> None:
    assert is_audited(function) != (function.name in EXCEPTIONS), (
        f"{function.name} writes: call zhamen.adapters.sql.audit.append in its transaction, "
        "or give the reason why not in EXCEPTIONS (and take it out when it is audited)"
    )


def test_every_exception_is_a_transaction_that_there_is() -> None:
    assert set(EXCEPTIONS) <= {each.name for each in transactions()}


def test_no_transaction_is_opened_past_the_one_place_for_it() -> None:
    opened = {
        function.name
        for function in functions()
        if function.module != "engine"
        for module, name in calls(function)
        if module == "?" and name in ("begin", "connect", "begin_nested")
    }
    assert opened == set()
