"""What the risk information says of an account that is shown; each question is logged."""

from collections.abc import Sequence

from zhamen.console.door import SignedIn
from zhamen.services.ask import Asker, Asking, Known

__all__ = ["Knowing"]


class Knowing:
    """Asks the risk information in the name of who looks at an account."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def of_account(self, signed: SignedIn, identifier: str) -> Known | None:
        """Say what is known of an account; None for those who may not ask-records."""
        found = await self.of_accounts(signed, [identifier])
        return found[0] if found else None

    async def of_accounts(self, signed: SignedIn, identifiers: Sequence[str]) -> list[Known]:
        """Say what is known of accounts, in their order; empty for those who may not ask-records."""
        if not signed.actor.may("ask-records") or not identifiers:
            return []
        asked = [self._asking.identify("account", each) for each in identifiers]
        known = [(who, self._asking.know(who)) for who in asked]
        asker = Asker(who=signed.actor.name, unit=signed.actor.unit, channel="console")
        await self._asking.note(known, asker, "investigation", took=0.0)
        return [each for _, each in known]
