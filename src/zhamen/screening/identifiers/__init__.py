"""How each kind of identifier is written: one canonical form, its check digits, its mask."""
