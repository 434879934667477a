"""From events to postings: which money an event moved, and which event an edge came of."""
