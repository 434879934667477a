"""How mules move money: the patterns of a network of transfers, told at the transfer that completes them."""
