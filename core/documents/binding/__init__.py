"""One PDF of a form and its evidence: sources read page by page, placed on A4, written as they come."""
