"""Snapshots of the live state in a folder, written by a forked child."""

from zhamen.adapters.snapshots.folder import SnapshotFolder
from zhamen.adapters.snapshots.layout import list_snapshots

__all__ = ["SnapshotFolder", "list_snapshots"]
