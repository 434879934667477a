"""The small shapes that adapters fill."""
