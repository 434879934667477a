"""Screening indexes in files: built with little memory, mapped into it, replaced whole."""

from zhamen.adapters.screening.build import IndexBuilder
from zhamen.adapters.screening.files import IndexFolder

__all__ = ["IndexBuilder", "IndexFolder"]
