"""Snapshots of the live state in a folder, written by a forked child."""

from zhamen.adapters.snapshots.folder import SnapshotFolder

__all__ = ["SnapshotFolder"]
