"""Checks that need the whole output: counts, duplicates, order, splits, schema, format."""
