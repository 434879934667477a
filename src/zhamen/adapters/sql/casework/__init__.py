"""Casework in SQL: the view that follows the journal, the store of acts, the queue, the outbox."""

from zhamen.adapters.sql.casework.outbox import SqlOutbox
from zhamen.adapters.sql.casework.store import SqlCasework
from zhamen.adapters.sql.casework.view import CaseView

__all__ = ["CaseView", "SqlCasework", "SqlOutbox"]
