"""Every error has an HTTP status, an exit code, a code of its own, and stands in the drawing and the docs."""

from pathlib import Path

import pytest

from zhamen.api.errors import STATUSES, UNEXPECTED, fault_of, status_of
from zhamen.cli.errors import exit_code
from zhamen.core import errors
from zhamen.core.errors import ZhamenError

DOCS = Path(__file__).resolve().parents[2] / "docs"
BRANCHES = ZhamenError.__subclasses__()


def tree(root: type[ZhamenError]) -> list[type[ZhamenError]]:
    return [root, *(below for child in root.__subclasses__() for below in tree(child))]


ALL = tree(ZhamenError)
LEAVES = [kind for kind in ALL if kind is not ZhamenError]


def test_there_are_five_branches() -> None:
    assert len(BRANCHES) == 5


def test_codes_are_unique_and_the_classes_are_public() -> None:
    assert len({kind.code for kind in ALL}) == len(ALL)
    assert {kind.__name__ for kind in ALL} == set(errors.__all__)


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.code)
class TestEveryError:
    def test_has_a_status_of_its_branch(self, kind: type[ZhamenError]) -> None:
        status = status_of(kind("it went wrong"))
        families = {
            errors.InputError: range(400, 423),
            errors.NotFoundError: (404,),
            errors.ConflictError: (409,),
            errors.UnavailableError: (429, 503),
            errors.MisconfiguredError: (401, 403, 500),
        }
        assert status in next(range_ for branch, range_ in families.items() if issubclass(kind, branch))

    def test_has_an_exit_code(self, kind: type[ZhamenError]) -> None:
        assert exit_code(kind("it went wrong")) in (2, 3, 4, 5, 6)

    def test_is_in_the_drawing(self, kind: type[ZhamenError]) -> None:
        assert f"─ {kind.__name__}" in (errors.__doc__ or "")

    def test_is_in_the_reference(self, kind: type[ZhamenError]) -> None:
        page = DOCS / "reference" / "errors.md"
        if not page.exists():
            pytest.skip("the reference is not generated yet")
        assert f"| `{kind.code}` | {status_of(kind(''))} | {exit_code(kind(''))} |" in page.read_text("utf-8")

    def test_tells_the_caller_its_code_and_what_to_do_unless_it_is_ours(
        self, kind: type[ZhamenError]
    ) -> None:
        fault = fault_of(kind("it went wrong; do this"), "r1")
        assert fault.code == kind.code
        assert fault.message == (UNEXPECTED if status_of(kind("")) == 500 else "it went wrong; do this")
        assert (fault.retry_after is not None) == issubclass(kind, errors.UnavailableError)


def test_every_status_in_the_table_is_of_an_error() -> None:
    assert set(STATUSES) <= set(ALL)


def test_an_error_that_nobody_foresaw_is_500_and_exit_code_1() -> None:
    assert status_of(ZeroDivisionError()) == 500
    assert exit_code(ZhamenError("")) == 1
    assert fault_of(ZeroDivisionError("6222020200112233445"), "r1").message == UNEXPECTED
