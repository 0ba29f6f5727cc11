"""The cultivation library in the store: one module per subject, each call one transaction."""
