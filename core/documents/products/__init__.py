"""One module per printed product: each turns forms and verdicts into a document of the neutral model."""
