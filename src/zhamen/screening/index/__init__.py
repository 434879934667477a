"""The index: from a key to the entries under it, in sorted arrays that files can hold as they are."""
