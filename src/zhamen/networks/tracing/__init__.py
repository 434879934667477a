"""Tracing: which part of stolen money each transfer carried on, and where it rests."""
