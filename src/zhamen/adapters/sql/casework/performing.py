"""An act is done: checked, written down, carried out, told and audited, in one transaction."""

from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.casework.finding import case_within, payment_within
from zhamen.adapters.sql.casework.outbox import post
from zhamen.adapters.sql.casework.rows import row_of_act
from zhamen.adapters.sql.casework.shelf import SqlShelf
from zhamen.adapters.sql.casework.view import take_standing
from zhamen.adapters.sql.schema_cases import case_acts, case_standing
from zhamen.cases.acts import Act, ActKind
from zhamen.cases.carrying import carry_out
from zhamen.cases.lifecycle import PAYMENT_STEPS, check_act
from zhamen.cases.messages import messages_of
from zhamen.cases.policy import CasePolicy
from zhamen.core.audit import Deed
from zhamen.core.errors import StoreUnavailable
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Done

__all__ = ["begin", "perform_act"]


def begin(connection: Connection) -> int:
    """Begin to act in a transaction, beside which nobody else acts or projects; give the newest entry.

    Raises
    ------
    StoreUnavailable
        Cases are being made anew from the journal at present.
    """
    seq, done = take_standing(connection)
    newest = connection.scalar(select(func.coalesce(func.max(case_acts.c.id), 0)))
    if newest != done:
        raise StoreUnavailable(
            "cases are being made anew from the journal; acts are taken again when that is done",
            retry_after=10,
        )
    return seq


def perform_act(connection: Connection, seq: int, scope: Scope, act: Act, policy: CasePolicy) -> Done:
    """Do one act in a transaction that was begun; see the port."""
    if act.kind in PAYMENT_STEPS:
        act = replace(act, case=payment_within(connection, scope, act.payment).case)
    else:
        case_within(connection, scope, act.case)
    if act.kind is ActKind.MERGE:
        case_within(connection, scope, act.detail.into)
    shelf = SqlShelf(connection)
    act = check_act(shelf, replace(act, after_seq=seq), policy)
    made = connection.execute(insert(case_acts).values(row_of_act(act)).returning(case_acts.c.id))
    act = replace(act, id=made.scalar_one())
    carry_out(shelf, act)
    shelf.write()
    connection.execute(update(case_standing).values(act=act.id))
    post(connection, messages_of(shelf, act), act.at)
    append(connection, _deed(act))
    return Done(act, shelf.case(act.case))


def _deed(act: Act) -> Deed:
    said = act.detail
    detail: dict[str, str | int | bool] = {
        "act": act.id,
        "payment": act.payment,
        "to": said.to,
        "unit": said.unit,
        "into": said.into,
        "alerts": len(said.alerts),
        "disposition": said.disposition or "",
        "file": "" if said.file is None else said.file.sha256,
        "proposed": said.proposed,
    }
    return Deed(
        at=act.at,
        actor=act.by,
        unit=act.unit,
        act=act.kind.value,
        subject=f"case/{act.case}",
        detail={name: value for name, value in detail.items() if value},
    )
