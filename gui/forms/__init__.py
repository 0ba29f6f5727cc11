"""The form editor: a page that looks like the paper form, built from a `FormDefinition` alone."""
