"""What risk records are about, and how they are found without keeping it: identifiers and their keys."""
