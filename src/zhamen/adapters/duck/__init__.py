"""DuckDB: every feature computed a second time, from the definitions, in SQL."""
