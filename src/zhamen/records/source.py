"""Who says so: the sources of records, and what the bank thinks of each."""

from msgspec import Struct

from zhamen.screening.entries import SourceNote

__all__ = ["Source"]


class Source(Struct, frozen=True, kw_only=True):
    """One source, as its mapping file describes it; ``number`` is given at its first import."""

    code: str
    zh: str
    en: str
    reliability: int
    """How often it is right, 0 to 100, as the bank has set it."""
    purpose: str
    """What its records may be used for, as ``anti_fraud``."""
    legal_basis: str
    """What allows the bank to hold them."""
    retention_days: int
    """How long a record is kept after it is no longer in force."""
    authority: bool = False
    """Police, court or regulator: its word outranks every other."""
    trusted: bool = False
    """Its records are in force without a second person's check."""
    replaces: bool = False
    """Each file is the whole list: what is no longer on it is withdrawn."""
    keeps_names: bool = False
    """Names are kept in clear, as on public sanctions lists."""
    public: bool = False
    """The public is cautioned by its records."""
    number: int = 0

    @property
    def note(self) -> SourceNote:
        """What screening needs to know of it."""
        return SourceNote(
            self.number, self.code, self.zh, self.en, self.reliability, self.authority, self.public
        )
