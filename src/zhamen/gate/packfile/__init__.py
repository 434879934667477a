"""A pack as people write it: one YAML document, read, checked and explained line by line."""
