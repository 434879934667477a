"""Files of events: JSON lines, CSV and Parquet as columns, with what was refused and why."""

from zhamen.adapters.files.open import open_events
from zhamen.adapters.files.rejects import RejectFile

__all__ = ["RejectFile", "open_events"]
