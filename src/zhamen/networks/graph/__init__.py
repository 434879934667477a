"""The transfer graph: an append-only log of movements of money, found by account in both directions."""
