"""The form editor: navigator, form, findings, and the steps of a recommendation."""
