"""One migration a file; a released one never changes."""
