"""What happened: typed events, checked once at the door, and the flat fields that packs may read."""
