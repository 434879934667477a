"""The library a user would pick: FastAPI with pydantic, the same model of a transfer, no journal, no gate.

Run as ``python -m benchmarks.http_peer PORT``.
"""

import sys
from datetime import datetime
from typing import Annotated, Literal

import uvicorn
from fastapi import FastAPI, Header
from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[!-~]+$")]


class Model(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Account(Model):
    """An account."""

    id: Identifier
    kind: Literal["person", "enterprise", "merchant", "internal"] | None = None
    opened_at: datetime | None = None
    balance_minor: int | None = None


class Device(Model):
    """A device."""

    id: Identifier | None = None
    ip: Identifier | None = None


class Session(Model):
    """A session."""

    new_device: bool | None = None
    screen_sharing: bool | None = None
    active_call: bool | None = None


class Transfer(Model):
    """A transfer, checked as zhamen checks it."""

    type: Literal["transfer"]
    event_id: Identifier
    occurred_at: datetime
    channel: Literal["counter", "online", "mobile", "atm", "pos", "phone", "peer_bank"] | None = None
    amount_minor: Annotated[int, Field(ge=1, le=10**14)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    debtor_account: Account
    creditor_account: Account
    device: Device | None = None
    session: Session | None = None


class Answer(Model):
    """The shortest answer there is."""

    event_id: str
    outcome: str
    score: int


app = FastAPI(openapi_url=None)


@app.post("/v1/decisions")
async def decide(event: Transfer, authorization: Annotated[str, Header()]) -> Answer:
    """Allow everything that is signed."""
    return Answer(event_id=event.event_id, outcome="allow" if authorization else "hold", score=0)


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), log_level="warning", access_log=False, loop="uvloop", http="httptools"
    )
