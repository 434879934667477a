"""What people look at, made from the journal: rows that follow from its entries and can be made anew."""
