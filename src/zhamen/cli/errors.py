"""Errors as exit codes: 2 input, 3 not found, 4 conflict, 5 unavailable, 6 misconfigured, 1 ours."""

from typing import Final

from zhamen.core.errors import (
    ConflictError,
    InputError,
    MisconfiguredError,
    NotFoundError,
    UnavailableError,
    ZhamenError,
)

__all__ = ["EXIT_CODES", "exit_code"]

EXIT_CODES: Final[dict[type[ZhamenError], int]] = {
    InputError: 2,
    NotFoundError: 3,
    ConflictError: 4,
    UnavailableError: 5,
    MisconfiguredError: 6,
}


def exit_code(error: ZhamenError) -> int:
    """Give the exit code of an error's branch.

    >>> from zhamen.core.errors import EventIdReused
    >>> exit_code(EventIdReused("the id was used before"))
    4
    """
    return next((code for branch, code in EXIT_CODES.items() if isinstance(error, branch)), 1)
