"""A table of card beginnings from a CSV file with the columns bin, bank, type and length."""

import csv
from pathlib import Path
from typing import Final

from zhamen.core.errors import InvalidSetting
from zhamen.screening.identifiers.bins import BinTable

__all__ = ["read_bins"]

_COLUMNS: Final = {"bin", "bank", "type", "length"}


def read_bins(path: str) -> BinTable:
    """Read the table of a file; an empty path gives an empty table.

    Raises
    ------
    InvalidSetting
        The file cannot be read, or a row is none.
    """
    if not path:
        return BinTable()
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(reader.fieldnames or ()) >= _COLUMNS:
                raise ValueError("it needs the columns bin, bank, type and length")
            return BinTable((row["bin"], row["bank"], row["type"], int(row["length"])) for row in reader)
    except (OSError, ValueError) as error:
        raise InvalidSetting(f"ZHAMEN_CARD_BINS {path} cannot be used ({error}); mend or unset it") from None
