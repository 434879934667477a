"""The language of filters and rules: one typed tree, run on one event, on columns, or as SQL."""
