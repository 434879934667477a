"""The mapping files that ship with zhamen."""
