"""That somebody looked at a customer is written down before it is shown."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from zhamen.console.door import SignedIn
from zhamen.core.audit import Deed, Detail
from zhamen.ports.audit import Deeds

__all__ = ["Looking"]


class Looking:
    """Notes looks in the audit trail."""

    def __init__(self, deeds: Deeds, clock: Callable[[], datetime]) -> None:
        self._deeds = deeds
        self._clock = clock

    async def note(self, signed: SignedIn, act: str, subject: str, detail: Detail | None = None) -> None:
        """Write a look down; it is on disk when this returns."""
        actor = signed.actor
        deed = Deed(
            at=self._clock(),
            actor=actor.name,
            unit=actor.unit,
            act=act,
            subject=subject,
            detail=detail or {},
        )
        await asyncio.to_thread(self._deeds.note, deed)
