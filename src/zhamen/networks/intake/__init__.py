"""Events come in: made into words, taken by one compiled step, and what is told of each."""
