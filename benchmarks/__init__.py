"""Scenarios with permanent ids, measured beside the library that a user would pick instead."""
