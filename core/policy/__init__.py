"""Loads and validates policy packs: forms, clauses, dated parameters, lists, negative items, message texts."""
