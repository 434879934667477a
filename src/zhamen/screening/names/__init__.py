"""Names of people and firms: folded, found among many, compared with reasons, and checked before paying."""
