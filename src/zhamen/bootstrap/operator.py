"""Who runs a command, by what the kernel knows of its process and never by what the environment says."""

import os
import pwd
from pathlib import Path
from typing import Final

from zhamen.bootstrap.units import path_of_unit
from zhamen.ports.records import Actor
from zhamen.settings import Settings

__all__ = ["acting", "named_by", "operator", "system_user"]

_LOGIN: Final = Path("/proc/self/loginuid")
_NOBODY: Final = 2**32 - 1
"""The login of a process that no sign-in began, as a service or in a container."""


def system_user() -> str:
    """Give the account that this process runs under.

    `getpass.getuser` would take the word of LOGNAME and USER, which whoever calls may set.
    """
    return _name(os.getuid())


def operator() -> str:
    """Give who runs a command, for the audit trail: ``zhamen``, or ``chen as zhamen`` after sudo or su.

    Who signed in is what Linux keeps through both (``/proc/self/loginuid``); where it keeps nothing, the
    account alone is told.
    """
    account, login = os.getuid(), _login()
    return _name(account) if login in (account, _NOBODY) else f"{_name(login)} as {_name(account)}"


def acting(settings: Settings, stated: str, unit: str = "", reason: str = "") -> Actor:
    """Give who acts on records: who was stated, else the account; for a unit by code or path, else the bank.

    Raises as `path_of_unit`.
    """
    return Actor(stated or system_user(), path_of_unit(settings, unit), reason, operator())


def named_by(stated: str) -> str:
    """Give who acts where an entry has one name only: who was stated, with the operator beside."""
    return f"{stated} ({operator()})" if stated else operator()


def _login() -> int:
    try:
        return int(_LOGIN.read_text("ascii"))
    except (OSError, ValueError):
        return _NOBODY


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
