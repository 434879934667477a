"""The ground: money, time, identifiers and errors, used by every room above."""
