"""Hand-written widgets that know nothing of forms, pages or services."""
