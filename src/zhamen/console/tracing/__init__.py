"""Pages on where money went, and on what to stop."""
