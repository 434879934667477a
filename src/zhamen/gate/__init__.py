"""The gate itself: a policy pack, and the pure object that turns events into decisions."""
