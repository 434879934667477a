"""zhamen (闸门, the gate): the open anti-scam platform of a bank or payment institution."""

__all__ = ["__version__"]

__version__ = "0.1.0"
