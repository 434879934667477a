"""Files of events: JSON lines, CSV and Parquet as columns, with what was refused and why."""
