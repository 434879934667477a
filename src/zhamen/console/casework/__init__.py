"""Pages on cases: the queue, one case, held payments, and what is done to them."""
