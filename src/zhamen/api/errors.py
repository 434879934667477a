"""Errors as HTTP answers: one shape, one table of statuses, and nothing of our insides."""

from http import HTTPStatus
from typing import Final

from msgspec import Struct

from zhamen.core.errors import (
    ConflictError,
    InputError,
    InvalidEvent,
    InvalidExpression,
    InvalidIdentifier,
    InvalidPack,
    MisconfiguredError,
    MissingPermission,
    NotFoundError,
    QuotaExceeded,
    TooLarge,
    UnavailableError,
    UnknownKey,
    ZhamenError,
)
from zhamen.gate.decision import Outcome

__all__ = ["STATUSES", "UNEXPECTED", "ErrorAnswer", "Fault", "HttpError", "fault_of", "status_of"]

STATUSES: Final[dict[type[ZhamenError], int]] = {
    InputError: 400,
    InvalidEvent: 422,
    InvalidExpression: 422,
    InvalidIdentifier: 422,
    InvalidPack: 422,
    TooLarge: 413,
    UnknownKey: 401,
    MissingPermission: 403,
    NotFoundError: 404,
    ConflictError: 409,
    QuotaExceeded: 429,
    UnavailableError: 503,
    MisconfiguredError: 500,
}
"""The status of each error; one that is not here has its branch's."""

UNEXPECTED: Final = "zhamen failed on its side; the log has the cause under this request id"


class Fault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong.

    ``path`` says where in what was sent; ``retry_after`` (seconds) when to ask again; ``fallback``
    what to do with the payment meanwhile, by the policy in force.
    """

    code: str
    message: str
    request_id: str
    path: str | None = None
    retry_after: float | None = None
    fallback: Outcome | None = None


class ErrorAnswer(Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: Fault


class HttpError(Exception):
    """A request that HTTP itself refuses; its ``code`` is the status in words."""

    def __init__(self, status: int, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers

    @property
    def code(self) -> str:
        """The name of the status.

        >>> HttpError(405, "").code
        'method_not_allowed'
        """
        return HTTPStatus(self.status).name.lower()


def status_of(error: Exception) -> int:
    """Give the HTTP status of an error; 500 for one that nobody foresaw.

    >>> from zhamen.core.errors import EventIdReused, Overloaded
    >>> status_of(EventIdReused("")), status_of(Overloaded("")), status_of(ZhamenError(""))
    (409, 503, 500)
    """
    if isinstance(error, HttpError):
        return error.status
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def fault_of(error: Exception, request_id: str, fallback: Outcome | None = None) -> Fault:
    """Say what went wrong, as the caller may hear it: of an error on our side, a fixed sentence only.

    >>> fault_of(KeyError("6222020200112233445"), "r1").message == UNEXPECTED
    True
    """
    if isinstance(error, HttpError):
        return Fault(code=error.code, message=str(error), request_id=request_id)
    if not isinstance(error, ZhamenError) or status_of(error) == 500:
        code = error.code if isinstance(error, ZhamenError) else "unexpected"
        return Fault(code=code, message=UNEXPECTED, request_id=request_id, fallback=fallback)
    return Fault(
        code=error.code,
        message=str(error),
        request_id=request_id,
        path=(error.path or None) if isinstance(error, InputError) else None,
        retry_after=error.retry_after if isinstance(error, UnavailableError) else None,
        fallback=fallback,
    )
