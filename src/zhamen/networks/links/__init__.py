"""Which accounts belong together: what they share, and the clusters that come of it."""
