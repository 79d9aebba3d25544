"""The case: records, loading with places, conditions, updates, checks, scaffold, schema."""
