"""The synthetic bank: seeded people, businesses, scams and rings; it gives events and their truth."""
